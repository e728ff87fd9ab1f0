"""Which keyframes go when there are too many."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from braid.media.pictures.thinning import thin

DURATION_MS = 100_000

moments = st.lists(st.integers(0, DURATION_MS - 1), min_size=1, max_size=60, unique=True).map(sorted)


def thinned(items: list[int], limit: int, max_gap_ms: int) -> list[int]:
    return thin(
        items,
        limit=limit,
        max_gap_ms=max_gap_ms,
        duration_ms=DURATION_MS,
        at_ms=lambda item: item,
        difference=lambda one, other: abs(one - other) % 97 / 97,
    )


@given(moments, st.integers(1, 20))
def test_no_more_than_the_limit_in_order_and_the_first_stays(items: list[int], limit: int) -> None:
    kept = thinned(items, limit, 5_000)

    assert len(kept) == min(limit, len(items))
    assert kept == sorted(set(kept) & set(items))
    assert kept[0] == items[0]


@given(moments, st.integers(4, 20), st.integers(1, DURATION_MS))
def test_no_removal_opens_a_gap_that_the_limit_did_not_force(
    items: list[int], limit: int, max_gap_ms: int
) -> None:
    kept = thinned(items, limit, max_gap_ms)

    allowed = max(max_gap_ms, 2 * DURATION_MS // (limit - 2))
    before = [later - earlier for earlier, later in zip(items, [*items[1:], DURATION_MS], strict=True)]
    after = [later - earlier for earlier, later in zip(kept, [*kept[1:], DURATION_MS], strict=True)]
    assert max(after) <= max(allowed, *before)


def test_the_most_alike_goes_first() -> None:
    distances = {frozenset("ab"): 0.9, frozenset("ac"): 0.1, frozenset("bc"): 0.8}

    kept = thin(
        ["a", "b", "c"],
        limit=2,
        max_gap_ms=DURATION_MS,
        duration_ms=DURATION_MS,
        at_ms=lambda item: "abc".index(item) * 1_000,
        difference=lambda one, other: distances[frozenset((one, other))],
    )

    assert kept == ["a", "b"]
