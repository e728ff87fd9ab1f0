"""A test of nothing finds nothing, and a real difference is found."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.generation.picks import (
    Pick,
    arm_of,
    compare,
    rank,
    wilson_lower,
)

SEEDS = 200
PICKS = 2_000


def _picks(share: float, seed: str) -> list[bool]:
    chance = random.Random(seed)
    return [chance.random() < share for _ in range(PICKS)]


def test_two_alike_are_told_apart_in_one_of_twenty_at_most() -> None:
    won = sum(bool(compare(_picks(0.3, f"a{seed}"), _picks(0.3, f"b{seed}")).winner) for seed in range(SEEDS))
    assert won <= SEEDS * 0.05, won


def test_ten_points_more_are_found_within_two_thousand_picks() -> None:
    found = [
        compare(_picks(0.3, f"a{seed}"), _picks(0.4, f"b{seed}"), names=("old", "new"))
        for seed in range(SEEDS)
    ]
    assert sum(each.winner == "new" for each in found) >= 0.8 * SEEDS
    assert not any(each.winner == "old" for each in found)


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_request_stays_in_its_arm(experiment: str, request_id: str) -> None:
    arms = ("one", "other", "third")
    assert arm_of(experiment, request_id, arms) == arm_of(experiment, request_id, arms) in arms


def test_arms_get_as_many_and_experiments_share_none() -> None:
    first = [arm_of("first", f"r{number}", "ab") for number in range(4_000)]
    second = [arm_of("second", f"r{number}", "ab") for number in range(4_000)]
    assert 1_850 < first.count("a") < 2_150
    assert 1_850 < sum(x == y for x, y in zip(first, second, strict=True)) < 2_150


@pytest.mark.parametrize(
    ("picked", "shown", "lower"),
    [(0, 0, 0.0), (1, 1, 0.2065), (5, 10, 0.2366), (50, 100, 0.4038), (0, 10, 0.0)],
)
def test_wilsons_bound(picked: int, shown: int, lower: float) -> None:
    assert wilson_lower(picked, shown) == pytest.approx(lower, abs=5e-5)


def test_picks_reorder_templates_and_one_lucky_pick_doesnt() -> None:
    sure = [Pick(f"a{number}", "sure", "1", is_picked=number % 10 != 0) for number in range(50)]
    lucky = [Pick("b", "lucky", "1", is_picked=True)]
    assert [each.template for each in rank([*lucky, *sure])] == ["sure", "lucky"]
    turned = [Pick(f"c{number}", "sure", "1", is_picked=False) for number in range(300)]
    assert [each.template for each in rank([*lucky, *sure, *turned])] == ["lucky", "sure"]
    assert rank(reversed([*lucky, *sure])) == rank([*lucky, *sure])
