"""Walks a state machine: the loop over states, Parallel branches, and the end of an execution.

Symptoms of the stock loop that this removes: branches share one context object, so that
``$$.State.RetryCount`` and ``$$.State.Name`` of one branch show up in another; a failing branch waits for
its siblings; payloads over the limit pass; a machine's TimeoutSeconds never fires; an aborted execution goes
on and may end as FAILED; every execution begins with a sleep of 0.15 s.
"""

from __future__ import annotations

import contextvars
import copy
import json
import logging
import queue
import threading
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import stepfunctions

from local.launcher.executions import Scope, StoppedError, Work, current_work, in_thread
from local.launcher.history import add_event, continue_after, last_event_id
from local.launcher.payloads import limit_payload

RELIES_ON = (
    "ministack.services.stepfunctions:_run_execution(exec_arn)",
    "ministack.services.stepfunctions:_run_sub_machine(states, start_at, input_data, execution, ctx)",
    "ministack.services.stepfunctions:_run_parallel_branches(state_def, raw_input, execution, ctx)",
    "ministack.services.stepfunctions:_stop_execution(data)",
    "ministack.services.stepfunctions:_emit_execution_status_event(execution)",
    "ministack.services.stepfunctions:_execute_task(state_def, raw_input, execution, ctx)",
    "ministack.services.stepfunctions:_execute_parallel(state_def, raw_input, execution, ctx)",
    "ministack.services.stepfunctions:_execute_map(state_def, raw_input, execution, ctx)",
    "ministack.services.stepfunctions:_execute_pass(state_def, raw_input, ctx)",
    "ministack.services.stepfunctions:_execute_choice(state_def, raw_input, ctx)",
    "ministack.services.stepfunctions:_execute_wait(state_def, raw_input, ctx)",
    "ministack.services.stepfunctions:_fail_state_error(state_def, raw_input, ctx)",
    "ministack.services.stepfunctions:_apply_parameters(state_def, data, ctx)",
    "ministack.services.stepfunctions:_apply_result_selector(state_def, data)",
    "ministack.services.stepfunctions:_apply_result_path(state_def, original, result)",
    "ministack.services.stepfunctions:_next_or_end(state_def)",
    "ministack.services.stepfunctions:_executions",
    "ministack.services.stepfunctions:_state_machines",
)

_TAKES_EXECUTION = frozenset({"Task", "Parallel", "Map"})
_TYPES = _TAKES_EXECUTION | {"Pass", "Choice", "Wait"}

logger = logging.getLogger("braid.states")
_finish_lock = threading.Lock()
_running: dict[str, Work] = {}


def apply() -> None:
    """Replaces the loop and what hangs on it."""
    stock_stop = stepfunctions._stop_execution

    def stop(data: dict[str, Any]) -> Any:
        with _finish_lock:
            answer = stock_stop(data)
        work = _running.get(str(data.get("executionArn")))
        if work is not None and answer[0] == 200:
            work.scope.stop()
        return answer

    stepfunctions._run_execution = run_execution
    stepfunctions._run_sub_machine = run_branch
    stepfunctions._run_parallel_branches = run_parallel
    stepfunctions._stop_execution = stop


