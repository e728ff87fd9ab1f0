"""The one hook into MiniStack's Step Functions: executions are ours; machines, tags and aliases stay its own.

Symptoms of its interpreter: branches share one context object; a failing branch waits for its siblings;
events of branches aren't recorded, and none says what it follows; payloads over the limit pass; a path that
leads nowhere becomes null; ``States.ALL`` catches ``States.Runtime``; MaxDelaySeconds, JitterStrategy,
HeartbeatSeconds and a machine's TimeoutSeconds are ignored, as are batches and results of a distributed Map;
nothing can be redriven; a used name is refused even while it means the same; any definition is accepted.
Upstream: none filed.
"""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any

from ministack import app
from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions

from local.foreign_json import parse_json
from local.launcher.ministack.state_services import MiniStackServices
from local.states.api import Api
from local.states.clock import Clock
from local.states.errors import RequestError
from local.states.executions import Executions
from local.states.language.definition import problems
from local.states.retry_waits import RetryWaits

RELIES_ON = (
    "ministack.app:SERVICE_HANDLERS",
    "ministack.services.stepfunctions:_start_execution(data)",
    "ministack.core.responses:error_response_json",
    "ministack.core.responses:json_response",
)

_SERVICE = "states"
# Answered by MiniStack where we don't know the token: activities are its.
_OF_TOKENS = frozenset({"SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"})


def apply(wait_scale: float, retry_waits: RetryWaits) -> Executions:
    """Registers our operations before MiniStack's, and gives the executions they keep."""
    executions = Executions(MiniStackServices(), Clock(wait_scale=wait_scale), retry_waits)
    api = Api(executions)
    stock = app.SERVICE_HANDLERS[_SERVICE]

    def answer(operation: str, request: dict[str, Any]) -> Any:
        try:
            return json_response(api.operations[operation](request))
        except RequestError as error:
            return error_response_json(error.code, error.message, 400)
        except KeyError as error:
            return error_response_json("ValidationException", f"{error.args[0]} is required", 400)

    def validate(request: dict[str, Any]) -> Any:
        found = problems(str(request.get("definition", "")))
        diagnostics = [{"severity": "ERROR", "code": "INVALID", "message": problem} for problem in found]
        return json_response({"result": "FAIL" if found else "OK", "diagnostics": diagnostics})

    async def handle(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        operation = str(headers.get("x-amz-target", "")).rpartition(".")[2]
        try:
            request = parse_json(body or b"{}")
        except ValueError:
            return error_response_json("SerializationException", "Invalid JSON", 400)
        if operation == "ValidateStateMachineDefinition":
            return validate(request)
        if operation == "CreateStateMachine" and (found := problems(str(request.get("definition")))):
            message = f"Invalid State Machine Definition: '{'; '.join(found)}'"
            return error_response_json("InvalidDefinition", message, 400)
        is_ours = operation in api.operations
        if operation in _OF_TOKENS:
            is_ours = executions.tokens.machine_of(str(request.get("taskToken"))) is not None
        if not is_ours:
            return await stock(method, path, headers, body, query)
        if operation != "StartSyncExecution":
            return answer(operation, request)
        run = contextvars.copy_context().run
        return await asyncio.get_running_loop().run_in_executor(None, run, answer, operation, request)

    app.SERVICE_HANDLERS[_SERVICE] = handle
    # Rules and pipes start executions by this function.
    stepfunctions._start_execution = lambda data: answer("StartExecution", data)
    return executions
