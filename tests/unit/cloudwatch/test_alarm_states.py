"""The states of an alarm in the cases that CloudWatch's own documentation works through.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.services.cloudwatch.alarms import Alarm, decide, evaluate
from local.services.cloudwatch.points import MetricId, Point
from local.services.cloudwatch.queries import QueryError

KEPT = "whatever it was"
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
FAILED = MetricId("AWS/States", "ExecutionsFailed", frozenset({("StateMachineArn", "a")}))


def points(drawn: str) -> list[bool | None]:
    """``0 - X`` as the documentation draws it: not breaching, missing, breaching; the newest is the last."""
    return [{"0": False, "X": True, "-": None}[mark] for mark in drawn.split()]


@pytest.mark.parametrize(
    ("drawn", "needed", "states"),
    [
        # Datapoints to Alarm and Evaluation Periods are both 3.
        ("0 - X - X", 3, ("OK", "OK", "OK", "OK")),
        ("0 - - - -", 3, ("OK", "OK", "OK", "OK")),
        ("- - - - -", 3, ("INSUFFICIENT_DATA", KEPT, "ALARM", "OK")),
        ("0 X X - X", 3, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("- - X - -", 3, ("ALARM", KEPT, "ALARM", "OK")),
        # 2 out of 3.
        ("0 - X - X", 2, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 0 X 0 X", 2, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 - X - -", 2, ("OK", "OK", "ALARM", "OK")),
        ("- - - - 0", 2, ("OK", "OK", "ALARM", "OK")),
        ("- - - X -", 2, ("ALARM", KEPT, "ALARM", "OK")),
    ],
)
def test_the_documented_tables(drawn: str, needed: int, states: tuple[str, ...]) -> None:
    found = [
        decide(points(drawn), needed=needed, evaluated=3, missing=missing, state=KEPT)
        for missing in TREATMENTS
    ]
    assert tuple(found) == states


@pytest.mark.parametrize("drawn", ["- - - - X", "- - - X -", "- - X - 0"])
def test_one_breach_that_is_young_raises_no_premature_alarm(drawn: str) -> None:
    """The next data point may be well."""
    assert decide(points(drawn), needed=3, evaluated=3, missing="missing", state="OK") == "OK"


@given(st.lists(st.booleans(), min_size=5, max_size=5), st.integers(1, 3), st.sampled_from(TREATMENTS))
def test_with_all_data_only_the_newest_count(drawn: list[bool], needed: int, missing: str) -> None:
    state = decide(list(drawn), needed=needed, evaluated=3, missing=missing, state="OK")
    assert state == ("ALARM" if sum(drawn[-3:]) >= needed else "OK")


def alarm(**changes: Any) -> Alarm:
    return Alarm.read(
        {
            "Namespace": FAILED.namespace,
            "MetricName": FAILED.name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in FAILED.dimensions],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            **changes,
        }
    )


def states_over(watched: Alarm, failures: dict[MetricId, list[Point]], minutes: range) -> Iterator[str]:
    """The alarm's state at each of these minutes, as a clock goes over them."""
    state = "INSUFFICIENT_DATA"
    for minute in minutes:
        state = evaluate(
            watched, lambda metric: failures.get(metric, ()), now=minute * 60.0, state=state
        ).state
        yield state


def test_an_alarm_rises_and_returns_to_ok_by_itself() -> None:
    seen = list(states_over(alarm(), {FAILED: [Point.of(601.0, 1)]}, range(9, 30)))
    risen, gone = seen.index("ALARM"), len(seen) - seen[::-1].index("ALARM")
    assert seen[:risen] == ["OK"] * 2, "the minute in which it failed isn't over before"
    assert set(seen[risen:gone]) == {"ALARM"}
    assert gone - risen == 15, "three periods: the last data point counts while it is in the range"
    assert set(seen[gone:]) == {"OK"}


def test_a_metric_with_other_dimensions_is_another_metric() -> None:
    other = MetricId(FAILED.namespace, FAILED.name, frozenset({("StateMachineArn", "b")}))
    bare = MetricId(FAILED.namespace, FAILED.name)
    failures = {other: [Point.of(601.0, 1)], bare: [Point.of(601.0, 1)]}
    assert set(states_over(alarm(), failures, range(9, 20))) == {"OK"}


def test_three_of_five_periods() -> None:
    watched = alarm(Period=60, EvaluationPeriods=5, DatapointsToAlarm=3)
    failures = {FAILED: [Point.of(60.0 * minute + 1, 1) for minute in (10, 12, 14)]}
    seen = list(states_over(watched, failures, range(10, 24)))
    assert seen.index("ALARM") == 5, "with the third failure, whose minute ends at 15"
    assert seen[-1] == "OK"


def test_an_alarm_over_days_looks_once_an_hour() -> None:
    watched = alarm(Period=3600, EvaluationPeriods=25)
    assert watched.periods(7199.0).end == 3600.0
    assert alarm().periods(7199.0).end == 7140.0


def test_a_percentile_ignores_a_thin_sample_when_told_to() -> None:
    slow = {"Statistic": None, "ExtendedStatistic": "p90", "Threshold": 5, "TreatMissingData": "missing"}
    few = {FAILED: [Point.of(601.0, 9)]}
    many = {FAILED: [Point.of(601.0, 9, count=100)]}
    ignoring = alarm(**slow, EvaluateLowSampleCountPercentile="ignore")
    assert "ALARM" in states_over(alarm(**slow), few, range(9, 20))
    assert set(states_over(ignoring, few, range(9, 20))) == {"INSUFFICIENT_DATA"}
    assert "ALARM" in states_over(ignoring, many, range(9, 20))


def test_a_share_of_two_metrics_is_watched() -> None:
    started = MetricId("AWS/States", "ExecutionsStarted")
    failed = MetricId("AWS/States", "ExecutionsFailed")
    watched = Alarm.read(
        {
            "Metrics": [
                {"Id": "share", "Expression": "IF(started >= 10, FILL(failed, 0) / started, 0)"},
                *(
                    {
                        "Id": name,
                        "ReturnData": False,
                        "MetricStat": {
                            "Metric": {"Namespace": metric.namespace, "MetricName": metric.name},
                            "Period": 300,
                            "Stat": "Sum",
                        },
                    }
                    for name, metric in (("started", started), ("failed", failed))
                ),
            ],
            "EvaluationPeriods": 1,
            "Threshold": 0.05,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
        }
    )
    few = {started: [Point.of(601.0, 9)], failed: [Point.of(602.0, 9)]}
    many = {started: [Point.of(601.0, 20)], failed: [Point.of(602.0, 2)]}
    assert set(states_over(watched, few, range(9, 30))) == {"OK"}
    seen = list(states_over(watched, many, range(9, 30)))
    assert "ALARM" in seen
    assert seen[-1] == "OK"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "comparison"),
        ({"TreatMissingData": "sometimes"}, "TreatMissingData"),
        ({"Threshold": None}, "threshold"),
        ({"DatapointsToAlarm": 2}, "DatapointsToAlarm"),
        ({"Statistic": "Median"}, "Median"),
        ({"Metrics": [{"Id": "e", "Expression": "SUM(nothing)"}]}, "nothing"),
        ({"Metrics": [{"Id": "e", "Expression": "ANOMALY_DETECTION_BAND(m1)"}]}, "m1|ANOMALY"),
        ({"Metrics": [{"Id": "a", "Expression": "b"}, {"Id": "b", "Expression": "a"}]}, "exactly one"),
    ],
)
def test_an_alarm_that_could_never_ring_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(QueryError, match=said):
        alarm(**changes)
