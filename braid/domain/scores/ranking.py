"""How good a ranked list is."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence

__all__ = ["ndcg_at", "recall_at"]


def recall_at(k: int, ranked: Sequence[Hashable], relevant: Collection[Hashable]) -> float:
    """The share of what is relevant in the first ``k``. Raises ``ValueError`` where nothing is relevant."""
    wanted = set(relevant)
    if not wanted:
        raise ValueError("nothing is relevant, so there is no recall")
    return len(wanted.intersection(ranked[:k])) / len(wanted)


def ndcg_at(k: int, ranked: Sequence[Hashable], gains: Mapping[Hashable, float]) -> float:
    """Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002), linear gains, as scikit-learn.

    ``gains`` of what is relevant, 0 of everything else; 0 where nothing is. An item counts once.
    """
    found = [gains.get(item, 0.0) for item in dict.fromkeys(ranked)]
    best = _dcg(sorted(gains.values(), reverse=True)[:k])
    return _dcg(found[:k]) / best if best else 0.0


def _dcg(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(place + 2) for place, gain in enumerate(gains))
