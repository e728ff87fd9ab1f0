"""Vectors made by hand: texts of one group mean the same, texts of two groups have nothing in common."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from lambdas.fusion.semantic.compare import YARDSTICK, Vector

__all__ = ["vectors_of"]


def vectors_of(*groups: Sequence[str], cosine: float = 1.0) -> Mapping[str, Vector]:
    """Unit vectors: ``cosine`` within a group, 0 between groups, and the yardstick told apart perfectly."""
    pairs = [YARDSTICK[at : at + 2] for at in range(0, len(YARDSTICK), 2)]
    texts = sum(map(len, groups))
    size = len(pairs) + len(groups) + texts
    found: dict[str, Vector] = {}
    for axis, pair in enumerate(pairs):
        found.update((text, _unit(size, {axis: 1.0})) for text in pair)
    own_axis = len(pairs) + len(groups)
    for axis, group in enumerate(groups, len(pairs)):
        for text in group:
            found[text] = _unit(size, {axis: math.sqrt(cosine), own_axis: math.sqrt(1 - cosine)})
            own_axis += 1
    return found


def _unit(size: int, parts: Mapping[int, float]) -> Vector:
    return tuple(parts.get(axis, 0.0) for axis in range(size))