def run_execution(execution_arn: str) -> None:
    """Runs one execution to its end; the body of the thread that StartExecution starts."""
    record = stepfunctions._executions[execution_arn]
    machine = stepfunctions._state_machines[record["stateMachineArn"]]
    definition = json.loads(machine["definition"])
    given = json.loads(record["input"])
    work = Work(record, str(machine["roleArn"]), Scope())
    current_work.set(work)
    _running[execution_arn] = work
    context = {
        "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
        "Execution": {
            "Id": execution_arn,
            "Input": given,
            "Name": record["name"],
            "RoleArn": machine["roleArn"],
            "StartTime": record["startDate"],
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": record["stateMachineArn"], "Name": machine["name"]},
        "variables": {},
    }
    alarm = _set_alarm(work, definition.get("TimeoutSeconds"))
    try:
        output = _walk(definition["States"], definition["StartAt"], given, record, context)
        finish(work, "SUCCEEDED", output=json.dumps(output))
    except StoppedError:
        pass  # whoever stopped it has written the end
    except stepfunctions._ExecutionError as error:
        finish(work, "FAILED", error=error.error, cause=error.cause)
    except Exception as error:  # a defect of the interpreter must end the execution, not hang it
        logger.exception("execution %s broke the interpreter", execution_arn)
        finish(work, "FAILED", error="States.Runtime", cause=f"{type(error).__name__}: {error}")
    finally:
        if alarm is not None:
            alarm.cancel()
        _running.pop(execution_arn, None)


def finish(work: Work, status: str, *, output: str | None = None, error: str = "", cause: str = "") -> None:
    """Ends the execution once: the first of success, failure, timeout and abort counts."""
    record = work.record
    with _finish_lock:
        if record["status"] != "RUNNING":
            return
        name = {"SUCCEEDED": "Succeeded", "FAILED": "Failed", "TIMED_OUT": "TimedOut"}[status]
        details = {"output": output} if status == "SUCCEEDED" else {"error": error, "cause": cause}
        add_event(record, f"Execution{name}", {f"execution{name}EventDetails": details})
        record["stopDate"] = now_iso()
        record.update({"output": output} if status == "SUCCEEDED" else {"error": error, "cause": cause})
        record["status"] = status
    work.scope.stop()
    stepfunctions._emit_execution_status_event(record)


def run_branch(
    states: dict[str, Any], start_at: str, given: Any, record: dict[str, Any], context: Any
) -> Any:
    """Runs the states of one branch or Map iteration under a context of its own, and returns its output."""
    return _walk(states, start_at, copy.deepcopy(given), record, {**context})


def run_parallel(state: dict[str, Any], given: Any, record: dict[str, Any], context: Any) -> Any:
    """Runs the branches of a Parallel state; the first failure stops the others and is raised."""
    effective = stepfunctions._apply_input_path(state, given, context)
    effective = stepfunctions._apply_parameters(state, effective, context)
    branches = state["Branches"]
    add_event(record, "ParallelStateStarted")
    outer = current_work.get()
    scope = Scope(outer.scope if outer else None)
    ended: queue.Queue[tuple[int, Any, BaseException | None, int]] = queue.Queue()

    def run(index: int) -> None:
        if outer is not None:
            current_work.set(Work(outer.record, outer.role_arn, scope))
        output, error = None, None
        try:
            branch = branches[index]
            output = run_branch(branch["States"], branch["StartAt"], effective, record, context)
        except Exception as raised:  # noqa: BLE001  # carried to the thread that waits below
            error = raised
        ended.put((index, output, error, last_event_id()))

    for index in range(len(branches)):
        in_thread(lambda index=index: run(index))  # type: ignore[misc]  # the default binds the loop's value
    outputs: list[Any] = [None] * len(branches)
    for _ in branches:
        index, outputs_of_branch, error, last_id = ended.get()
        if error is not None:
            scope.stop()
            if isinstance(error, stepfunctions._ExecutionError):
                continue_after(last_id)
                add_event(record, "ParallelStateFailed")
            raise error
        outputs[index] = outputs_of_branch
        continue_after(last_id)
    add_event(record, "ParallelStateSucceeded")
    result = stepfunctions._apply_result_selector(state, outputs)
    output = stepfunctions._apply_result_path(state, given, result)
    output = stepfunctions._apply_output_path(state, output, context)
    return output, stepfunctions._next_or_end(state)


def _walk(states: dict[str, Any], name: str | None, data: Any, record: dict[str, Any], context: Any) -> Any:
    work = current_work.get()
    while name:
        if work is not None:
            work.scope.check()
        state = states.get(name)
        if state is None:
            raise stepfunctions._ExecutionError("States.Runtime", f"State '{name}' doesn't exist")
        kind = str(state.get("Type"))
        context["State"] = {"Name": name, "EnteredTime": now_iso(), "RetryCount": 0}
        entered = {"name": name, "input": json.dumps(data)}
        add_event(record, f"{kind}StateEntered", {"stateEnteredEventDetails": entered})
        data, following = _execute(kind, state, data, record, context)
        limit_payload(data, f"The state '{name}' returned an output")
        left = {"name": name, "output": json.dumps(data)}
        add_event(record, f"{kind}StateExited", {"stateExitedEventDetails": left})
        name = following
    return data


def _execute(kind: str, state: Any, data: Any, record: Any, context: Any) -> tuple[Any, str | None]:
    if kind == "Fail":
        raise stepfunctions._ExecutionError(*stepfunctions._fail_state_error(state, data, context))
    if kind == "Succeed":
        data = stepfunctions._apply_input_path(state, data, context)
        return stepfunctions._apply_output_path(state, data, context), None
    if kind not in _TYPES:
        raise stepfunctions._ExecutionError("States.Runtime", f"Unknown state type '{kind}'")
    # Looked up now, not at import: other patches replace these functions.
    handler = getattr(stepfunctions, f"_execute_{kind.lower()}")
    arguments = (state, data, record, context) if kind in _TAKES_EXECUTION else (state, data, context)
    output, following = handler(*arguments)
    return output, following


def _set_alarm(work: Work, timeout_seconds: float | None) -> threading.Timer | None:
    """Ends the execution as TIMED_OUT when the machine's own TimeoutSeconds are over."""
    if timeout_seconds is None:
        return None
    context = contextvars.copy_context()

    def time_out() -> None:
        context.run(finish, work, "TIMED_OUT", error="States.Timeout", cause="The execution timed out")

    alarm = threading.Timer(float(timeout_seconds), time_out)
    alarm.daemon = True
    alarm.start()
    return alarm
