"""Drift is found where something moved, and cried in one of twenty looks at most where nothing did."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.generation.quality import (
    LEAST_FOR_A_BASELINE,
    Ending,
    baseline_of,
    drift_of,
    stability_index,
)
from braid.domain.wire import decode, encode

SEEDS = 200
BEFORE, NOW = 200, 100
MEASURES = {"approved", "blocked", "brightness", "colourfulness", "contrast", "filtered"}


def endings(
    seed: str,
    count: int,
    *,
    filtered: float = 0.03,
    blocked: float = 0.02,
    approved: float = 0.6,
    brightness: float = 120,
) -> list[Ending]:
    chance = random.Random(seed)
    found = []
    for number in range(count):
        statistics = {
            "brightness": chance.gauss(brightness, 40),
            "contrast": chance.gauss(50, 12),
            "colourfulness": abs(chance.gauss(35, 15)),
        }
        outcome = "refused"
        if chance.random() < filtered:
            outcome, statistics = "filtered", {}
        elif chance.random() < blocked:
            outcome = "blocked"
        elif chance.random() < approved:
            outcome = "approved"
        found.append(Ending(f"{seed}-{number}", f"2026-11-{number % 28 + 1:02}", outcome, statistics))  # type: ignore[arg-type]
    return found


def moved(seed: int, **shifted: float) -> set[str]:
    baseline = baseline_of(endings(f"before{seed}", BEFORE), at="2026-11-01")
    assert baseline is not None
    drifts = drift_of(baseline, endings(f"now{seed}", NOW, **shifted))
    return {drift.measure for drift in drifts if drift.ratio >= 1}


def test_nothing_is_cried_where_nothing_moved() -> None:
    """All six measures of a look together."""
    cried = sum(bool(moved(seed)) for seed in range(SEEDS))
    assert cried <= SEEDS / 20, cried


@pytest.mark.parametrize(
    ("measure", "shifted"),
    [
        ("brightness", {"brightness": 160.0}),
        ("approved", {"approved": 0.3}),
        ("blocked", {"blocked": 0.25}),
        ("filtered", {"filtered": 0.3}),
    ],
)
def test_what_moved_is_found(measure: str, shifted: dict[str, float]) -> None:
    found = sum(measure in moved(seed, **shifted) for seed in range(0, SEEDS, 4))
    assert found >= 0.95 * SEEDS / 4, found


def test_a_baseline_needs_enough_and_has_every_measure() -> None:
    assert baseline_of(endings("a", LEAST_FOR_A_BASELINE - 1), at="x") is None
    baseline = baseline_of(endings("a", LEAST_FOR_A_BASELINE), at="x")
    assert baseline is not None
    assert baseline.measures.keys() == MEASURES
    assert decode(type(baseline), encode(baseline)) == baseline


def test_too_few_say_nothing() -> None:
    baseline = baseline_of(endings("a", BEFORE), at="x")
    assert baseline is not None
    assert drift_of(baseline, endings("b", 29)) == ()
    assert {drift.measure for drift in drift_of(baseline, endings("b", 60))} == MEASURES


def test_pictures_all_alike_can_be_a_baseline() -> None:
    """Quintiles that fall together."""
    alike = [Ending(f"a{n}", "t", "approved", {"brightness": 7.0}) for n in range(LEAST_FOR_A_BASELINE)]
    other = [Ending(f"b{n}", "t", "approved", {"brightness": 3.0}) for n in range(40)]
    baseline = baseline_of(alike, at="x")
    assert baseline is not None
    assert not [drift for drift in drift_of(baseline, alike) if drift.ratio >= 1]
    assert [drift.measure for drift in drift_of(baseline, other) if drift.ratio >= 1] == ["brightness"]


SHARES = st.lists(st.integers(0, 50), min_size=2, max_size=6).filter(any)


@given(SHARES)
def test_the_same_shares_have_not_moved(counts: list[int]) -> None:
    shares = [count / sum(counts) for count in counts]
    assert stability_index(shares, shares) == 0


@given(SHARES, st.randoms(use_true_random=False))
def test_the_index_is_the_same_from_both_sides_and_never_negative(
    counts: list[int], chance: random.Random
) -> None:
    before = [count / sum(counts) for count in counts]
    now = chance.sample(before, len(before))
    assert stability_index(before, now) == pytest.approx(stability_index(now, before))
    assert stability_index(before, now) >= 0


def test_the_index_of_a_worked_example() -> None:
    """0.1 ln 2 + (-0.1) ln 0.75 + 0."""
    assert stability_index([0.1, 0.4, 0.5], [0.2, 0.3, 0.5]) == pytest.approx(0.098083, abs=1e-6)
