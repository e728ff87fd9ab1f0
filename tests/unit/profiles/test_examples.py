"""Every example of every profile, through the same inference as deployed: add a file, and it is tested."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from braid.domain.profile.example import read_example
from braid.runtime.library import CODE_ROOT, profile, profile_names
from tests.unit.profiles.examples import answer_to, unmet

PROFILES = CODE_ROOT / "profiles"
EXAMPLES = sorted(PROFILES.glob("*/examples/*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_what_the_model_answers_becomes_what_is_expected(path: Path) -> None:
    chosen = profile(path.parent.parent.name)
    example = read_example(path.read_text("utf-8"))

    answer = answer_to(chosen, example)

    jsonschema.validate(answer.answer, chosen.answer_schema)
    known = {piece.evidence_id for piece in example.found.evidence}
    assert answer.claims
    assert {name for claim in answer.claims for name in claim.evidence_ids} <= known
    assert "/warnings" in example.expect or answer.warnings == ()
    assert answer.first_sentence
    assert unmet(answer, example.expect) == {}


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_has_an_example(name: str) -> None:
    assert any(path.parent.parent.name == name for path in EXAMPLES)
