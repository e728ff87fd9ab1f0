"""How good a ranked list is."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence

__all__ = ["recall_at"]


def recall_at(k: int, ranked: Sequence[Hashable], relevant: Collection[Hashable]) -> float:
    """The share of what is relevant in the first ``k``. Raises ``ValueError`` where nothing is relevant."""
    wanted = set(relevant)
    if not wanted:
        raise ValueError("nothing is relevant, so there is no recall")
    return len(wanted.intersection(ranked[:k])) / len(wanted)
