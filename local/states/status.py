"""An execution's status for those who follow it: described, listed, and as an event on the bus."""

from __future__ import annotations

from typing import Any

from local.states.execution import Execution
from local.states.map_run import MapRun

# The event leaves out an input or output that is longer:
# https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
_EVENT_PAYLOAD_LIMIT = 248 * 1024


def described(execution: Execution) -> dict[str, Any]:
    """The answer of DescribeExecution; times are seconds since the epoch."""
    included = {"included": True}
    answer = {
        **listed(execution),
        "input": execution.input_text,
        "inputDetails": included,
        "output": execution.output_text,
        "outputDetails": None if execution.output_text is None else included,
        "error": execution.error or None,
        "cause": execution.cause or None,
        "redriveCount": execution.redrive_count,
        "redriveStatus": "REDRIVABLE" if execution.is_redrivable else "NOT_REDRIVABLE",
        "redriveStatusReason": None if execution.is_redrivable else _redrive_reason(execution),
    }
    return {name: value for name, value in answer.items() if value is not None}


def listed(execution: Execution) -> dict[str, Any]:
    """An execution in the answer of ListExecutions."""
    answer = {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.started_at,
        "stopDate": execution.stopped_at,
        "mapRunArn": execution.map_run_arn,
        "redriveCount": execution.redrive_count,
        "redriveDate": execution.redriven_at,
    }
    return {name: value for name, value in answer.items() if value is not None}


def status_detail(execution: Execution) -> dict[str, Any]:
    """The detail of the event ``Step Functions Execution Status Change``; times are milliseconds."""
    output = execution.output_text
    included = {"included": True}
    detail: dict[str, Any] = {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": int(execution.started_at * 1000),
        "stopDate": None if execution.stopped_at is None else int(execution.stopped_at * 1000),
        "input": execution.input_text,
        "inputDetails": included,
        "output": output,
        "outputDetails": None if output is None else included,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": execution.redrive_count,
        "redriveDate": None if execution.redriven_at is None else int(execution.redriven_at * 1000),
        "redriveStatus": "REDRIVABLE" if execution.is_redrivable else "NOT_REDRIVABLE",
        "redriveStatusReason": None if execution.is_redrivable else _redrive_reason(execution),
        "error": execution.error,
        "cause": execution.cause,
    }
    for name in ("input", "output"):
        if detail[name] is not None and len(detail[name]) > _EVENT_PAYLOAD_LIMIT:
            detail.update({name: None, f"{name}Details": {"included": False}})
    return detail


def described_map_run(run: MapRun) -> dict[str, Any]:
    """The answer of DescribeMapRun."""
    answer = {
        "mapRunArn": run.arn,
        "executionArn": run.execution_arn,
        "status": run.status,
        "startDate": run.started_at,
        "stopDate": run.stopped_at,
        "maxConcurrency": run.max_concurrency,
        "toleratedFailurePercentage": float(run.tolerated_percentage or 0),
        "toleratedFailureCount": int(run.tolerated_count or 0),
        "itemCounts": run.counts(of_items=True),
        "executionCounts": run.counts(of_items=False),
        "redriveCount": run.redrive_count,
        "redriveDate": run.redriven_at,
    }
    return {name: value for name, value in answer.items() if value is not None}


def listed_map_run(run: MapRun) -> dict[str, Any]:
    """A Map Run in the answer of ListMapRuns."""
    stopped = {} if run.stopped_at is None else {"stopDate": run.stopped_at}
    return {
        "executionArn": run.execution_arn,
        "mapRunArn": run.arn,
        "stateMachineArn": run.machine_arn,
        "startDate": run.started_at,
        **stopped,
    }


def _redrive_reason(execution: Execution) -> str:
    return f"Execution is {execution.status} and cannot be redriven"
