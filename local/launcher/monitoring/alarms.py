"""Alarms that are evaluated as CloudWatch does, in place of MiniStack's.

Symptoms of the stock evaluation: dimensions, DatapointsToAlarm, TreatMissingData and periods are ignored;
metric math is refused by CloudFormation, dropped by PutMetricAlarm and unanswered by GetMetricData; an alarm
is looked at only when a metric is put, so that it never returns to OK by itself; there are no composite
alarms in CloudFormation; a topic is told whose policy doesn't allow it. Upstream: none filed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, sns
from ministack.services.cloudformation import provisioners

from local.launcher.monitoring import metric_store
from local.launcher.permissions.iam import decisions
from local.services.cloudwatch.alarms import Alarm, evaluate
from local.services.cloudwatch.metric_math import Periods, Value
from local.services.cloudwatch.queries import QueryError, answer, period_of, returned

RELIES_ON = (
    *metric_store.RELIES_ON,
    "ministack.services.cloudwatch:_alarms",
    "ministack.services.cloudwatch:_evaluate_alarm(alarm)",
    "ministack.services.cloudwatch:_evaluate_all_alarms()",
    "ministack.services.cloudwatch:_evaluate_parent_alarms(child, seen)",
    "ministack.services.cloudwatch:_record_history(alarm_name, old_state, new_state, reason, alarm_type, "
    "reason_data)",
    "ministack.services.cloudwatch:_dispatch_alarm_actions(alarm, old_state, new_state, reason)",
    "ministack.services.cloudwatch:_put_metric_alarm(params, cbor_data, is_cbor, is_json)",
    "ministack.services.cloudwatch:_put_composite_alarm(params, cbor_data, is_cbor, is_json)",
    "ministack.services.cloudwatch:_delete_alarms(params, cbor_data, is_cbor, is_json)",
    "ministack.services.cloudwatch:_get_metric_data(params, cbor_data, is_cbor, is_json)",
    "ministack.services.cloudwatch:_cbor_metric_data_result(result)",
    "ministack.services.cloudwatch:_error(code, message, status, use_json, use_cbor)",
    "ministack.services.cloudwatch:cloudformation_put_metric_alarm(alarm)",
    "ministack.services.cloudwatch:cloudformation_set_metric_alarm_tags(name, tags)",
    "ministack.services.cloudwatch:_alarm_tags_refusal(tags, datapoints, is_new, is_cbor, is_json, "
    "composite)",
    "ministack.services.cloudwatch:_cbor_ok(data)",
    "ministack.services.cloudwatch:_json_ok(data)",
    "ministack.services.cloudwatch:_parse_ts(value)",
    "ministack.services.cloudwatch:_ts_iso(epoch)",
    "ministack.services.sns:topic_policy_allows(topic_arn, service, source_arn, source_account)",
    "ministack.services.cloudformation.provisioners:_cw_metric_alarm_record(name, props)",
    "ministack.services.cloudformation.provisioners:_physical_name",
    "ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",
)

Members = Mapping[str, Any]
# What PutMetricAlarm takes and DescribeAlarms gives back.
_KEPT = (
    "AlarmDescription", "ActionsEnabled", "OKActions", "AlarmActions", "InsufficientDataActions",
    "MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions", "Period", "Unit",
    "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator", "TreatMissingData",
    "EvaluateLowSampleCountPercentile", "Metrics",
)  # fmt: skip
_ACTIONS = ("OKActions", "AlarmActions", "InsufficientDataActions")
_LISTS = (*_ACTIONS, "Dimensions")
_SERVICE = "cloudwatch.amazonaws.com"
_NUMBERS: Mapping[str, type] = {
    "Period": int, "EvaluationPeriods": int, "DatapointsToAlarm": int, "Threshold": float,
}  # fmt: skip

logger = logging.getLogger("braid.alarms")


def apply() -> None:
    """Puts our evaluation into MiniStack's CloudWatch and its CloudFormation types."""
    _store_whole_alarms()
    _answer_metric_data()
    _ask_topics()
    cloudwatch._evaluate_alarm = _evaluate
    provisioners._cw_metric_alarm_record = alarm_record
    provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::CompositeAlarm"] = {
        "create": _create_composite,
        "update": _update_composite,
        "delete": _delete_composite,
    }


