"""The operations of the Step Functions API on executions: request members in, answer members out."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local.foreign_json import parse_json
from local.states import status
from local.states.errors import RequestError
from local.states.executions import Executions
from local.states.map_run import MapRun

Request = Mapping[str, Any]
Answer = dict[str, Any]

_HISTORY_PAGE = 100
_LIST_PAGE = 100
_MOST = 1000


class Api:
    """Every operation raises ``RequestError``; times in answers are seconds since the epoch."""

    def __init__(self, executions: Executions) -> None:
        self._executions = executions
        self.operations: dict[str, Callable[[Request], Answer]] = {
            "StartExecution": self.start_execution,
            "StartSyncExecution": self.start_sync_execution,
            "StopExecution": self.stop_execution,
            "RedriveExecution": self.redrive_execution,
            "DescribeExecution": self.describe_execution,
            "DescribeStateMachineForExecution": self.describe_state_machine_for_execution,
            "ListExecutions": self.list_executions,
            "GetExecutionHistory": self.get_execution_history,
            "SendTaskSuccess": self.send_task_success,
            "SendTaskFailure": self.send_task_failure,
            "SendTaskHeartbeat": self.send_task_heartbeat,
            "ListMapRuns": self.list_map_runs,
            "DescribeMapRun": self.describe_map_run,
            "UpdateMapRun": self.update_map_run,
        }

    def start_execution(self, request: Request) -> Answer:
        """StartExecution."""
        execution = self._executions.start(*_start_arguments(request))
        return {"executionArn": execution.arn, "startDate": execution.started_at}

    def start_sync_execution(self, request: Request) -> Answer:
        """StartSyncExecution: answers when the execution has ended."""
        execution = self._executions.run_now(*_start_arguments(request))
        found = status.described(execution)
        return {name: value for name, value in found.items() if not name.startswith("redrive")}

    def stop_execution(self, request: Request) -> Answer:
        """StopExecution."""
        arn, error, cause = (request.get(name) for name in ("executionArn", "error", "cause"))
        return {"stopDate": self._executions.stop(str(arn), error, cause).stopped_at}

    def redrive_execution(self, request: Request) -> Answer:
        """RedriveExecution."""
        return {"redriveDate": self._executions.redrive(str(request["executionArn"])).redriven_at}

    def describe_execution(self, request: Request) -> Answer:
        """DescribeExecution."""
        return status.described(self._executions.get(str(request["executionArn"])))

    def describe_state_machine_for_execution(self, request: Request) -> Answer:
        """DescribeStateMachineForExecution: the definition that the execution runs, whatever came later."""
        machine = self._executions.get(str(request["executionArn"])).machine
        return {
            "stateMachineArn": machine.arn,
            "name": machine.name,
            "definition": json.dumps(machine.definition, ensure_ascii=False),
            "roleArn": machine.role_arn,
            "updateDate": self._executions.get(str(request["executionArn"])).started_at,
        }

    def list_executions(self, request: Request) -> Answer:
        """ListExecutions, the newest first, of a machine or a Map Run."""
        machine, run, wanted = (
            request.get(name) for name in ("stateMachineArn", "mapRunArn", "statusFilter")
        )
        if run is not None:
            self._map_run(str(run))
        found = [
            execution
            for execution in reversed(self._executions.all())
            if (execution.map_run_arn == run if run is not None else execution.machine.arn == machine)
            and wanted in (None, execution.status)
        ]
        page, token = _page([status.listed(one) for one in found], request, _LIST_PAGE, "executionArn")
        return {"executions": page, **token}

    def get_execution_history(self, request: Request) -> Answer:
        """GetExecutionHistory; a page token holds its place however the history grows."""
        execution = self._executions.get(str(request["executionArn"]))
        events = execution.history.events(with_data=request.get("includeExecutionData", True))
        if request.get("reverseOrder"):
            events.reverse()
        page, token = _page(events, request, _HISTORY_PAGE, "id")
        return {"events": page, **token}

    def send_task_success(self, request: Request) -> Answer:
        """SendTaskSuccess."""
        self._executions.tokens.succeed(str(request["taskToken"]), str(request["output"]))
        return {}

    def send_task_failure(self, request: Request) -> Answer:
        """SendTaskFailure."""
        self._executions.tokens.fail(str(request["taskToken"]), request.get("error"), request.get("cause"))
        return {}

    def send_task_heartbeat(self, request: Request) -> Answer:
        """SendTaskHeartbeat."""
        self._executions.tokens.beat(str(request["taskToken"]))
        return {}

    def list_map_runs(self, request: Request) -> Answer:
        """ListMapRuns of an execution, the newest first."""
        execution = self._executions.get(str(request["executionArn"]))
        runs = [
            run for run in reversed(self._executions.map_runs.values()) if run.execution_arn == execution.arn
        ]
        page, token = _page([status.listed_map_run(run) for run in runs], request, _LIST_PAGE, "mapRunArn")
        return {"mapRuns": page, **token}

    def describe_map_run(self, request: Request) -> Answer:
        """DescribeMapRun."""
        return status.described_map_run(self._map_run(str(request["mapRunArn"])))

    def update_map_run(self, request: Request) -> Answer:
        """UpdateMapRun: its tolerance; how many run at once was decided when it began."""
        run = self._map_run(str(request["mapRunArn"]))
        run.tolerated_count = request.get("toleratedFailureCount", run.tolerated_count)
        run.tolerated_percentage = request.get("toleratedFailurePercentage", run.tolerated_percentage)
        return {}

    def _map_run(self, arn: str) -> MapRun:
        found = self._executions.map_runs.get(arn)
        if found is None:
            raise RequestError("ResourceNotFound", f"Map Run Does Not Exist: '{arn}'")
        return found


def _start_arguments(request: Request) -> tuple[str, str | None, str]:
    return str(request["stateMachineArn"]), request.get("name"), str(request.get("input", "{}"))


def _page(
    found: Sequence[Answer], request: Request, usual: int, key: str
) -> tuple[list[Answer], dict[str, str]]:
    """One page, and the token of the next if there is one: it names the last item, so nothing shifts."""
    most = request.get("maxResults", usual) or usual
    if isinstance(most, bool) or not isinstance(most, int) or not 0 < most <= _MOST:
        raise RequestError("ValidationException", f"maxResults must be between 0 and {_MOST}")
    start = 0
    if request.get("nextToken"):
        start = _after(found, str(request["nextToken"]), key)
    page = list(found[start : start + most])
    if start + most >= len(found):
        return page, {}
    token = base64.urlsafe_b64encode(json.dumps(page[-1][key]).encode()).decode()
    return page, {"nextToken": token}


def _after(found: Sequence[Answer], token: str, key: str) -> int:
    try:
        last = parse_json(base64.urlsafe_b64decode(token))
    except ValueError:
        last = None
    for index, item in enumerate(found):
        if item[key] == last:
            return index + 1
    raise RequestError("InvalidToken", "Invalid Token: 'Invalid token'")
