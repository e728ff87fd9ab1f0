"""MiniStack's metrics as points, and the time at which alarms look at them.

Symptom of the stock store: metrics vanish, or a request fails, while several threads put some. What is old is
forgotten by making new lists, and what another thread adds to the old ones meanwhile is lost. Upstream: none
filed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from ministack.services import cloudwatch

from local.services.cloudwatch.points import MetricId, Point

RELIES_ON = (
    "ministack.services.cloudwatch:_metrics",
    "ministack.services.cloudwatch:_metric_bucket(key)",
    "ministack.services.cloudwatch:_dims_key(dims)",
    "ministack.services.cloudwatch:_evict_old_metrics()",
)

__all__ = ["RELIES_ON", "apply", "forget_before", "latest", "now", "points_of", "record"]


def apply() -> None:
    """Leaves forgetting to ``forget_before``; stock's makes new lists while threads add to the old ones."""
    cloudwatch._evict_old_metrics = lambda: None


def forget_before(at: float) -> None:
    """Drops the points before ``at`` (seconds since the epoch)."""
    for points in list(cloudwatch._metrics.values()):
        points[:] = [stored for stored in points if stored["Timestamp"] >= at]


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def points_of(metric: MetricId) -> Iterator[Point]:
    """Every point of the metric with exactly these dimensions."""
    key = (metric.namespace, metric.name, cloudwatch._dims_key(dict(metric.dimensions)))
    for stored in list(cloudwatch._metrics.get(key) or ()):
        yield _point(stored)


def latest(metric: MetricId) -> float:
    """The value that was put last; 0.0 where there is none."""
    return max(points_of(metric), key=lambda point: point.at, default=Point.of(0.0, 0.0)).maximum


def record(metric: MetricId, point: Point, unit: str = "Count") -> None:
    """Adds a point, as PutMetricData does."""
    dimensions = dict(metric.dimensions)
    key = (metric.namespace, metric.name, cloudwatch._dims_key(dimensions))
    cloudwatch._metric_bucket(key).append(
        {
            "Timestamp": point.at,
            "Value": point.minimum,
            "Count": point.count,
            "Unit": unit,
            "Dimensions": dimensions,
        }
    )


def _point(stored: dict[str, Any]) -> Point:
    at, known = float(stored["Timestamp"]), stored.get("_stat")
    if known is None:
        return Point.of(at, float(stored["Value"]), float(stored.get("Count", 1.0)))
    members = (float(known.get(name, 0.0)) for name in ("Sum", "Minimum", "Maximum", "SampleCount"))
    return Point(at, *members)