def evaluate_all(at: float) -> None:
    """Looks at every alarm as it is at ``at`` (seconds since the epoch)."""
    for alarm in list(cloudwatch._alarms.values()):
        _evaluate(alarm, at)


def alarm_record(name: str, given: Members) -> dict[str, Any]:
    """What MiniStack stores of an alarm, which keeps the state of the one that it replaces.

    ``given`` are PutMetricAlarm's members or CloudFormation's properties, which are spelled alike. Raises
    ``ValueError`` for an alarm that AWS refuses.
    """
    kept: dict[str, Any] = {key: given[key] for key in _KEPT if given.get(key) is not None}
    kept |= {key: number(kept[key]) for key, number in _NUMBERS.items() if key in kept}
    kept |= {key: [] for key in _LISTS if key not in kept}
    enabled = str(kept.get("ActionsEnabled", True)).lower() == "true"
    kept["Metrics"] = [_typed(query) for query in kept.get("Metrics") or ()]
    if not kept["Metrics"]:
        del kept["Metrics"]
    Alarm.read(kept)
    before, moment = cloudwatch._alarms.get(name) or {}, int(metric_store.now())
    return {
        **kept,
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}",
        "ActionsEnabled": enabled,
        "StateValue": before.get("StateValue", "INSUFFICIENT_DATA"),
        "StateReason": before.get("StateReason", "Unchecked: Initial alarm creation"),
        "StateUpdatedTimestamp": before.get("StateUpdatedTimestamp", moment),
        "AlarmConfigurationUpdatedTimestamp": moment,
    }


def _typed(query: Members) -> dict[str, Any]:
    """A metric data query whose numbers and flags may have come as text, as in a template."""
    found = dict(query)
    if "ReturnData" in found:
        found["ReturnData"] = str(found["ReturnData"]).lower() == "true"
    if "Period" in found:
        found["Period"] = int(found["Period"])
    if measured := found.get("MetricStat"):
        found["MetricStat"] = {**measured, "Period": int(measured["Period"])}
    return found


