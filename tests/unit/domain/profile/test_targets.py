"""Targets of a profile, and which of them an asset missed."""

from __future__ import annotations

import pytest

from braid.domain.profile.sections.targets import MissedTarget, TargetPlan

PLAN = TargetPlan(latency_seconds=60, cost_usd=0.05, confidence=0.5)


def test_an_asset_within_its_targets_misses_none() -> None:
    assert PLAN.missed(latency_seconds=60.0, cost_usd=0.05, confidence=0.5) == ()


def test_each_missed_target_is_told_in_words() -> None:
    missed = PLAN.missed(latency_seconds=75.25, cost_usd=0.0612, confidence=0.31)
    assert [str(each) for each in missed] == [
        "took 75.2 s of at most 60 s",
        "cost $0.0612 of at most $0.05",
        "confidence 0.31 of at least 0.5",
    ]


def test_what_is_not_known_and_what_has_no_target_is_not_missed() -> None:
    assert PLAN.missed(latency_seconds=None, cost_usd=None, confidence=None) == ()
    assert TargetPlan().missed(latency_seconds=1e9, cost_usd=1e9, confidence=0.0) == ()
    assert TargetPlan(cost_usd=1).missed(latency_seconds=9, cost_usd=2, confidence=0) == (
        MissedTarget("cost_usd", 1, 2),
    )


@pytest.mark.parametrize(
    ("plan", "complaint"),
    [
        (TargetPlan(latency_seconds=-1), "targets.latency_seconds can't be negative"),
        (TargetPlan(confidence=40), "targets.confidence must be from 0 to 1"),
    ],
)
def test_targets_that_make_no_sense_are_told(plan: TargetPlan, complaint: str) -> None:
    assert list(plan.problems()) == [complaint]
