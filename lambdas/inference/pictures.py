"""Which keyframes are shown to a model that a profile wants to see them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.observation import Evidence

__all__ = ["picture_names"]

_KEYFRAME = re.compile(r"rekognition:\w+:(k\w+)")


def picture_names(evidence: Sequence[Evidence], limit: int) -> list[str]:
    """The keyframes that the evidence was seen in, ``limit`` of them, spread over the whole."""
    names: dict[str, None] = {}
    for piece in evidence:
        match = _KEYFRAME.match(piece.source)
        if match:
            names[match.group(1)] = None
    found = list(names)
    if len(found) <= limit:
        return found
    return [found[index * len(found) // limit] for index in range(limit)]
