"""Walks a machine: the loop over its states, with Retry and Catch around those that may fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from local.foreign_json import is_number
from local.states.clock import Clock, parse_timestamp, timestamp
from local.states.errors import StateError, limit_payload, runtime_error
from local.states.execution import Execution, Progress
from local.states.history import incoming, outgoing
from local.states.language import choices, templates
from local.states.language.retries import RetryPlan, catcher_of
from local.states.retry_waits import RetryWaits
from local.states.scope import Scope
from local.states.services import Services

_LONGEST_WAIT_SECONDS = 2**31 - 1
State = Mapping[str, Any]
Performer = Callable[["Branch", State, Any, dict[str, Any]], Any]


class Runtime(Protocol):
    """What every branch of every execution shares."""

    services: Services
    clock: Clock
    retry_waits: RetryWaits

    def run(self, execution: Execution) -> None:
        """Walks an execution to its end, in this thread."""


@dataclass
class Branch:
    """One thread's way through states: of the machine, a Parallel's branch, or a Map's iteration.

    ``last_id`` is the event that the next one follows; ``open_kind`` the type of the state it is in,
    entered with the event ``entered_id``; ``joined_id`` what the exit of a Parallel or a Map follows: as
    AWS records it, the last event of its branches.
    """

    runtime: Runtime
    execution: Execution
    scope: Scope
    progress: Progress
    last_id: int
    context: dict[str, Any]
    entered_id: int = 0
    joined_id: int | None = None
    open_kind: str = ""

    def event(
        self, event_type: str, details: Mapping[str, Any] | None = None, *, previous: int | None = None
    ) -> int:
        """Records an event after the branch's last one; raises ``StoppedError`` once it is stopped."""
        self.scope.check()
        follows = self.last_id if previous is None else previous
        self.last_id = self.execution.history.append(event_type, follows, details)
        return self.last_id

    def beside(self, progress: Progress, scope: Scope, last_id: int, **context: Any) -> Branch:
        """A branch or an iteration below this one, with a context object of its own."""
        inner = {**self.context, **context}
        return Branch(self.runtime, self.execution, scope, progress, last_id, inner)


