"""Metrics in log lines, as Powertools writes them and as they may be broken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from hypothesis import given
from hypothesis import strategies as st

from local.services.cloudwatch.embedded_metrics import points_in
from local.services.cloudwatch.points import MetricId, Point


def test_a_line_that_powertools_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    with single_metric(name="RefusedRequests", unit=MetricUnit.Count, value=2, namespace="Braid") as metric:
        metric.add_dimension(name="operation", value="DetectFaces")
    ((found, point, unit),) = points_in(capsys.readouterr().out, at=0.0)
    assert found == MetricId("Braid", "RefusedRequests", frozenset({("operation", "DetectFaces")}))
    assert (point.sum, unit) == (2.0, "Count")
    assert point.at > 1_700_000_000, "the line's own time, in seconds"


def line(**changes: Any) -> str:
    directive = {
        "Namespace": "Braid",
        "Dimensions": [["a"], ["a", "b"]],
        "Metrics": [{"Name": "Seen", "Unit": "Count"}, {"Name": "Took"}],
        **changes,
    }
    document = {"_aws": {"CloudWatchMetrics": [directive]}, "a": "1", "b": "2", "Seen": [1, 2], "Took": 0.5}
    return json.dumps(document)


def test_each_set_of_dimensions_and_each_value_is_a_point() -> None:
    found = [
        (metric.name, len(metric.dimensions), point) for metric, point, _unit in points_in(line(), at=7.0)
    ]
    assert found == [
        *(("Seen", count, Point.of(7.0, value)) for value in (1.0, 2.0) for count in (1, 2)),
        *(("Took", count, Point.of(7.0, 0.5)) for count in (1, 2)),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"Namespace": ""},
        {"Namespace": 5},
        {"Metrics": "Seen"},
        {"Metrics": [{"Name": "Missing"}, {"Unit": "Count"}, {"Name": "a"}]},
        {"Dimensions": [["nowhere"]]},
        {"Dimensions": ["a"]},
    ],
)
def test_what_is_malformed_counts_nothing(changes: dict[str, Any]) -> None:
    assert list(points_in(line(**changes), at=0.0)) == []


def test_without_dimensions_there_is_one_metric() -> None:
    metrics = {metric for metric, _point, _unit in points_in(line(Dimensions=[]), at=0.0)}
    assert metrics == {MetricId("Braid", "Seen"), MetricId("Braid", "Took")}


NAMES = st.sampled_from(["Name", "Namespace", "Metrics", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_no_line_breaks_the_reader(directives: Any, value: Any) -> None:
    text = json.dumps({"_aws": {"CloudWatchMetrics": directives, "Timestamp": value}, "x": value})
    list(points_in(text, at=0.0))
    list(points_in(text[:-3], at=0.0))
