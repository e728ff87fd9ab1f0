"""Fewer keyframes where there are too many: what says least goes first, and no stretch is left uncovered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["thin"]

T = TypeVar("T")


def thin(
    items: Sequence[T],
    *,
    limit: int,
    max_gap_ms: int,
    duration_ms: int,
    at_ms: Callable[[T], int],
    difference: Callable[[T, T], float],
) -> list[T]:
    """At most ``limit`` of ``items``, which are in order of ``at_ms``.

    Gives up, one by one, the item that is most like another one (by ``difference``, 0 to 1), as long as that
    opens no gap above ``max_gap_ms``, or above what ``limit`` items can cover of ``duration_ms`` with some
    freedom to choose. The first item stays.
    """
    kept = list(range(len(items)))
    if limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    nearest = (
        [
            {other: difference(items[index], items[other]) for other in kept if other != index}
            for index in kept
        ]
        if len(kept) > limit
        else []
    )
    # If every removal opened a gap above 2 d / (n - 2), the gaps would add up to more than 2 d.
    allowed_gap_ms = max(max_gap_ms, 2 * duration_ms // (limit - 2) if limit > 2 else duration_ms)
    while len(kept) > limit:

        def cost(place: int) -> tuple[bool, float, int]:
            end_ms = at_ms(items[kept[place + 1]]) if place + 1 < len(kept) else duration_ms
            gap_ms = end_ms - at_ms(items[kept[place - 1]])
            return gap_ms > allowed_gap_ms, min(nearest[place].values()), gap_ms

        victim = min(range(1, len(kept)), key=cost) if len(kept) > 1 else 0
        gone = kept[victim]
        del kept[victim], nearest[victim]
        for distances in nearest:
            distances.pop(gone)
    return [items[index] for index in kept]
