"""Does what a Parallel and an inline Map do: branches side by side, whose first failure ends the others."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.states.errors import StateError, runtime_error
from local.states.execution import Progress
from local.states.language import templates
from local.states.scope import Scope, in_thread
from local.states.walk import Branch, State, Walker

# Kinds of states whose abort has an event.
_ABORTED = frozenset({"Task", "Wait", "Parallel", "Map"})
DEFAULT_CONCURRENCY = 40  # https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html


@dataclass(frozen=True)
class Ended:
    """One of several works side by side has ended, with a result or an error."""

    index: int
    result: Any = None
    error: Exception | None = None


def side_by_side(
    count: int, concurrency: int, work: Callable[[int, int], Any], on_end: Callable[[Ended], None]
) -> None:
    """Runs ``work(index, lane)`` for every index in ``concurrency`` lanes and reports each end to ``on_end``.

    The reports come one after the other in the caller's thread; an index is begun in order. Returns when
    all have ended, or raises what ``on_end`` raises, whereupon no further index is begun.
    """
    ended: queue.Queue[Ended] = queue.Queue()
    waiting = iter(range(count))
    guard, halted = threading.Lock(), threading.Event()

    def run(lane: int) -> None:
        while not halted.is_set():
            with guard:
                index = next(waiting, None)
            if index is None:
                return
            try:
                ended.put(Ended(index, work(index, lane)))
            except Exception as error:  # noqa: BLE001  # carried to the thread that waits below
                ended.put(Ended(index, error=error))

    for lane in range(min(count, concurrency)):
        in_thread(lambda lane=lane: run(lane))  # type: ignore[misc]  # the default binds the loop's value
    try:
        for _ in range(count):
            on_end(ended.get())
    finally:
        halted.set()


class ParallelPerformer:
    """One attempt of a Parallel state: every branch gets a copy of the input."""

    def __init__(self, walker: Callable[[], Walker]) -> None:
        self._walker = walker

    def __call__(self, branch: Branch, state: State, given: Any, context: dict[str, Any]) -> Any:
        """The list of the branches' outputs; raises the first ``StateError``."""
        machines: Sequence[Mapping[str, Any]] = state["Branches"]
        progress = branch.progress
        if not progress.children:
            effective = templates.given_to(state, given, context)
            progress.children = [Progress(str(machine["StartAt"]), effective) for machine in machines]
        if not progress.resumes:
            branch.event("ParallelStateStarted")
        scope = Scope(branch.scope)
        started = branch.last_id
        inner = [branch.beside(child, scope, started) for child in progress.children]

        def work(index: int, _lane: int) -> Any:
            child = inner[index]
            done = child.progress.done
            return child.progress.output if done else self._walker().walk(child, machines[index]["States"])

        def on_end(ended: Ended) -> None:
            branch.last_id = max(branch.last_id, inner[ended.index].last_id)
            if ended.error is not None:
                scope.stop()
                if isinstance(ended.error, StateError):
                    abort(branch, inner, ended.index)
                    branch.event("ParallelStateFailed", previous=inner[ended.index].last_id)
                raise ended.error

        side_by_side(len(inner), len(inner), work, on_end)
        branch.joined_id = branch.last_id
        branch.event("ParallelStateSucceeded")
        return [child.progress.output for child in inner]


class MapPerformer:
    """One attempt of a Map state whose iterations run in this execution."""

    def __init__(self, walker: Callable[[], Walker]) -> None:
        self._walker = walker

    def __call__(self, branch: Branch, state: State, given: Any, context: dict[str, Any]) -> Any:
        """The list of the iterations' outputs; raises the first ``StateError``."""
        processor = processor_of(state)
        effective = templates.select(state.get("InputPath", "$"), given, context, "InputPath")
        items = templates.select(state.get("ItemsPath", "$"), effective, context, "ItemsPath")
        if not isinstance(items, list):
            raise runtime_error(
                f"The field 'ItemsPath' of a Map must give an array, not {type(items).__name__}"
            )
        progress, name = branch.progress, branch.progress.state
        inputs = [item_input(state, effective, context, index, item) for index, item in enumerate(items)]
        if not progress.children:
            progress.children = [Progress(str(processor["StartAt"]), value) for value in inputs]
        if not progress.resumes:
            branch.event("MapStateStarted", {"length": len(items)})
        concurrency = int(
            templates.number(state, "MaxConcurrency", effective, context) or DEFAULT_CONCURRENCY
        )
        scope, started = Scope(branch.scope), branch.last_id
        inner = [
            branch.beside(child, scope, started, Map=map_context(index, items[index]))
            for index, child in enumerate(progress.children)
        ]
        # What the next iteration of a lane follows: the last event of the one before it.
        lanes = [started] * concurrency

        def work(index: int, lane: int) -> Any:
            iteration, told = inner[index], {"index": index, "name": name}
            if iteration.progress.done:
                return iteration.progress.output
            iteration.last_id = lanes[lane]
            iteration.event("MapIterationStarted", told)
            output = self._walker().walk(iteration, processor["States"])
            lanes[lane] = iteration.last_id
            iteration.event("MapIterationSucceeded", told)
            return output

        def on_end(ended: Ended) -> None:
            branch.last_id = max(branch.last_id, inner[ended.index].last_id)
            if ended.error is not None:
                scope.stop()
                if isinstance(ended.error, StateError):
                    abort(branch, inner, ended.index, iteration_of=name)
                    branch.event("MapStateFailed", previous=inner[ended.index].last_id)
                raise ended.error

        side_by_side(len(inner), concurrency, work, on_end)
        branch.joined_id = branch.last_id
        branch.event("MapStateSucceeded")
        return [child.progress.output for child in inner]


def abort(branch: Branch, inner: Sequence[Branch], failed: int, iteration_of: str | None = None) -> None:
    """Records that the failed branch's state and those of its siblings were left, in AWS's order."""
    cause = inner[failed].last_id
    others = [index for index, one in enumerate(inner) if index != failed and not one.progress.done]
    for index in [failed, *others]:
        if not inner[index].open_kind:
            continue  # it hadn't begun
        if iteration_of is not None:
            kind = "Failed" if index == failed else "Aborted"
            branch.event(f"MapIteration{kind}", {"index": index, "name": iteration_of}, previous=cause)
        if inner[index].open_kind in _ABORTED:
            branch.event(f"{inner[index].open_kind}StateAborted", previous=cause)


def processor_of(state: State) -> Mapping[str, Any]:
    """The machine that a Map runs per item; older definitions call it Iterator."""
    found: Mapping[str, Any] = state.get("ItemProcessor") or state["Iterator"]
    return found


def map_context(index: int, item: Any) -> dict[str, Any]:
    """The ``$$.Map`` of one iteration."""
    return {"Item": {"Index": index, "Value": item}}


def item_input(state: State, effective: Any, context: Mapping[str, Any], index: int, item: Any) -> Any:
    """What an iteration is given: ItemSelector (in older definitions Parameters) over the Map's input."""
    selector = state.get("ItemSelector", state.get("Parameters"))
    if selector is None:
        return item
    return templates.fill(selector, effective, {**context, "Map": map_context(index, item)})
