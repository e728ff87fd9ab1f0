"""The check of claims on real passages that no threshold was chosen by."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.claims.kinds import FALSE_KINDS, make_claims
from evaluation.claims.measure import measure, table
from evaluation.claims.passages import Passage

PASSAGES = [
    Passage("a", ("The museum of Ellen Burke opens at 9 and costs 12 dollars for every visitor.",), True),
    Passage("b", ("In 1987 the old bridge in Marlow was closed because its cables were not safe.",), True),
]


def test_claims_are_the_same_every_time_and_of_their_kind() -> None:
    made = make_claims(PASSAGES)
    assert made == make_claims(PASSAGES)
    assert {claim.kind for claim in made} >= {"true", "paraphrase", "wrong number", "negated", "off topic"}
    for claim in made:
        assert (claim.text in claim.passage.sentences) == (claim.kind == "true")


@pytest.mark.slow
def test_wrong_claims_are_refused_and_true_ones_stand(shared_data: Path) -> None:
    result = measure(shared_data, is_held_out=True)
    assert sum(result.counts.values()) > 1_000
    assert result.refused_share("true") <= 0.005
    assert result.refused_share("paraphrase") <= 0.03
    assert result.refused_share("true absence") <= 0.01
    floors = {
        "untrue absence": 0.93,
        "wrong number": 0.95,
        "negated": 0.95,
        "off topic": 0.95,
        "swapped subject": 0.7,
    }
    for kind, least in floors.items():
        assert result.refused_share(kind) >= least, table(result)
        assert kind in FALSE_KINDS
        assert result.precision(kind) >= 0.95, table(result)
