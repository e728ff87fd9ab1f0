"""The metrics that Lambda, Step Functions, SQS and EventBridge send to CloudWatch by themselves.

Symptoms: executions and queues have no metrics at all; functions only where Invoke is called directly, not
where a queue, a rule or a state machine calls; the metrics that a function writes into its log (embedded
metric format) stay there. Upstream: none filed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.services import lambda_svc, sqs

from local.launcher.monitoring import metric_store
from local.services.cloudwatch.embedded_metrics import points_in
from local.services.cloudwatch.points import MetricId, Point

RELIES_ON = (
    "ministack.services.lambda_svc:_emit_lambda_metrics(function_name, duration_ms, error, throttle)",
    "ministack.services.lambda_svc:_emit_lambda_logs(func, request_id, log_text, error, duration_ms, "
    "log_source)",
    "ministack.services.lambda_svc:_execute_function_dispatch(func, config, event, request_id, started)",
    "ministack.services.sqs:_queues",
)

# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
_OF_STATUS = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


def apply() -> None:
    """Has every invocation and every log line counted."""
    stock_logs, stock_dispatch = lambda_svc._emit_lambda_logs, lambda_svc._execute_function_dispatch

    def emit_logs(
        function: Any, request_id: str, text: str, error: bool, duration_ms: int, **how: Any
    ) -> None:
        for line in text.splitlines():
            for metric, point, unit in points_in(line, at=metric_store.now()):
                metric_store.record(metric, point, unit)
        stock_logs(function, request_id, text, error, duration_ms, **how)

    def dispatch(function: Any, config: Any, event: Any, request_id: str, started: float) -> Any:
        result = stock_dispatch(function, config, event, request_id, started)
        failed = isinstance(result, Mapping) and bool(result.get("error"))
        duration_ms = (metric_store.now() - started) * 1000
        _count_invocation(str(config.get("FunctionName", "")), failed=failed, duration_ms=duration_ms)
        return result

    def emit_throttle(name: str, *, duration_ms: float, throttle: bool, **_others: Any) -> None:
        """What Invoke counts is counted above already; a call that was throttled got no further."""
        if throttle and not duration_ms:
            _count("AWS/Lambda", "Throttles", {"FunctionName": name})

    lambda_svc._emit_lambda_logs = emit_logs
    lambda_svc._execute_function_dispatch = dispatch
    lambda_svc._emit_lambda_metrics = emit_throttle


def count_execution(detail: Mapping[str, Any]) -> None:
    """Counts a change of an execution's status, given the event's detail."""
    dimensions = {"StateMachineArn": str(detail["stateMachineArn"])}
    _count("AWS/States", _OF_STATUS[str(detail["status"])], dimensions)
    if detail.get("stopDate"):
        took_ms = float(detail["stopDate"] - detail["startDate"])
        _record("AWS/States", "ExecutionTime", dimensions, took_ms, "Milliseconds")


def count_failed_delivery(rule_name: str) -> None:
    """Counts an event that a rule couldn't hand to its target."""
    _count("AWS/Events", "FailedInvocations", {"RuleName": rule_name})


def measure_queues(at: float) -> None:
    """How many messages wait in each queue at ``at`` (seconds since the epoch), and how old the oldest is.

    As on AWS a queue that nobody uses has no data: once it is empty, that is measured a last time.
    """
    for queue in list(sqs._queues.values()):
        dimensions = {"QueueName": str(queue["attributes"]["QueueArn"]).rpartition(":")[2]}
        messages = list(queue["messages"])
        visible = sum(message["visible_at"] <= at for message in messages)
        # What was sent to come later was never received; what was received and isn't visible is in flight.
        delayed = sum(m["visible_at"] > at and not m["receive_count"] for m in messages)
        # A message that moves to a dead-letter queue keeps the time at which it was sent first.
        age = max((at - message["sent_at"] for message in messages), default=0.0)
        for name, value, unit in (
            ("ApproximateNumberOfMessagesVisible", float(visible), "Count"),
            ("ApproximateNumberOfMessagesDelayed", float(delayed), "Count"),
            ("ApproximateNumberOfMessagesNotVisible", float(len(messages) - visible - delayed), "Count"),
            ("ApproximateAgeOfOldestMessage", max(age, 0.0), "Seconds"),
        ):
            if messages or metric_store.latest(MetricId("AWS/SQS", name, frozenset(dimensions.items()))):
                _record("AWS/SQS", name, dimensions, value, unit, at=at)


def _count_invocation(name: str, *, failed: bool, duration_ms: float) -> None:
    dimensions = {"FunctionName": name}
    _count("AWS/Lambda", "Invocations", dimensions)
    _record("AWS/Lambda", "Errors", dimensions, float(failed), "Count")
    _record("AWS/Lambda", "Duration", dimensions, duration_ms, "Milliseconds")


def _count(namespace: str, name: str, dimensions: Mapping[str, str]) -> None:
    _record(namespace, name, dimensions, 1.0, "Count")


def _record(
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    value: float,
    unit: str,
    *,
    at: float | None = None,
) -> None:
    point = Point.of(metric_store.now() if at is None else at, value)
    metric_store.record(MetricId(namespace, name, frozenset(dimensions.items())), point, unit)
