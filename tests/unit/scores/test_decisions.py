"""The arithmetic of the evaluation, against values from elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.scores.decisions import Outcome, score
from braid.domain.scores.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        # R: prop.test(hits, count, correct = FALSE)$conf.int
        (8, 10, 0.4901625, 0.9433178),
        (0, 20, 0.0, 0.1611252),
        (50, 100, 0.4038315, 0.5961685),
    ],
)
def test_wilson_s_interval(hits: int, count: int, low: float, high: float) -> None:
    found = wilson(hits, count)
    assert found.value == hits / count
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))


def test_a_share_of_nothing_is_none() -> None:
    assert wilson(0, 0).value is None
    assert str(wilson(0, 0)) == "none: no text was decided that it could be taken of"


def outcomes(tp: int, fp: int, fn: int, tn: int, undecided: int) -> list[Outcome]:
    return [
        *["true_positive"] * tp,  # type: ignore[list-item]  # a list of literals, repeated
        *["false_positive"] * fp,
        *["false_negative"] * fn,
        *["true_negative"] * tn,
        *["undecided"] * undecided,
    ]


def test_scores_are_of_what_was_decided_and_coverage_says_how_much_that_is() -> None:
    scores = score(outcomes(tp=6, fp=2, fn=4, tn=8, undecided=5))
    assert (scores.coverage.value, scores.coverage.count) == (20 / 25, 25)
    assert (scores.precision.value, scores.precision.count) == (6 / 8, 8)
    assert (scores.recall.value, scores.recall.count) == (6 / 10, 10)
    assert (scores.f1.value, scores.f1.count) == (pytest.approx(12 / 18), 20)
    assert scores.counts["undecided"] == 5


def test_where_nothing_is_decided_the_coverage_is_zero() -> None:
    scores = score(outcomes(0, 0, 0, 0, undecided=30))
    assert scores.coverage.value == 0.0
    assert (scores.precision.value, scores.recall.value, scores.f1.value) == (None, None, None)


@pytest.mark.slow
@given(st.tuples(*[st.integers(0, 15)] * 5).filter(lambda counts: counts[0] > 0))
def test_every_interval_holds_its_value(counts: tuple[int, int, int, int, int]) -> None:
    scores = score(outcomes(*counts))
    for found in (scores.coverage, scores.precision, scores.recall, scores.f1):
        assert found.low is not None
        assert found.high is not None
        assert found.value is not None
        assert 0 <= found.low <= found.high <= 1
        assert found.low - 1e-9 <= found.value <= found.high + 1e-9 or found is scores.f1
    assert score(outcomes(*counts)) == scores, "the same texts give the same interval"
