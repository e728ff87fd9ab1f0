"""Asks one operation of a service about many pieces, side by side: frames, pages, passages, texts.

One piece is one call. What a survey promises, whatever the service:

* Calls begin at most ``per_second`` a second, ``at_once`` run at a time, and the first runs alone: that an
  operation isn't available is found out once, not once a thread.
* None begins after ``begin_within_seconds``. Where the plan ``goes_on``, the state machine's next try asks
  for the rest; else, and on the last try, the operation is listed as missing.
* Each outcome is kept as soon as it is there, so that the next try asks only for what is open. A refusal is
  an outcome too: the same piece would be refused again.
* A refusal costs its piece, and is listed under the operation with the piece's name; where every piece is
  refused it costs the operation. Any other error ends the survey: what runs is awaited and kept, then
  ``Availability`` raises it for a retry or lists it as missing.
* Every call is metered, also one whose answer was refused.

``Course`` decides, without threads or a clock; ``survey`` carries it out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sized
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from braid.domain.errors import (
    BraidError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.money.accounting import Meter, Usage, total
from braid.runtime.handler import logger
from braid.runtime.metrics import count_refusal
from braid.runtime.missing_reasons import missing_reason, plain_reason
from braid.runtime.retries import Availability

__all__ = ["Course", "Outcome", "SurveyPlan", "Surveyed", "survey"]

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")

_MAX_NAMED = 3


@dataclass(frozen=True)
class SurveyPlan:
    """How one operation is asked; everything that differs by service.

    ``operation`` is its name where it is missing, ``pieces`` and ``service`` are words for that reason.
    ``refusals`` are the errors that concern one piece alone; ``refusals_once_answered`` concern one piece
    where another was answered before, else the whole operation: services have one code for both.
    ``lists_refusals`` is off where a reader loses nothing by a refused piece, or is told in another way.
    """

    operation: str
    at_once: int
    per_second: float | None = None
    begin_within_seconds: float = float("inf")
    goes_on: bool = False
    pieces: str = "pieces"
    service: str = "the service"
    refusals: tuple[type[BraidError], ...] = (RefusedByServiceError, InvalidServiceOutputError)
    refusals_once_answered: tuple[type[BraidError], ...] = (UnsupportedError,)
    lists_refusals: bool = True

    def __post_init__(self) -> None:
        if self.at_once < 1:
            raise ValueError(f"at least one call runs at a time, not {self.at_once}")
        if self.per_second is not None and self.per_second <= 0:
            raise ValueError(f"a rate must be above 0 a second, not {self.per_second}")


@dataclass(frozen=True)
class Outcome(Generic[Answer]):
    """What came of one piece: an answer, or why it was refused; and what the call was billed."""

    answer: Answer | None = None
    refusal: str = ""
    usage: tuple[Usage, ...] = ()


@dataclass(frozen=True)
class Surveyed(Generic[Answer]):
    """The outcomes by piece, in the pieces' order, those of earlier tries among them."""

    outcomes: Mapping[str, Outcome[Answer]] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, Answer]:
        """The pieces that were answered."""
        return {name: item.answer for name, item in self.outcomes.items() if item.answer is not None}

    @property
    def refused(self) -> dict[str, str]:
        """Why pieces were refused."""
        return {name: item.refusal for name, item in self.outcomes.items() if item.answer is None}

    @property
    def usage(self) -> tuple[Usage, ...]:
        """What all tries together were billed."""
        return total(used for item in self.outcomes.values() for used in item.usage)

    def refusals_in_words(self) -> tuple[str, str] | None:
        """Which pieces were refused, and why the first was; ``None`` where none, or all, were."""
        refused = self.refused
        if not refused or not self.answers:
            return None
        more = ", …" if len(refused) > _MAX_NAMED else ""
        return f"{', '.join([*refused][:_MAX_NAMED])}{more}", next(iter(refused.values()))


