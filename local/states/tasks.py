"""Does what a Task state does: calls its resource within a time limit, or waits for a token's answer."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.states.clock import Clock
from local.states.errors import RequestError, StateError, limit_payload, to_text
from local.states.history import incoming, outgoing
from local.states.language import templates
from local.states.scope import in_thread
from local.states.walk import Branch, State

_SERVICE_ARN = "arn:aws:states:::"
_TOKEN = ".waitForTaskToken"
NESTED = "arn:aws:states:::states:startExecution"

# Starts an execution for a state and, where the resource ends in .sync, waits for its end.
Nested = Callable[[Branch, str, Mapping[str, Any], Callable[[Any], None]], Any]


@dataclass
class Ticket:
    """A state that waits for its token: what came, and whom AWS asks whether it may be answered."""

    machine_arn: str
    came: threading.Event = field(default_factory=threading.Event)
    output: str | None = None
    failure: StateError | None = None
    beat_at: float = 0.0  # by the clock's monotonic seconds: the last heartbeat, at first the issue

    @property
    def answered(self) -> bool:
        """Whether the wait is over."""
        return self.output is not None or self.failure is not None


class Tokens:
    """The task tokens that somebody waits for; safe to use from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tickets: dict[str, Ticket] = {}

    def issue(self, machine_arn: str) -> tuple[str, Ticket]:
        """A new token and its ticket."""
        token = "AQCE" + secrets.token_urlsafe(96)
        ticket = Ticket(machine_arn, beat_at=self._clock.monotonic())
        with self._lock:
            self._tickets[token] = ticket
        return token, ticket

    def forget(self, token: str) -> None:
        """Ends the wait for a token: nobody can answer it any more."""
        with self._lock:
            self._tickets.pop(token, None)

    def machine_of(self, token: str) -> str | None:
        """The machine whose state waits for the token; None when none does."""
        ticket = self._tickets.get(token)
        return ticket.machine_arn if ticket else None

    def succeed(self, token: str, output: str) -> None:
        """Answers the token; raises ``RequestError``, as the two below do, when nobody waits for it."""
        try:
            limit_payload(json.loads(output), "task token")
        except (ValueError, StateError, RecursionError):
            raise RequestError("InvalidOutput", "The output isn't JSON or is too large") from None
        self._answer(token, output=output)

    def fail(self, token: str, error: str | None, cause: str | None) -> None:
        """Answers the token with a failure."""
        self._answer(token, failure=StateError(error, cause))

    def beat(self, token: str) -> None:
        """Says that the work for the token goes on."""
        with self._lock:
            ticket = self._waiting(token)
            ticket.beat_at = self._clock.monotonic()
            ticket.came.set()

    def _answer(self, token: str, output: str | None = None, failure: StateError | None = None) -> None:
        with self._lock:
            ticket = self._waiting(token)
            ticket.output, ticket.failure = output, failure
            ticket.came.set()

    def _waiting(self, token: str) -> Ticket:
        ticket = self._tickets.get(token)
        if ticket is None or ticket.answered:
            raise RequestError(
                "TaskTimedOut" if ticket else "TaskDoesNotExist", "Nobody waits for this token"
            )
        return ticket


