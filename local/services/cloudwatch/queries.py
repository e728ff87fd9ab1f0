"""Answers metric data queries: statistics of metrics, and expressions over each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from local.services.cloudwatch.expressions import Call, ExpressionError, Listed, Name, Node, Operation, parse
from local.services.cloudwatch.metric_math import Periods, Value, compute
from local.services.cloudwatch.points import MetricId, PointsOf, Series, statistic, statistics_by_period

__all__ = ["Query", "QueryError", "answer", "period_of", "returned"]

# A ``MetricDataQuery`` as the API has it.
Query = Mapping[str, Any]


class QueryError(ValueError):
    """Queries that can't be answered; the message names the one."""


def answer(queries: Sequence[Query], points_of: PointsOf, periods: Periods) -> dict[str, Value]:
    """The value of each query by its id. Raises ``QueryError``."""
    by_id = {str(query["Id"]): query for query in queries}
    if len(by_id) != len(queries):
        raise QueryError("two queries have the same Id")
    trees = {name: parsed(query) for name, query in by_id.items() if query.get("Expression")}
    values: dict[str, Value] = {
        name: _measured(query, points_of, periods) for name, query in by_id.items() if name not in trees
    }
    while trees:
        ready = [name for name, tree in trees.items() if not _names(tree) & (trees.keys() - {name})]
        if not ready or any(name in _names(trees[name]) for name in ready):
            raise QueryError(f"the expressions {', '.join(sorted(trees))} refer to each other")
        for name in ready:
            try:
                values[name] = compute(trees.pop(name), values, periods)
            except ExpressionError as error:
                raise QueryError(f"{name}: {error}") from error
    return values


def parsed(query: Query) -> Node:
    """The expression of a query. Raises ``QueryError`` that names the query."""
    try:
        return parse(str(query["Expression"]))
    except ExpressionError as error:
        raise QueryError(f"{query['Id']}: {error}") from error


def returned(queries: Sequence[Query]) -> list[Query]:
    """Those whose values are wanted."""
    return [query for query in queries if query.get("ReturnData", True)]


def period_of(queries: Sequence[Query], usual: int = 60) -> int:
    """The seconds of a period, which all queries must share. Raises ``QueryError``."""
    found = {int(query["MetricStat"]["Period"]) for query in queries if query.get("MetricStat")}
    found |= {int(query["Period"]) for query in queries if query.get("Period")}
    if len(found) > 1:
        raise QueryError(f"all queries must have the same period, not {', '.join(map(str, sorted(found)))}")
    return found.pop() if found else usual


def _measured(query: Query, points_of: PointsOf, periods: Periods) -> Series:
    asked = query["MetricStat"]
    try:
        statistic((), str(asked["Stat"]))  # refuses an unknown one even while there is no data
        return statistics_by_period(
            points_of(MetricId.read(asked["Metric"])),
            str(asked["Stat"]),
            start=periods.start,
            end=periods.end,
            period=periods.seconds,
        )
    except ValueError as error:
        raise QueryError(f"{query['Id']}: {error}") from error


def _names(node: Node) -> set[str]:
    if isinstance(node, Name):
        return {node.name}
    if isinstance(node, Operation):
        return _names(node.left) | _names(node.right)
    inside = node.arguments if isinstance(node, Call) else node.items if isinstance(node, Listed) else ()
    return {name for part in inside for name in _names(part)}
