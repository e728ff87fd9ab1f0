"""What counts as a difference between two attempts at an asset, and what doesn't."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.load.patterns import PATTERNS, Attempt, differences


def attempt(status: str = "SUCCEEDED", **documents: Any) -> Attempt:
    return Attempt("mug-0", 1, status, 16, 1.0, 0.01, documents)


def test_times_attempts_and_sizes_are_each_attempts_own() -> None:
    one = attempt(
        result={"attempt": 1, "timings": {"duration_seconds": 3}, "said": "at 2026-11-29T10:00:00Z"}
    )
    other = attempt(
        result={"attempt": 2, "timings": {"duration_seconds": 9}, "said": "at 2026-11-29T11:30:00Z"}
    )

    assert list(differences(one, other)) == []


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (attempt("PARTIAL", answer={"claims": ["a", 1]}), "status: SUCCEEDED, PARTIAL"),
        (attempt(), "answer: one of them has none"),
        (attempt(answer={"claims": ["b", 1]}), "answer.claims.0: 'a', 'b'"),
        (attempt(answer={"claims": ["a", True]}), "answer.claims.1: 1, True"),
        (attempt(answer={"claims": ["a"]}), "answer.claims: ['a', 1], ['a']"),
        (attempt(answer={"claims": ["a", 1], "more": 2}), "answer.more: None, 2"),
    ],
)
def test_anything_else_is_a_difference(other: Attempt, told: str) -> None:
    assert list(differences(attempt(answer={"claims": ["a", 1]}), other)) == [told]


def test_the_deployed_pattern_comes_first() -> None:
    assert PATTERNS[0] == "hybrid"
    assert set(PATTERNS) == {"hybrid", "parallel", "sequential"}