def _evaluate(alarm: dict[str, Any], at: float | None = None) -> None:
    before = str(alarm["StateValue"])
    at = metric_store.now() if at is None else at
    try:
        verdict = evaluate(Alarm.read(alarm), metric_store.points_of, now=at, state=before)
    except QueryError as error:
        logger.warning("the alarm %s can't be evaluated: %s", alarm["AlarmName"], error)
        return
    if verdict.state == before:
        return
    alarm["StateValue"], alarm["StateReason"] = verdict.state, verdict.reason
    alarm["StateUpdatedTimestamp"] = int(at)
    logger.info("the alarm %s went from %s to %s", alarm["AlarmName"], before, verdict.state)
    cloudwatch._record_history(alarm["AlarmName"], before, verdict.state, verdict.reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, verdict.state, verdict.reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _store_whole_alarms() -> None:
    """PutMetricAlarm forgets metric math and gives every alarm a statistic."""
    stock = cloudwatch._put_metric_alarm

    def put(params: Any, members: Any, is_cbor: bool, is_json: bool = False) -> Any:
        if not (is_cbor or is_json):
            return stock(params, members, is_cbor, is_json)
        name, tags = str(members.get("AlarmName", "")), members.get("Tags")
        is_new = name not in cloudwatch._alarms
        refused = cloudwatch._alarm_tags_refusal(tags, None, is_new, is_cbor, is_json)
        if refused:
            return refused
        try:
            cloudwatch.cloudformation_put_metric_alarm(alarm_record(name, members))
        except ValueError as error:
            return cloudwatch._error("ValidationError", str(error), 400, use_json=is_json, use_cbor=is_cbor)
        if is_new and tags:
            cloudwatch.cloudformation_set_metric_alarm_tags(name, tags)
        return cloudwatch._cbor_ok({}) if is_cbor else cloudwatch._json_ok({})

    cloudwatch._put_metric_alarm = put


def _answer_metric_data() -> None:
    stock = cloudwatch._get_metric_data

    def get(params: Any, members: Any, is_cbor: bool, is_json: bool = False) -> Any:
        if not (is_cbor or is_json):
            return stock(params, members, is_cbor, is_json)
        try:
            results = metric_data(members)
        except QueryError as error:
            return cloudwatch._error("ValidationError", str(error), 400, use_json=is_json, use_cbor=is_cbor)
        if is_cbor:
            encoded = [cloudwatch._cbor_metric_data_result(result) for result in results]
            return cloudwatch._cbor_ok({"MetricDataResults": encoded})
        return cloudwatch._json_ok({"MetricDataResults": results})

    cloudwatch._get_metric_data = get


def _ask_topics() -> None:
    """An alarm tells only topics whose policy lets CloudWatch publish for it."""
    stock = cloudwatch._dispatch_alarm_actions

    def dispatch(alarm: dict[str, Any], before: str, after: str, reason: str) -> None:
        told = {name: [arn for arn in alarm.get(name) or () if _may_tell(arn, alarm)] for name in _ACTIONS}
        stock({**alarm, **told}, before, after, reason)

    cloudwatch._dispatch_alarm_actions = dispatch


def _may_tell(action_arn: str, alarm: Members) -> bool:
    if not action_arn.startswith("arn:aws:sns:"):
        return True
    if sns.topic_policy_allows(action_arn, _SERVICE, str(alarm["AlarmArn"]), get_account_id()):
        return True
    logger.warning("the alarm %s may not tell %s: its policy", alarm["AlarmName"], action_arn)
    decisions.denied(_SERVICE, "sns:Publish", action_arn, f"the topic's policy doesn't allow {_SERVICE}")
    return False


def metric_data(members: Members) -> list[dict[str, Any]]:
    """GetMetricData's results, the newest value first unless asked otherwise. Raises ``QueryError``."""
    queries = [_typed(query) for query in members.get("MetricDataQueries", [])]
    seconds = period_of(queries)
    start, end = (float(cloudwatch._parse_ts(members[name])) for name in ("StartTime", "EndTime"))
    values = answer(queries, metric_store.points_of, Periods(start // seconds * seconds, end, seconds))
    newest_first = members.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    return [
        _result(query, series, newest_first)
        for query in returned(queries)
        for series in _all_series(values[str(query["Id"])])
    ]


def _all_series(value: Value) -> list[dict[float, float]]:
    if isinstance(value, float):
        raise QueryError("an expression that returns data must give a series, not a number")
    return value if isinstance(value, list) else [value]


def _result(query: Members, series: Mapping[float, float], newest_first: bool) -> dict[str, Any]:
    ordered = sorted(series.items(), reverse=newest_first)
    metric = (query.get("MetricStat") or {}).get("Metric") or {}
    return {
        "Id": query["Id"],
        "Label": query.get("Label") or metric.get("MetricName") or query["Id"],
        "Timestamps": [cloudwatch._ts_iso(begin) for begin, _value in ordered],
        "Values": [value for _begin, value in ordered],
        "StatusCode": "Complete",
    }


def _create_composite(logical_id: str, properties: Members, stack: str) -> tuple[str, dict[str, str]]:
    name = str(properties.get("AlarmName") or provisioners._physical_name(stack, logical_id, max_len=255))
    _asked(cloudwatch._put_composite_alarm({}, {**properties, "AlarmName": name}, False, True))
    return name, {"Arn": cloudwatch._composite_alarms[name]["AlarmArn"]}


def _update_composite(
    name: str, old: Members, new: Members, stack: str, logical_id: str | None = None
) -> tuple[str, dict[str, str]]:
    if new.get("AlarmName", name) == name:
        return _create_composite(logical_id or name, {**new, "AlarmName": name}, stack)
    created = _create_composite(logical_id or name, new, stack)
    _delete_composite(name, old)
    return created


def _delete_composite(name: str, _properties: Members) -> None:
    cloudwatch._delete_alarms({}, {"AlarmNames": [name]}, False, True)


def _asked(answered: tuple[int, Any, bytes]) -> None:
    """Fails the resource, and with it the deployment, when the API refuses."""
    if answered[0] >= 300:
        raise ValueError(answered[2].decode())