class TaskPerformer:
    """One attempt of a Task."""

    def __init__(self, tokens: Tokens, nested: Nested) -> None:
        self._tokens = tokens
        self._nested = nested

    def __call__(self, branch: Branch, state: State, given: Any, context: dict[str, Any]) -> Any:
        """The task's result; raises ``StateError``."""
        token, ticket = self._tokens.issue(branch.execution.machine.arn)
        context["Task"] = {"Token": token}
        try:
            return self._record(branch, state, given, context, ticket)
        finally:
            self._tokens.forget(token)

    def _record(
        self, branch: Branch, state: State, given: Any, context: dict[str, Any], ticket: Ticket
    ) -> Any:
        resource = str(state["Resource"])
        parameters = templates.given_to(state, given, context)
        timeout = templates.number(state, "TimeoutSeconds", given, context)
        heartbeat = templates.number(state, "HeartbeatSeconds", given, context)
        told = _Told(branch, resource)
        told.scheduled(parameters, timeout, heartbeat)
        try:
            if resource.endswith(_TOKEN):
                deadline = None if timeout is None else branch.runtime.clock.monotonic() + timeout
                told.submitted(self._call(branch, resource.removesuffix(_TOKEN), parameters, timeout, told))
                result = _await_answer(branch, ticket, deadline, heartbeat)
            else:
                result = self._call(branch, resource, parameters, timeout, told)
            limit_payload(result, told.source)
        except _TimeoutError as error:
            told.timed_out(error)
            raise
        except StateError as error:
            told.failed(error)
            raise
        told.succeeded(result)
        return result

    def _call(
        self, branch: Branch, resource: str, parameters: Any, timeout: float | None, told: _Told
    ) -> Any:
        """Calls in a thread of its own, so that a time limit or an abort needn't wait for the answer."""
        wake, began = threading.Event(), threading.Event()
        monotonic = branch.runtime.clock.monotonic
        outcome: list[Any] = []

        def begin() -> None:
            began.set()
            wake.set()

        def work() -> None:
            try:
                if resource.startswith(NESTED):
                    begin()
                    outcome.append(self._nested(branch, resource, parameters, told.submitted))
                else:
                    services, caller = branch.runtime.services, branch.execution.caller
                    outcome.append(services.call(caller, resource, parameters, begin))
            except Exception as error:  # noqa: BLE001  # carried to the thread that waits below
                outcome.append(_Raised(error))
            wake.set()

        in_thread(work)
        deadline: float | None = None
        while not outcome:
            wake.clear()
            if timeout is not None and deadline is None and began.is_set():
                deadline = monotonic() + timeout
            left = None if deadline is None else deadline - monotonic()
            if left is not None and left <= 0:
                raise _TimeoutError
            if not outcome:
                branch.scope.wait(wake, left)
        result = outcome[0]
        if isinstance(result, _Raised):
            raise result.error
        return result


@dataclass(frozen=True)
class _Raised:
    error: Exception


class _TimeoutError(StateError):
    """A time limit is over. AWS calls a missed heartbeat ``States.Timeout`` too; Catch may name either."""

    def __init__(self, alias: str | None = None) -> None:
        super().__init__("States.Timeout", "", alias)


def _await_answer(branch: Branch, ticket: Ticket, deadline: float | None, heartbeat: float | None) -> Any:
    clock = branch.runtime.clock
    while True:
        ticket.came.clear()
        # Read in this order: what was answered or said before the clock was looked at counts.
        now = clock.monotonic()
        limits = [] if deadline is None else [deadline]
        limits += [] if heartbeat is None else [ticket.beat_at + heartbeat]
        if ticket.answered:
            break
        if limits and now >= min(limits):
            missed = deadline is None or now < deadline
            raise _TimeoutError("States.HeartbeatTimeout" if missed else None)
        branch.scope.wait(ticket.came, min(limits) - now if limits else None)
    if ticket.failure is not None:
        raise ticket.failure
    return json.loads(str(ticket.output))


class _Told:
    """The events of one attempt: a function's ARN as a resource has names of its own."""

    def __init__(self, branch: Branch, resource: str) -> None:
        self._branch = branch
        self._is_function = not resource.startswith(_SERVICE_ARN)
        self._prefix = "LambdaFunction" if self._is_function else "Task"
        parts = resource.removeprefix(_SERVICE_ARN).rsplit(":", 1)
        if parts[-1] == "2":  # startExecution.sync:2
            parts = [*parts[0].rsplit(":", 1)]
            parts[-1] += ":2"
        self._names = {} if self._is_function else {"resourceType": parts[0], "resource": parts[-1]}
        self._resource = resource
        self.source = resource if self._is_function else parts[0]

    def scheduled(self, parameters: Any, timeout: float | None, heartbeat: float | None) -> None:
        limits = {
            name: int(seconds)
            for name, seconds in (("timeoutInSeconds", timeout), ("heartbeatInSeconds", heartbeat))
            if seconds is not None
        }
        if self._is_function:
            details = {"resource": self._resource, **incoming(parameters), **limits}
            self._branch.event("LambdaFunctionScheduled", details)
            self._branch.event("LambdaFunctionStarted")
            return
        region = self._branch.execution.arn.split(":")[3]
        details = {**self._names, "region": region, "parameters": to_text(parameters), **limits}
        self._branch.event("TaskScheduled", details)
        self._branch.event("TaskStarted", self._names)

    def submitted(self, answer: Any) -> None:
        self._branch.event("TaskSubmitted", {**self._names, **outgoing(answer)})

    def succeeded(self, result: Any) -> None:
        self._branch.event(f"{self._prefix}Succeeded", {**self._names, **outgoing(result)})

    def failed(self, error: StateError) -> None:
        self._branch.event(f"{self._prefix}Failed", {**self._names, **error.details})

    def timed_out(self, error: StateError) -> None:
        self._branch.event(f"{self._prefix}TimedOut", {**self._names, **error.details})
