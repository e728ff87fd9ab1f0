"""Precision and recall at every threshold, and the one to choose."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["CurvePoint", "average_precision", "choose_threshold", "precision_recall_curve"]


@dataclass(frozen=True)
class CurvePoint:
    """Precision and recall where everything from ``threshold`` on counts as positive."""

    threshold: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean; 0 where both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def precision_recall_curve(scores: Sequence[float], truth: Sequence[bool]) -> tuple[CurvePoint, ...]:
    """A point for each distinct score, the highest threshold first, so that recall never falls.

    Raises ``ValueError`` where nothing is positive: there is no recall then.
    """
    positives = sum(map(bool, truth))
    if not positives:
        raise ValueError("no example is positive, so there is no recall")
    ordered = sorted(zip(scores, truth, strict=True), key=lambda pair: -pair[0])
    points = []
    hits = 0
    for index, (score, true) in enumerate(ordered):
        hits += bool(true)
        if index + 1 == len(ordered) or ordered[index + 1][0] != score:
            points.append(CurvePoint(score, hits / (index + 1), hits / positives))
    return tuple(points)


def average_precision(curve: Sequence[CurvePoint]) -> float:
    """The area under the curve's steps, as scikit-learn's ``average_precision_score``."""
    gained = zip((0.0, *(point.recall for point in curve)), curve, strict=False)
    return math.fsum((point.recall - before) * point.precision for before, point in gained)


def choose_threshold(
    curve: Sequence[CurvePoint], *, least_precision: float = 0.0, least_recall: float = 0.0
) -> CurvePoint | None:
    """The point of the best F1 among those that are precise and complete enough; the higher of equal ones.

    ``None`` where no threshold gives that. Choose on other examples than those that are reported.
    """
    possible = [
        point for point in curve if point.precision >= least_precision and point.recall >= least_recall
    ]
    return max(possible, key=lambda point: (point.f1, point.threshold), default=None)
