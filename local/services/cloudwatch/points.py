"""Data points of a metric, and what a statistic makes of those of one period.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["MetricId", "Point", "PointsOf", "Series", "statistic", "statistics_by_period"]

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")

# The beginning of a period in seconds since the epoch, and its value; a period without data isn't there.
Series: TypeAlias = dict[float, float]


@dataclass(frozen=True)
class MetricId:
    """Which metric: each set of dimensions is one of its own."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def read(cls, given: Mapping[str, object]) -> MetricId:
        """The metric of a member that has ``Namespace``, ``MetricName`` and ``Dimensions``."""
        dimensions = given.get("Dimensions") or ()
        pairs = ((str(one["Name"]), str(one["Value"])) for one in dimensions)  # type: ignore[attr-defined]  # JSON
        return cls(str(given["Namespace"]), str(given["MetricName"]), frozenset(pairs))


@dataclass(frozen=True)
class Point:
    """``count`` samples at ``at`` (seconds since the epoch) with what is known of them."""

    at: float
    sum: float
    minimum: float
    maximum: float
    count: float = 1.0

    @classmethod
    def of(cls, at: float, value: float, count: float = 1.0) -> Point:
        """A value that was seen ``count`` times."""
        return cls(at, value * count, value, value, count)


PointsOf: TypeAlias = Callable[[MetricId], Iterable[Point]]


def statistic(points: Sequence[Point], name: str) -> float | None:
    """``Sum``, ``Average``, ``Minimum``, ``Maximum``, ``SampleCount`` or a percentile such as ``p99``.

    None without samples, and for a percentile of statistic sets whose single values nobody knows. Raises
    ``ValueError`` for another statistic.
    """
    count = sum(point.count for point in points)
    percentile = _PERCENTILE.fullmatch(name)
    if percentile is None and name not in ("Sum", "Average", "Minimum", "Maximum", "SampleCount"):
        raise ValueError(f"the statistic {name} isn't known here")
    if not count:
        return None
    if percentile is not None:
        return _percentile(points, float(percentile[1]) / 100)
    total = sum(point.sum for point in points)
    return {
        "Sum": total,
        "Average": total / count,
        "SampleCount": count,
        "Minimum": min(point.minimum for point in points),
        "Maximum": max(point.maximum for point in points),
    }[name]


def statistics_by_period(
    points: Iterable[Point], name: str, *, start: float, end: float, period: float
) -> Series:
    """The statistic of each period of ``period`` seconds in ``[start, end)``, counted from ``start``."""
    by_period: dict[float, list[Point]] = {}
    for point in points:
        if start <= point.at < end:
            begin = start + (point.at - start) // period * period
            by_period.setdefault(begin, []).append(point)
    found = ((begin, statistic(inside, name)) for begin, inside in sorted(by_period.items()))
    return {begin: value for begin, value in found if value is not None}


def _percentile(points: Sequence[Point], share: float) -> float | None:
    """The smallest value that at least ``share`` of the samples don't exceed (nearest rank)."""
    if any(point.minimum != point.maximum for point in points):
        return None
    ordered = sorted(points, key=lambda point: point.minimum)
    wanted = share * sum(point.count for point in ordered)
    seen = 0.0
    for point in ordered:
        seen += point.count
        if seen >= wanted:
            return point.minimum
    return ordered[-1].minimum
