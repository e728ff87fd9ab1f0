"""All executions of a service: started, stopped, redriven; nested ones and children of Map Runs."""

from __future__ import annotations

import logging
import re
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from local.foreign_json import parse_json
from local.states.clock import Clock
from local.states.errors import PAYLOAD_LIMIT_BYTES, RequestError, StateError, StoppedError, to_text
from local.states.execution import Execution, Progress
from local.states.history import History
from local.states.map_run import MapRun, MapRunPerformer
from local.states.parallel import MapPerformer, ParallelPerformer, processor_of
from local.states.retry_waits import RetryWaits
from local.states.scope import Scope, in_thread
from local.states.services import Machine, Services
from local.states.status import status_detail
from local.states.tasks import TaskPerformer, Tokens
from local.states.walk import Branch, State, Walker

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
_NAME = re.compile(r"^[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}$")

logger = logging.getLogger("braid.states")


class Executions:
    """Safe to use from any thread; each execution runs in one of its own."""

    def __init__(
        self, services: Services, clock: Clock | None = None, retry_waits: RetryWaits | None = None
    ) -> None:
        self.services = services
        self.clock = clock or Clock()
        self.retry_waits = retry_waits or RetryWaits()
        self.tokens = Tokens(self.clock)
        self.map_runs: dict[str, MapRun] = {}
        self._lock = threading.Lock()
        self._executions: dict[str, Execution] = {}
        inline, distributed = MapPerformer(self._walker), MapRunPerformer(self.map_runs, self._start_child)

        def perform_map(branch: Branch, state: State, given: Any, context: dict[str, Any]) -> Any:
            mode = processor_of(state).get("ProcessorConfig", {}).get("Mode", "INLINE")
            return (distributed if mode == "DISTRIBUTED" else inline)(branch, state, given, context)

        task, parallel = TaskPerformer(self.tokens, self._nested), ParallelPerformer(self._walker)
        self._the_walker = Walker({"Task": task, "Parallel": parallel, "Map": perform_map})

    def _walker(self) -> Walker:
        return self._the_walker

    def all(self) -> list[Execution]:
        """Every execution, in the order of their start."""
        with self._lock:
            return list(self._executions.values())

    def get(self, arn: str) -> Execution:
        """The execution; raises ``RequestError`` when there is none."""
        with self._lock:
            found = self._executions.get(arn)
        if found is None:
            raise RequestError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return found

    def start(self, machine_arn: str, name: str | None = None, input_text: str = "{}") -> Execution:
        """Starts an execution, or gives the running one that has this name and input.

        Raises ``RequestError`` for a machine that isn't there and for a malformed or used name or input.
        """
        execution, is_new = self._create(machine_arn, name, input_text)
        if is_new:
            self._announce(execution)
            in_thread(lambda: self.run(execution))
        return execution

    def run_now(self, machine_arn: str, name: str | None = None, input_text: str = "{}") -> Execution:
        """StartSyncExecution: runs an express machine to its end in this thread."""
        execution, _ = self._create(machine_arn, name, input_text)
        self.run(execution)
        return execution

    def stop(self, arn: str, error: str | None, cause: str | None) -> Execution:
        """Aborts a running execution; a second time changes nothing. Raises ``RequestError``."""
        execution = self.get(arn)
        if execution.end("ABORTED", error=error, cause=cause):
            self._announce(execution)
        elif execution.status != "ABORTED":
            raise RequestError("ValidationException", f"Execution is {execution.status}, it can't be stopped")
        return execution

    def redrive(self, arn: str) -> Execution:
        """Goes on from where an execution failed, with its definition and input; raises ``RequestError``."""
        execution = self.get(arn)
        with execution.lock:
            if not execution.is_redrivable:
                reason = f"Execution is {execution.status} and cannot be redriven"
                raise RequestError("ExecutionNotRedrivable", reason)
            execution.status, execution.stopped_at = "RUNNING", None
            execution.error = execution.cause = execution.output_text = None
            execution.redrive_count += 1
            execution.redriven_at = self.clock.now()
            execution.scope = Scope()
            execution.ended.clear()
            execution.progress.resume()
            details = {"redriveCount": execution.redrive_count}
            execution.last_event = execution.history.append(
                "ExecutionRedriven", execution.last_event, details
            )
        self._announce(execution)
        in_thread(lambda: self.run(execution))
        return execution

    def run(self, execution: Execution) -> None:
        """Walks an execution to its end, in this thread."""
        scope = execution.scope
        branch = Branch(self, execution, scope, execution.progress, execution.last_event, execution.context())
        with self._time_limit(execution):
            try:
                output = self._the_walker.walk(branch, execution.machine.definition["States"])
                self._end(execution, branch, "SUCCEEDED", output=to_text(output))
            except StoppedError:
                pass  # whoever stopped it has written the end
            except StateError as error:
                self._end(execution, branch, "FAILED", error=error.error, cause=error.cause)
            except Exception as error:  # a defect of the interpreter must end the execution, not hang it
                logger.exception("execution %s broke the interpreter", execution.arn)
                cause = f"{type(error).__name__}: {error}"
                self._end(execution, branch, "FAILED", error="States.Runtime", cause=cause)

    def _end(self, execution: Execution, branch: Branch, status: str, **how: str | None) -> None:
        if branch.scope.stopped:
            return
        execution.last_event = branch.last_id
        if execution.end(status, **how):
            self._announce(execution)

    @contextmanager
    def _time_limit(self, execution: Execution) -> Iterator[None]:
        """Ends the execution as TIMED_OUT when the machine's own TimeoutSeconds are over."""
        seconds = execution.machine.definition.get("TimeoutSeconds")
        if seconds is None:
            yield
            return
        over = threading.Event()

        def watch() -> None:
            if not over.wait(min(float(seconds), threading.TIMEOUT_MAX)) and execution.end("TIMED_OUT"):
                self._announce(execution)

        in_thread(watch)
        try:
            yield
        finally:
            over.set()

    def _create(self, machine_arn: str, name: str | None, input_text: str) -> tuple[Execution, bool]:
        if name is not None and not _NAME.fullmatch(name):
            raise RequestError("InvalidName", f"Invalid Name: '{name}'")
        if len(input_text.encode()) > PAYLOAD_LIMIT_BYTES:
            raise RequestError("ValidationException", f"the input is longer than {PAYLOAD_LIMIT_BYTES} bytes")
        try:
            given = parse_json(input_text)
        except ValueError as error:
            message = f"Invalid State Machine Execution Input: '{error}'"
            raise RequestError("InvalidExecutionInput", message) from None
        machine = self.services.machine(machine_arn)
        if machine is None:
            raise RequestError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{machine_arn}'")
        return self._add(machine, name or str(uuid.uuid4()), input_text, given)

    def _add(
        self,
        machine: Machine,
        name: str,
        input_text: str,
        given: Any,
        map_run_arn: str | None = None,
        parent: Execution | None = None,
    ) -> tuple[Execution, bool]:
        arn = f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}"
        history = History(self.clock.now)
        execution = Execution(
            arn=arn,
            name=name,
            machine=machine,
            input_text=input_text,
            given=given,
            started_at=self.clock.now(),
            history=history,
            progress=Progress(str(machine.definition["StartAt"]), given),
            map_run_arn=map_run_arn,
            parent=parent,
        )
        with self._lock:
            known = self._executions.get(arn)
            if known is None:
                self._executions[arn] = execution
        if known is not None:
            if known.status == "RUNNING" and known.input_text == input_text:
                return known, False
            raise RequestError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
        details = {"input": input_text, "inputDetails": {"truncated": False}, "roleArn": machine.role_arn}
        execution.last_event = history.append("ExecutionStarted", 0, details)
        return execution, True

    def _start_child(
        self, run: MapRun, branch: Branch, processor: Mapping[str, Any], given: Any
    ) -> Execution:
        parent = branch.execution.machine
        self.services.allow(branch.execution.caller, "states:StartExecution", parent.arn)
        is_express = processor.get("ProcessorConfig", {}).get("ExecutionType") == "EXPRESS"
        machine = Machine(run.machine_arn, parent.name, processor, parent.role_arn, is_express)
        child, _ = self._add(machine, str(uuid.uuid4()), to_text(given), given, run.arn, branch.execution)
        return child

    def _nested(
        self, branch: Branch, resource: str, parameters: Mapping[str, Any], submitted: Callable[[Any], None]
    ) -> Any:
        """A state's ``states:startExecution``; with ``.sync`` it ends when the started execution does."""
        machine_arn = str(parameters.get("StateMachineArn"))
        self.services.allow(branch.execution.caller, "states:StartExecution", machine_arn)
        given = parameters.get("Input", {})
        try:
            name = parameters.get("Name")
            text = given if isinstance(given, str) else to_text(given)
            child = self.start(machine_arn, None if name is None else str(name), text)
        except RequestError as error:
            raise StateError(f"StepFunctions.{error.code}Exception", error.message) from None
        started = {"ExecutionArn": child.arn, "StartDate": int(child.started_at * 1000)}
        if ".sync" not in resource:
            return started
        submitted(started)
        try:
            branch.scope.wait(child.ended)
        except StoppedError:
            child.end("ABORTED")
            raise
        ended = nested_result(child, as_json=resource.endswith(":2"))
        if child.status != "SUCCEEDED":
            raise StateError("States.TaskFailed", to_text(ended))
        return ended

    def _announce(self, execution: Execution) -> None:
        # Express executions and children of Map Runs announce nothing, as on AWS.
        if not execution.machine.is_express and execution.map_run_arn is None:
            self.services.announce(status_detail(execution))


def nested_result(child: Execution, *, as_json: bool) -> dict[str, Any]:
    """What a ``.sync`` task gives of the execution it started; ``as_json`` parses its output."""
    failure = {name: value for name, value in (("Error", child.error), ("Cause", child.cause)) if value}
    output: dict[str, Any] = {}
    if child.output_text is not None:
        output = {
            "Output": child.output if as_json else child.output_text,
            "OutputDetails": {"Included": True},
        }
    return {
        **failure,
        "ExecutionArn": child.arn,
        "Input": child.given if as_json else child.input_text,
        "InputDetails": {"Included": True},
        "Name": child.name,
        **output,
        "StartDate": int(child.started_at * 1000),
        "StateMachineArn": child.machine.arn,
        "Status": child.status,
        "StopDate": int((child.stopped_at or 0) * 1000),
    }
