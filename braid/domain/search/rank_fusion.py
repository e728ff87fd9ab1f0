"""Lists fused by rank: what is high in several lists comes first, however each of them counts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

__all__ = ["fuse_by_rank"]

Key = TypeVar("Key", bound=Hashable)

# Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009), with their constant.
_K = 60


def fuse_by_rank(lists: Sequence[Sequence[Key]]) -> list[tuple[Key, float]]:
    """Every key with its score, the best first; 1 for what is first in every list.

    A key counts once a list, by its best place. Of equals, the one that comes first in the first list that
    has one of them.
    """
    scores: dict[Key, float] = {}
    for ranked in lists:
        for rank, key in enumerate(dict.fromkeys(ranked), start=1):
            scores[key] = scores.get(key, 0.0) + (_K + 1) / (_K + rank) / len(lists)
    return sorted(scores.items(), key=lambda item: -item[1])