@dataclass(frozen=True)
class Walker:
    """Walks; ``performers`` do what a Task, a Parallel and a Map do, one attempt each."""

    performers: Mapping[str, Performer] = field(default_factory=dict)

    def walk(self, branch: Branch, states: Mapping[str, State]) -> Any:
        """Goes from the branch's place to the end of its states and returns their output.

        Raises ``StateError`` of a state that nothing caught, and ``StoppedError``.
        """
        progress = branch.progress
        while True:
            branch.scope.check()
            name = progress.state
            if name not in states:
                raise runtime_error(f"State '{name}' doesn't exist")
            output, following = self._state(branch, states[name], name)
            if following is None:
                progress.done, progress.output = True, output
                return output
            progress.state, progress.given, progress.children = following, output, []

    def _state(self, branch: Branch, state: State, name: str) -> tuple[Any, str | None]:
        given, kind = branch.progress.given, str(state["Type"])
        context = branch.context
        context.pop("Task", None)
        context["State"] = {"Name": name, "EnteredTime": timestamp(branch.runtime.clock.now())}
        branch.open_kind = kind
        if not branch.progress.resumes or kind not in self.performers:
            details = {"name": name, **incoming(given)}
            # AWS lets the first state follow nothing, not even the start.
            first = 0 if branch.last_id == 1 else None
            branch.entered_id = branch.event(f"{kind}StateEntered", details, previous=first)
        try:
            output, following = self._output(branch, kind, state, given)
            limit_payload(output, name)
        except StateError as error:
            if error.error == "States.Runtime" and error.cause and not error.cause.startswith("An error occ"):
                where = f"'{name}' (entered at the event id #{branch.entered_id})"
                cause = f"An error occurred while executing the state {where}. {error.cause}"
                raise runtime_error(cause) from error
            raise
        finally:
            branch.progress.resumes = False
        branch.event(f"{kind}StateExited", {"name": name, **outgoing(output)}, previous=branch.joined_id)
        branch.joined_id = None
        return output, following

    def _output(self, branch: Branch, kind: str, state: State, given: Any) -> tuple[Any, str | None]:
        context = branch.context
        after = None if state.get("End") else state.get("Next")
        if kind in self.performers:
            return self._attempts(branch, self.performers[kind], state, given)
        if kind == "Pass":
            effective = templates.given_to(state, given, context)
            placed = templates.place(state.get("ResultPath", "$"), given, state.get("Result", effective))
            return templates.leave(state, placed, context), after
        effective = templates.select(state.get("InputPath", "$"), given, context, "InputPath")
        if kind == "Fail":
            raise StateError(*(_text_of(state, name, effective, context) for name in ("Error", "Cause")))
        if kind == "Choice":
            after = choices.next_state(state, effective, context)
        elif kind == "Wait":
            seconds = wait_seconds(state, effective, context, branch.runtime.clock.now())
            branch.scope.sleep(seconds * branch.runtime.clock.wait_scale)
        elif kind != "Succeed":
            raise runtime_error(f"Unknown state type '{kind}'")
        return templates.leave(state, effective, context), None if kind == "Succeed" else after

    def _attempts(
        self, branch: Branch, perform: Performer, state: State, given: Any
    ) -> tuple[Any, str | None]:
        plan, context, clock = RetryPlan(state.get("Retry", ())), branch.context, branch.runtime.clock
        entered, spared = parse_timestamp(context["State"]["EnteredTime"]) or clock.now(), 0.0
        while True:
            context["State"] = {**context["State"], "RetryCount": plan.count}
            try:
                result = perform(branch, state, given, context)
                output = templates.result_of(state, given, result, context)
                return output, None if state.get("End") else state.get("Next")
            except StateError as error:
                delay = plan.next_delay(error, clock.chance())
                if delay is not None:
                    branch.progress.children = []
                    waits = branch.runtime.retry_waits
                    spared += waits.sleep(branch.scope, delay, clock.wait_scale, given) * (
                        1 - clock.wait_scale
                    )
                    # As if it had waited in full: steps tell by this time how long they have been patient.
                    context["State"]["EnteredTime"] = timestamp(entered - spared)
                    name, waited = context["State"]["Name"], branch.execution.waits
                    waited[name] = max(waited.get(name, 0.0), clock.now() - (entered - spared))
                    continue
                catcher = catcher_of(state.get("Catch", ()), error)
                if catcher is None:
                    raise
                branch.joined_id = None
                output = templates.place(catcher.get("ResultPath", "$"), given, error.output)
                return output, str(catcher["Next"])


def wait_seconds(state: State, data: Any, context: Any, now: float) -> float:
    """How long a Wait state waits from ``now``; raises ``States.Runtime`` for what is no time."""
    if "Timestamp" in state or "TimestampPath" in state:
        path = state.get("TimestampPath")
        text = (
            state.get("Timestamp") if path is None else templates.select(path, data, context, "TimestampPath")
        )
        until = parse_timestamp(text)
        if until is None:
            raise runtime_error(
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time "
                f"format string: {path} == {text}"
            )
        seconds: Any = max(0.0, until - now)
    else:
        path = state.get("SecondsPath")
        seconds = (
            state.get("Seconds") if path is None else templates.select(path, data, context, "SecondsPath")
        )
        if not is_number(seconds) or seconds != int(seconds):
            raise runtime_error(
                f"The SecondsPath parameter cannot be parsed as a long value: {path} == {seconds}"
            )
        if seconds < 0:
            raise runtime_error(f"The SecondsPath parameter references a negative value: {path} == {seconds}")
    if seconds >= _LONGEST_WAIT_SECONDS:
        raise runtime_error("Wait state delay is too long.")
    return float(seconds)


def _text_of(state: State, name: str, data: Any, context: Any) -> str | None:
    if f"{name}Path" in state:
        return str(templates.compute(str(state[f"{name}Path"]), data, context, f"{name}Path"))
    return None if state.get(name) is None else str(state[name])
