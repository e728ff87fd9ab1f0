"""The points in which two voices contradict each other, while they are being found.

A misread letter or a misheard word must not make one. So every reading of a number must differ, the values
must not be ones that recognisers confuse, neither voice may name the other's value close by, and what the
sources are unsure of counts for less.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["MAX_LISTED", "Contradiction", "Contradictions", "LeftOut"]

LeftOut = Literal["rivals", "mentions", "points"]

# Lists in which every row differs: of an asset, and so of two of its sources, nobody reads more.
MAX_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One point in which two voices differ; ``probability`` is how sure that is.

    ``values`` are what each says, where two values differ: a denial has none.
    """

    probability: float
    one: ParsedObservation
    other: ParsedObservation
    reason: str
    values: tuple[str, ...] = ()


class Contradictions:
    """Collects what is found between two voices: of several findings about the same two things the surest.

    ``left_out`` counts the numbers that weren't held against each of their ``rivals``, the ``mentions``
    of one text that are too many to be compared, and the ``points`` that aren't listed.
    """

    def __init__(self, least_probability: float) -> None:
        self._least_probability = least_probability
        self._found: dict[tuple[str, ...], Contradiction] = {}
        self.left_out: Counter[LeftOut] = Counter()

    def add(self, about: tuple[str, ...], point: Contradiction) -> None:
        """Keeps the point unless it is too unsure, or a surer one about the same was found before."""
        if point.probability < self._least_probability:
            return
        if about not in self._found or self._found[about].probability < point.probability:
            self._found[about] = point

    def points(self) -> list[Contradiction]:
        """All points, surest first."""
        return sorted(self._found.values(), key=lambda point: (-point.probability, point.reason))

    def listed(self) -> list[Contradiction]:
        """The points, surest first; where there are thousands, the surest of them."""
        points = self.points()
        self.left_out["points"] += max(0, len(points) - MAX_LISTED)
        return points[:MAX_LISTED]
