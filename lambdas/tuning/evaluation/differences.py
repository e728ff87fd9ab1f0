"""A comparison as a run stores it."""

from __future__ import annotations

from braid.domain.scores.comparison import Comparison
from braid.domain.tuning.records import Difference

__all__ = ["difference_of"]


def difference_of(overall: Comparison) -> Difference:
    """Points and relative gain with their intervals."""
    points, relative = overall.points, overall.relative
    return Difference(
        points=points.value or 0.0,
        points_low=points.low or 0.0,
        points_high=points.high or 0.0,
        relative=relative.value,
        relative_low=relative.low,
        relative_high=relative.high,
    )
