"""Statements in the profile's words, which say nothing of the asset."""

from __future__ import annotations

import pytest

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence
from braid.domain.span import WHOLE
from braid.runtime.library import profile
from lambdas.inference.checks.copied_rules import copied_rules

DEFINITION = "Announcing or wishing harm to somebody, openly or veiled"
INSTRUCTION = "A friendly wording isn't a friendly meaning. A threat may be dressed as advice or as concern."


def copied(text: str, *asset: str) -> list[tuple[str, str]]:
    evidence = {
        f"p{number}": Evidence(f"p{number}", Modality.TEXT, "passage", WHOLE, each, 1.0, f"reading:p{number}")
        for number, each in enumerate(asset, 1)
    }
    answer = {"categories": [{"name": "Threats", "text": text, "severity": 2, "evidence_ids": ["p1"]}]}
    return list(copied_rules(profile("moderation"), answer, evidence, "en"))


@pytest.mark.parametrize(("text", "source"), [(DEFINITION, "policy.md"), (INSTRUCTION, "the instructions")])
def test_what_the_profile_says_is_told_by_where_it_stands(text: str, source: str) -> None:
    ((path, reason),) = copied(text, "The mug costs 19 euros.")

    assert path == "/categories/0"
    assert f"is copied from {source}" in reason


@pytest.mark.parametrize(
    "text",
    [
        '"We know where you live", it says, which announces harm to the person that it is written to.',
        "Wishing harm to somebody",
        'The text is a threat dressed as advice: "it would be a shame if the shop burnt".',
    ],
)
def test_words_of_the_policy_in_a_statement_of_its_own_pass(text: str) -> None:
    assert copied(text, "We know where you live. It would be a shame if the shop burnt.") == []


def test_an_asset_that_quotes_the_policy_may_be_quoted() -> None:
    assert copied(DEFINITION, f"Our rules forbid this: {DEFINITION}.") == []
