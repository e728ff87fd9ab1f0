"""How a Task calls its resource: within a time limit, for a token, with a result of limited size.

Symptoms: a time limit includes the time that a Lambda waits here for a free core; a stopped execution or
branch waits for its Lambda; a Lambda that raises while its state waits for a token is ignored; heartbeats are
ignored; a result over 256 KB passes.
"""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import wait
from typing import Any

from ministack.services import stepfunctions

from local.launcher.executions import current_work, in_thread, task_began
from local.launcher.payloads import limit_payload

RELIES_ON = (
    "ministack.services.stepfunctions:_invoke_resource(resource, input_data)",
    "ministack.services.stepfunctions:_invoke_resource_with_timeout(resource, input_data, timeout)",
    "ministack.services.stepfunctions:_invoke_with_callback(resource, input_data, token, state_def)",
    "ministack.services.stepfunctions:_task_tokens",
    "ministack.services.stepfunctions:_ExecutionError(error, cause)",
)

_POLL_SECONDS = 0.1


def apply() -> None:
    """Replaces the calls with a limit or a token, and checks every result."""
    stepfunctions._invoke_resource_with_timeout = invoke_within
    stepfunctions._invoke_with_callback = invoke_with_callback
    _limit_results()


def invoke_within(resource: str, data: Any, timeout_seconds: float) -> Any:
    """Calls the resource; raises ``States.Timeout`` when it runs longer.

    The time that a Lambda waits here for a free core isn't counted: on AWS it wouldn't wait.
    """
    began = threading.Event()
    if "lambda" not in resource:
        began.set()
    task_began.set(began)
    work = current_work.get()
    future = in_thread(lambda: stepfunctions._invoke_resource(resource, data))
    deadline: float | None = None
    while True:
        if deadline is None and began.is_set():
            deadline = time.monotonic() + timeout_seconds
        if wait([future], timeout=_POLL_SECONDS).done:
            return future.result()
        if work is not None:
            work.scope.check()
        if deadline is not None and time.monotonic() > deadline:
            raise stepfunctions._ExecutionError(
                "States.Timeout", f"Task timed out after {timeout_seconds} seconds"
            )


def invoke_with_callback(resource: str, data: Any, token: str, state: dict[str, Any]) -> Any:
    """Calls the resource and waits for the token's answer, at most TimeoutSeconds and between heartbeats.

    Raises what the resource raises, the failure that was sent, ``States.Timeout`` or
    ``States.HeartbeatTimeout``.
    """
    answered = threading.Event()
    work = current_work.get()
    machine = work.record["stateMachineArn"] if work else None
    ticket = {"event": answered, "result": None, "error": None, "heartbeat": None, "machine": machine}
    stepfunctions._task_tokens[token] = ticket
    try:
        stepfunctions._invoke_resource(resource.replace(".waitForTaskToken", ""), data)
        _await_answer(ticket, answered, state)
    finally:
        stepfunctions._task_tokens.pop(token, None)
    failure: Any = ticket["error"]
    if failure:
        raise stepfunctions._ExecutionError(
            failure.get("Error", "States.TaskFailed"), failure.get("Cause", "")
        )
    return json.loads(str(ticket["result"]))


def machine_of(token: str) -> str | None:
    """The state machine whose state waits for this token, on which AWS asks whether it may be answered."""
    machine: str | None = stepfunctions._task_tokens.get(token, {}).get("machine")
    return machine


def _await_answer(ticket: dict[str, Any], answered: threading.Event, state: dict[str, Any]) -> None:
    work = current_work.get()
    started = last_beat = time.monotonic()
    seen = None
    while not answered.wait(_POLL_SECONDS):
        if work is not None:
            work.scope.check()
        now = time.monotonic()
        if ticket["heartbeat"] != seen:
            seen, last_beat = ticket["heartbeat"], now
        if "TimeoutSeconds" in state and now - started > state["TimeoutSeconds"]:
            raise stepfunctions._ExecutionError("States.Timeout", "Task timed out waiting for its token")
        if "HeartbeatSeconds" in state and now - last_beat > state["HeartbeatSeconds"]:
            raise stepfunctions._ExecutionError("States.HeartbeatTimeout", "Task sent no heartbeat in time")


def _limit_results() -> None:
    """A task's result over the limit is an error of the task, which its own Catch may name."""
    stock = stepfunctions._invoke_resource

    def invoke(resource: str, data: Any) -> Any:
        result = stock(resource, data)
        limit_payload(result, f"The resource '{resource}' returned a result")
        return result

    stepfunctions._invoke_resource = invoke
