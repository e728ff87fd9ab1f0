"""Metrics that stand in log lines: the embedded metric format, which Powertools writes.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.foreign_json import is_number, parse_json
from local.services.cloudwatch.points import MetricId, Point

__all__ = ["points_in"]

_MARK = '"_aws"'
_MOST_DIMENSIONS = 30


def points_in(line: str, *, at: float) -> Iterator[tuple[MetricId, Point, str]]:
    """The metrics of a log line, each with its unit; none for a line that isn't in the format.

    ``at`` (seconds since the epoch) counts where the line has no time of its own. What is malformed in a
    line is left out, as CloudWatch does.
    """
    if _MARK not in line:
        return
    try:
        document = parse_json(line)
    except ValueError:
        return
    described = document.get("_aws") if isinstance(document, Mapping) else None
    if not isinstance(described, Mapping):
        return
    time = described.get("Timestamp")
    seconds = time / 1000 if is_number(time) else at
    for directive in _mappings(described.get("CloudWatchMetrics")):
        namespace = directive.get("Namespace")
        if isinstance(namespace, str) and namespace:
            yield from _points_of(directive, namespace, document, seconds)


def _points_of(
    directive: Mapping[str, Any], namespace: str, document: Mapping[str, Any], at: float
) -> Iterator[tuple[MetricId, Point, str]]:
    sets = [
        found
        for found in map(_dimensions(document), _list(directive.get("Dimensions")) or [[]])
        if found is not None
    ]
    for metric in _mappings(directive.get("Metrics")):
        name = metric.get("Name")
        if not isinstance(name, str):
            continue
        given = document.get(name)
        for value in given if isinstance(given, list) else [given]:
            if not is_number(value):
                continue
            for dimensions in sets:
                point = Point.of(at, float(value))
                yield MetricId(namespace, name, dimensions), point, str(metric.get("Unit", "None"))


def _dimensions(document: Mapping[str, Any]) -> Any:
    def read(names: Any) -> frozenset[tuple[str, str]] | None:
        if not isinstance(names, list) or len(names) > _MOST_DIMENSIONS:
            return None
        if not all(isinstance(name, str) and isinstance(document.get(name), str) for name in names):
            return None
        return frozenset((name, document[name]) for name in names)

    return read


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in _list(value) if isinstance(one, Mapping)]