class Course:
    """Which call may begin, and when. Times are seconds on one clock, whichever."""

    def __init__(self, plan: SurveyPlan, *, started_at: float, has_answered: bool = False) -> None:
        self._plan = plan
        self._interval_seconds = 1 / plan.per_second if plan.per_second else 0.0
        self._next_at = started_at
        self._last_begin_at = started_at + plan.begin_within_seconds
        self._running = 0
        self._has_ended = False  # any call
        self.has_answered = has_answered
        self.is_over = False
        self.ran_out_of_time = False

    @property
    def has_place(self) -> bool:
        """Whether one more call may run beside those that do."""
        return self._running < (self._plan.at_once if self._has_ended else 1)

    def seconds_to_wait(self, now: float) -> float:
        """How long the rate keeps the next call from beginning."""
        return max(0.0, self._next_at - now)

    def begins(self, now: float) -> bool:
        """Begins a call; ``False`` where none begins any more."""
        if now > self._last_begin_at and not self.is_over:
            self.ran_out_of_time = self.is_over = True
        if self.is_over:
            return False
        self._next_at = max(now, self._next_at) + self._interval_seconds
        self._running += 1
        return True

    def ended(self) -> None:
        """A call came to its end, with an outcome or an error."""
        self._running -= 1
        self._has_ended = True

    def is_refusal(self, error: BraidError) -> bool:
        """Whether ``error`` concerns its piece alone."""
        once_answered = self._plan.refusals_once_answered if self.has_answered else ()
        return isinstance(error, (*self._plan.refusals, *once_answered))


def survey(
    pieces: Iterable[tuple[str, Piece]],
    ask: Callable[[Piece, Meter], Answer],
    *,
    plan: SurveyPlan,
    availability: Availability,
    earlier: Mapping[str, Outcome[Answer]],
    keep: Callable[[str, Outcome[Answer]], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Surveyed[Answer]:
    """Asks about every piece that ``earlier`` has no outcome of.

    ``pieces`` have unique names; the next is taken only when a place is free, so that few are in memory.
    ``ask`` and ``keep`` run in several threads. Raises the first error that the state machine may retry,
    after everything that ran was kept.
    """
    answered = any(item.answer is not None for item in earlier.values())
    course = Course(plan, started_at=clock(), has_answered=answered)
    order: list[str] = []
    outcomes: dict[str, Outcome[Answer]] = {}
    running: dict[Future[Outcome[Answer]], str] = {}
    failures: list[BaseException] = []

    def collect(*, block: bool) -> None:
        for call in wait(running, timeout=None if block else 0, return_when=FIRST_COMPLETED).done:
            name = running.pop(call)
            course.ended()
            if (error := call.exception()) is None:
                outcomes[name] = call.result()
            else:
                failures.append(error)
                course.is_over = True

    remaining = iter(pieces)
    with ThreadPoolExecutor(plan.at_once) as pool:
        while not course.is_over and not availability.is_missing(plan.operation):
            if not course.has_place:
                collect(block=True)
                continue
            if (piece := next(remaining, None)) is None:
                break
            name, material = piece
            order.append(name)
            if name in earlier:
                outcomes[name] = earlier[name]
                continue
            sleep(course.seconds_to_wait(clock()))
            collect(block=False)  # what was found out meanwhile
            if course.begins(clock()):
                running[pool.submit(_outcome, name, material, ask, course, plan, keep)] = name
        while running:
            collect(block=True)
    for failure in failures:
        with availability.wanted(plan.operation):
            raise failure
    in_order = {name: outcomes[name] for name in order if name in outcomes}
    surveyed = Surveyed({**in_order, **earlier})
    if course.ran_out_of_time:
        of = f" of {len(pieces)}" if isinstance(pieces, Sized) else ""
        reason = f"time ran out after {len(surveyed.outcomes)}{of} {plan.pieces}: {plan.service} is too slow"
        with availability.wanted(plan.operation):
            if plan.goes_on:
                raise ThrottledError(f"{plan.operation}: {reason}")
        availability.list_missing(plan.operation, reason)
    if surveyed.refused and not surveyed.answers:
        refusal = RefusedByServiceError(next(iter(surveyed.refused.values())))
        availability.list_missing(plan.operation, missing_reason(plan.operation, refusal))
    elif plan.lists_refusals and (refusals := surveyed.refusals_in_words()):
        availability.list_incomplete(plan.operation, "{}: {}".format(*refusals))
    return surveyed


def _outcome(
    name: str,
    piece: Piece,
    ask: Callable[[Piece, Meter], Answer],
    course: Course,
    plan: SurveyPlan,
    keep: Callable[[str, Outcome[Answer]], None],
) -> Outcome[Answer]:
    """Asks about one piece, in a thread of its own. Raises what isn't about this piece alone."""
    meter = Meter()
    outcome: Outcome[Answer]
    try:
        outcome = Outcome(ask(piece, meter), usage=meter.usage())
        course.has_answered = True
    except BraidError as error:
        if not course.is_refusal(error):
            raise
        logger.warning(
            "piece refused",
            extra={"operation": plan.operation, "piece": name, "error": type(error).__name__},
        )
        if isinstance(error, RefusedByServiceError):
            count_refusal(plan.operation)
        outcome = Outcome(refusal=plain_reason(str(error)), usage=meter.usage())
    keep(name, outcome)
    return outcome
