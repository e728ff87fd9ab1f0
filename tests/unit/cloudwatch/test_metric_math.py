"""Metric math over small series: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html"""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.services.cloudwatch.expressions import ExpressionError, parse
from local.services.cloudwatch.metric_math import Periods, Value, compute
from local.services.cloudwatch.points import MetricId, Point, statistic
from local.services.cloudwatch.queries import QueryError, answer

PERIODS = Periods(0.0, 240.0, 60.0)
KNOWN: dict[str, Value] = {
    "m1": {0.0: 10.0, 60.0: 20.0, 180.0: 0.0},
    "m2": {0.0: 5.0, 120.0: 4.0, 180.0: 0.0},
    "e1": {60.0: 1.0},
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3 ^ 2", 19.0),
        ("(1 + 2) * 3", 9.0),
        ("-2 + 5", 3.0),
        ("1 < 2 AND 2 >= 3", 0.0),
        ("1 < 2 || 2 >= 3", 1.0),
        ("m1 + m2", {0.0: 15.0, 180.0: 0.0}),
        ("m1 / m2", {0.0: 2.0}),
        ("m1 * 2", {0.0: 20.0, 60.0: 40.0, 180.0: 0.0}),
        ("m1 > 9", {0.0: 1.0, 60.0: 1.0, 180.0: 0.0}),
        ("SUM(m1)", 30.0),
        ("SUM([m1, m2])", {0.0: 15.0, 60.0: 20.0, 120.0: 4.0, 180.0: 0.0}),
        ('MAX(METRICS("m"))', {0.0: 10.0, 60.0: 20.0, 120.0: 4.0, 180.0: 0.0}),
        ("FILL(m2, 7)", {0.0: 5.0, 60.0: 7.0, 120.0: 4.0, 180.0: 0.0}),
        ("FILL(m1, REPEAT)", {0.0: 10.0, 60.0: 20.0, 120.0: 20.0, 180.0: 0.0}),
        ("FILL(m2, m1)", {0.0: 5.0, 60.0: 20.0, 120.0: 4.0, 180.0: 0.0}),
        ("m1 / FILL(m2, 4)", {0.0: 2.0, 60.0: 5.0}),
        ("IF(m1 > 9, m1, 1)", {0.0: 10.0, 60.0: 20.0, 180.0: 1.0}),
        ("IF(m1, m1)", {0.0: 10.0, 60.0: 20.0}),
        ("IF(SUM(m1) > 100, m1, m2)", KNOWN["m2"]),
        ("RATE(m1)", {60.0: 10 / 60, 180.0: -20 / 120}),
        ("DIFF(m1)", {60.0: 10.0, 180.0: -20.0}),
        ("RUNNING_SUM(m1)", {0.0: 10.0, 60.0: 30.0, 180.0: 30.0}),
        ("m1 / PERIOD(m1)", {0.0: 10 / 60, 60.0: 20 / 60, 180.0: 0.0}),
        ("ABS(m2 - m1)", {0.0: 5.0, 180.0: 0.0}),
        ("FLOOR(m2 / 4)", {0.0: 1.0, 120.0: 1.0, 180.0: 0.0}),
        ("TIME_SERIES(3)", {0.0: 3.0, 60.0: 3.0, 120.0: 3.0, 180.0: 3.0}),
        ("SUM(FILL(METRICS(), 1))", {0.0: 16.0, 60.0: 22.0, 120.0: 6.0, 180.0: 1.0}),
    ],
)
def test_what_an_expression_gives(expression: str, value: Value) -> None:
    assert compute(parse(expression), KNOWN, PERIODS) == value


@pytest.mark.parametrize(
    "expression",
    ["m1 +", "(m1", "m1 m2", "m1 $ 2", "[m1", "SUM()", "SUM(m1, m2)", "NOPE(m1)", "m9", "'m1'", "[1, 2]",
     "FILL(m1)", "FILL(m1, LINEAR)", "IF(m1)", "", "(" * 300 + "1" + ")" * 300, "-" * 300 + "1"],
)  # fmt: skip
def test_what_isnt_metric_math_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        compute(parse(expression), KNOWN, PERIODS)


@given(st.text(alphabet="m12+-*/^()[],<>=&|\"' SUMIFLRATE", max_size=40))
def test_any_text_has_a_value_or_an_error_of_ours(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        compute(parse(text), KNOWN, PERIODS)


def query(name: str, **given: Any) -> dict[str, Any]:
    return {"Id": name, **given}


def test_expressions_may_build_on_expressions_in_any_order() -> None:
    measured = {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"}
    queries = [
        query("b", Expression="a * 2"),
        query("a", Expression="m + 1"),
        query("m", MetricStat=measured),
    ]
    points = {MetricId("N", "M"): [Point.of(61.0, 4.0), Point.of(62.0, 2.0), Point.of(240.0, 9.0)]}
    assert answer(queries, lambda metric: points[metric], PERIODS)["b"] == {60.0: 14.0}


def test_expressions_that_need_each_other_are_refused() -> None:
    queries = [query("a", Expression="b"), query("b", Expression="a")]
    with pytest.raises(QueryError, match="refer to each other"):
        answer(queries, lambda _metric: (), PERIODS)


def test_statistics_of_values_and_of_statistic_sets() -> None:
    seen = [Point.of(0.0, 1.0, count=98), Point.of(0.0, 50.0), Point.of(0.0, 90.0)]
    found = {name: statistic(seen, name) for name in ("Sum", "Average", "SampleCount", "Minimum", "Maximum")}
    assert found == {"Sum": 238.0, "Average": 2.38, "SampleCount": 100.0, "Minimum": 1.0, "Maximum": 90.0}
    assert [statistic(seen, name) for name in ("p50", "p99", "p100")] == [1.0, 50.0, 90.0]
    whole = [Point(0.0, sum=30.0, minimum=1.0, maximum=9.0, count=10.0)]
    assert statistic(whole, "Average") == 3.0
    assert statistic(whole, "p90") is None, "nobody knows the single values"
    assert statistic([], "Sum") is None
