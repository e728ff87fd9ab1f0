"""Decides the state of an alarm from its data points, as CloudWatch documents it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.services.cloudwatch.metric_math import Periods
from local.services.cloudwatch.points import PointsOf
from local.services.cloudwatch.queries import Query, QueryError, answer, period_of, returned

__all__ = ["Alarm", "Verdict", "decide", "evaluate"]

# How many periods more than EvaluationPeriods are looked at in case some have no data. CloudWatch says only
# that the number depends on the period; its worked examples have two.
_MORE_PERIODS = 2
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_BREACHES: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")


@dataclass(frozen=True)
class Alarm:
    """What an alarm watches, and when it is in ALARM: ``needed`` of the last ``evaluated`` data points."""

    queries: tuple[Query, ...]
    watched: str
    period: int
    evaluated: int
    needed: int
    threshold: float
    comparison: str
    missing: str
    ignores_few_samples: bool = False

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Alarm:
        """The alarm of PutMetricAlarm's members. Raises ``QueryError`` for one that AWS refuses too."""
        queries = tuple(given.get("Metrics") or (_simple(given),))
        watched = returned(queries)
        if len(watched) != 1:
            raise QueryError(f"exactly one of an alarm's metrics may return data, not {len(watched)}")
        comparison, missing = given.get("ComparisonOperator"), given.get("TreatMissingData") or "missing"
        if comparison not in _BREACHES:
            raise QueryError(f"the comparison {comparison} isn't known here")
        if missing not in _TREATMENTS:
            raise QueryError(f"TreatMissingData is one of {', '.join(_TREATMENTS)}, not {missing}")
        if given.get("Threshold") is None:
            raise QueryError("an alarm needs a threshold")
        evaluated = int(given.get("EvaluationPeriods") or 1)
        needed = int(given.get("DatapointsToAlarm") or evaluated)
        if not 1 <= needed <= evaluated:
            raise QueryError(f"DatapointsToAlarm must be from 1 to {evaluated}, not {needed}")
        alarm = cls(
            queries=queries,
            watched=str(watched[0]["Id"]),
            period=period_of(queries),
            evaluated=evaluated,
            needed=needed,
            threshold=float(given["Threshold"]),
            comparison=str(comparison),
            missing=str(missing),
            ignores_few_samples=given.get("EvaluateLowSampleCountPercentile") == "ignore",
        )
        answer(alarm.queries, lambda _metric: (), alarm.periods(0.0))
        return alarm

    @property
    def span_seconds(self) -> int:
        """The time that its data points cover."""
        return self.period * self.evaluated

    def periods(self, now: float) -> Periods:
        """Those that are looked at: they end at the last full minute, or hour where they cover days."""
        step = _HOUR if self.span_seconds > _DAY else min(self.period, _MINUTE)
        end = now // step * step
        return Periods(end - (self.evaluated + _MORE_PERIODS) * self.period, end, self.period)


@dataclass(frozen=True)
class Verdict:
    """The state an alarm is in, why, and the data points that say so, the newest first."""

    state: str
    reason: str
    datapoints: tuple[tuple[float, float], ...] = ()


def evaluate(alarm: Alarm, points_of: PointsOf, *, now: float, state: str) -> Verdict:
    """The state of ``alarm`` at ``now`` (seconds since the epoch), given the ``state`` that it is in."""
    periods = alarm.periods(now)
    values = answer(alarm.queries, points_of, periods)[alarm.watched]
    if isinstance(values, float):
        values = dict.fromkeys(periods.begins(), values)
    if isinstance(values, list):
        raise QueryError(f"{alarm.watched}: an alarm watches one series, not {len(values)}")
    if alarm.ignores_few_samples and _has_few_samples(alarm, points_of, periods):
        return Verdict(state, "too few samples for the percentile")
    ordered = [values.get(begin) for begin in periods.begins()]
    decided = decide(
        [None if value is None else alarm_breaches(alarm, value) for value in ordered],
        needed=alarm.needed,
        evaluated=alarm.evaluated,
        missing=alarm.missing,
        state=state,
    )
    recent = tuple(sorted(values.items(), reverse=True))[: alarm.evaluated]
    return Verdict(decided, _reason(alarm, recent, decided), recent)


def alarm_breaches(alarm: Alarm, value: float) -> bool:
    """Whether a data point is on the wrong side of the threshold."""
    return _BREACHES[alarm.comparison](value, alarm.threshold)


def decide(breaching: Sequence[bool | None], *, needed: int, evaluated: int, missing: str, state: str) -> str:
    """``OK``, ``ALARM`` or ``INSUFFICIENT_DATA`` of data points, the oldest first, None where there is none.

    ``missing`` is how missing data is treated, ``state`` what the alarm is in, which may stay.
    """
    real = [point for point in breaching if point is not None]
    if len(real) >= evaluated:
        return "ALARM" if sum(real[-evaluated:]) >= needed else "OK"
    filled = evaluated - len(real)
    if sum(real) + (filled if missing == "breaching" else 0) >= needed:
        return "ALARM"
    if missing in ("breaching", "notBreaching"):
        return "OK"
    if not real:
        return state if missing == "ignore" else "INSUFFICIENT_DATA"
    if not all(real):
        return "OK"
    # All there is breaches, but it is too little: it counts once the oldest of it is old enough.
    if missing == "ignore":
        return state
    age = len(breaching) - next(index for index, point in enumerate(breaching) if point is not None)
    return "ALARM" if age >= needed else "OK"


def _simple(given: Mapping[str, Any]) -> Query:
    """The one query of an alarm without metric math."""
    try:
        metric = {name: given[name] for name in ("Namespace", "MetricName")}
    except KeyError as error:
        raise QueryError(f"an alarm needs Metrics, or {error.args[0]}") from error
    stat = given.get("ExtendedStatistic") or given.get("Statistic") or "Average"
    measured = {
        "Metric": {**metric, "Dimensions": given.get("Dimensions") or ()},
        "Period": given.get("Period") or _MINUTE,
        "Stat": stat,
    }
    return {"Id": "m1", "MetricStat": measured}


def _has_few_samples(alarm: Alarm, points_of: PointsOf, periods: Periods) -> bool:
    """Whether a percentile has fewer than 10 / (1 - share) samples, or 10 / share below the median."""
    for query in alarm.queries:
        measured = query.get("MetricStat") or {}
        stat = str(measured.get("Stat", ""))
        if not stat.startswith("p"):
            continue
        share = float(stat[1:]) / 100
        counted = {**query, "MetricStat": {**measured, "Stat": "SampleCount"}}
        counts = answer([counted], points_of, periods)[str(query["Id"])]
        seen = sum(counts.values()) if isinstance(counts, dict) else 0.0
        rarer = 1 - share if share >= 0.5 else share
        if rarer and seen < round(10 / rarer, 6):  # 10 / (1 - 0.9) is a little more than 100
            return True
    return False


def _reason(alarm: Alarm, recent: Sequence[tuple[float, float]], state: str) -> str:
    if state == "INSUFFICIENT_DATA" or not recent:
        return f"Insufficient Data: {alarm.evaluated} datapoints were unknown."
    values = ", ".join(f"{value:g}" for _begin, value in recent)
    crossed = "crossed" if state == "ALARM" else "not crossed"
    count = sum(alarm_breaches(alarm, value) for _begin, value in recent)
    return (
        f"Threshold {crossed}: {count} of the last {len(recent)} datapoints [{values}] breach "
        f"{alarm.comparison} {alarm.threshold:g} ({alarm.needed} needed for ALARM)."
    )
