"""Nothing lost, nothing asked twice, deadline and rate kept, refusals listed once."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import (
    AccessDeniedError,
    BraidError,
    InvalidInputError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.money.accounting import Meter
from braid.runtime.retries import Availability
from braid.runtime.survey import Course, Outcome, Surveyed, SurveyPlan, survey
from tests.doubles.tries import FIRST_TRY, LAST_TRY

OPERATION = "rekognition:DetectFaces"


@dataclass
class FakeClock:
    """Seconds that pass only when somebody sleeps or a call takes its time."""

    now: float = 100.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        with self.lock:
            self.now += seconds


@dataclass
class Service:
    """Answers each piece with its name in capitals, or raises its error; each call costs one."""

    errors: dict[str, BraidError] = field(default_factory=dict)
    clock: FakeClock = field(default_factory=FakeClock)
    call_seconds: float = 0.0
    calls: list[tuple[str, float]] = field(default_factory=list)
    kept: dict[str, Outcome[str]] = field(default_factory=dict)
    running: int = 0
    most_running: int = 0

    def ask(self, piece: str, meter: Meter) -> str:
        with self.clock.lock:
            self.calls.append((piece, self.clock.now))
            self.running += 1
            self.most_running = max(self.most_running, self.running)
        self.clock.sleep(self.call_seconds)
        with self.clock.lock:
            self.running -= 1
        if (error := self.errors.get(piece)) is not None:
            raise error
        meter.count("rekognition", "DetectFaces", "image", 1)
        return piece.upper()

    def keep(self, name: str, outcome: Outcome[str]) -> None:
        assert name not in self.kept, "kept twice"
        self.kept[name] = outcome

    def survey(
        self, names: list[str], availability: Availability, *, at_once: int = 4, **plan: object
    ) -> Surveyed[str]:
        return survey(
            [(name, name) for name in names],
            self.ask,
            plan=SurveyPlan(OPERATION, at_once, **plan),  # type: ignore[arg-type]  # the plan's own members
            availability=availability,
            earlier=dict(self.kept),
            keep=self.keep,
            clock=self.clock,
            sleep=self.clock.sleep,
        )


NAMES = st.lists(st.sampled_from([f"k{number:04d}" for number in range(12)]), unique=True)
ERRORS = st.sampled_from(
    [None, None, None, RefusedByServiceError("r"), InvalidServiceOutputError("i"), UnsupportedError("u"),
     ThrottledError("t"), ServiceUnavailableError("s"), AccessDeniedError("a")]
)  # fmt: skip


@given(names=NAMES, at_once=st.integers(1, 5))
def test_every_piece_is_asked_once_and_answered_in_order(names: list[str], at_once: int) -> None:
    service = Service()
    availability = Availability(FIRST_TRY)
    surveyed = service.survey(names, availability, at_once=at_once)
    assert list(surveyed.answers.items()) == [(name, name.upper()) for name in names]
    assert Counter(name for name, _ in service.calls) == Counter(names)
    assert sum(used.quantity for used in surveyed.usage) == len(names)
    assert service.kept == surveyed.outcomes
    assert availability.missing == ()


@given(names=NAMES, at_once=st.integers(1, 5), data=st.data())
def test_after_any_failure_a_resume_loses_no_piece_and_asks_none_twice(
    names: list[str], at_once: int, data: st.DataObject
) -> None:
    errors = {name: data.draw(ERRORS) for name in names}
    service = Service({name: error for name, error in errors.items() if error is not None})
    with contextlib.suppress(ThrottledError, ServiceUnavailableError):
        service.survey(names, Availability(FIRST_TRY), at_once=at_once)
    had = set(service.kept)
    passing = (ThrottledError, ServiceUnavailableError, AccessDeniedError, UnsupportedError)
    service.errors = {name: error for name, error in service.errors.items() if not isinstance(error, passing)}
    service.calls.clear()

    surveyed = service.survey(names, Availability(FIRST_TRY), at_once=at_once)

    assert set(surveyed.outcomes) == set(names), "no piece lost"
    assert Counter(name for name, _ in service.calls) == Counter(set(names) - had), "none asked twice"
    assert surveyed.answers.keys().isdisjoint(surveyed.refused)
    assert sum(used.quantity for used in surveyed.usage) == len(surveyed.answers)


@given(names=NAMES, at_once=st.integers(1, 5), call_seconds=st.floats(0, 20), within=st.floats(0, 60))
def test_no_call_begins_after_the_deadline(
    names: list[str], at_once: int, call_seconds: float, within: float
) -> None:
    plan = SurveyPlan(OPERATION, at_once, begin_within_seconds=within)
    course = Course(plan, started_at=0.0)
    now, begun = 0.0, []
    for name in names:
        if not course.has_place:
            now += call_seconds
            course.ended()
        if course.begins(now):
            begun.append((name, now))
    assert all(at <= within for _, at in begun)
    assert course.ran_out_of_time == (len(begun) < len(names))


def test_what_time_left_out_is_listed_with_how_far_it_came() -> None:
    service = Service(call_seconds=10.0)
    availability = Availability(FIRST_TRY)
    surveyed = service.survey(
        [f"k{number}" for number in range(6)],
        availability,
        at_once=1,
        begin_within_seconds=25.0,
        pieces="frames",
    )
    assert [at - 100 for _, at in service.calls] == [0, 10, 20]
    assert len(surveyed.answers) == 3
    assert availability.reason(OPERATION) == "time ran out after 3 of 6 frames: the service is too slow"


def test_the_next_try_finishes_a_survey_and_pays_nothing_twice() -> None:
    names = [f"p{number}" for number in range(6)]
    service = Service(call_seconds=10.0)
    plan: dict[str, object] = {"at_once": 1, "begin_within_seconds": 25.0, "goes_on": True}
    with pytest.raises(ThrottledError, match="time ran out after 3 of 6 pieces"):
        service.survey(names, Availability(FIRST_TRY), **plan)  # type: ignore[arg-type]
    availability = Availability(FIRST_TRY)
    surveyed = service.survey(names, availability, **plan)  # type: ignore[arg-type]
    assert [name for name, _ in service.calls] == names
    assert surveyed.answers == {name: name.upper() for name in names}
    assert availability.missing == ()


def test_a_survey_that_runs_out_of_time_on_the_last_try_gives_what_it_has() -> None:
    service = Service(call_seconds=10.0)
    availability = Availability(LAST_TRY)
    plan: dict[str, object] = {"at_once": 1, "begin_within_seconds": 25.0, "goes_on": True}
    surveyed = service.survey(["a", "b", "c", "d"], availability, **plan)  # type: ignore[arg-type]
    assert surveyed.answers == {"a": "A", "b": "B", "c": "C"}
    assert availability.is_missing(OPERATION)


@given(per_second=st.floats(0.1, 50), count=st.integers(1, 10), at_once=st.integers(1, 5))
def test_calls_begin_no_faster_than_the_rate(per_second: float, count: int, at_once: int) -> None:
    course = Course(SurveyPlan(OPERATION, at_once, per_second=per_second), started_at=5.0)
    now, begun = 5.0, []
    for _ in range(count):
        now += course.seconds_to_wait(now)
        assert course.begins(now)
        begun.append(now)
        course.ended()
    assert all(later - one >= 1 / per_second - 1e-9 for one, later in itertools.pairwise(begun))


@given(names=NAMES.filter(lambda names: len(names) > 1), data=st.data())
def test_refused_pieces_cost_themselves_and_are_listed_once(names: list[str], data: st.DataObject) -> None:
    refused = data.draw(st.sets(st.sampled_from(names[1:]), min_size=1))
    kinds = (RefusedByServiceError, InvalidServiceOutputError, UnsupportedError)
    service = Service({name: data.draw(st.sampled_from(kinds))(f"{OPERATION}: no") for name in refused})
    availability = Availability(FIRST_TRY)
    surveyed = service.survey(names, availability)
    assert set(surveyed.refused) == refused
    assert set(surveyed.answers) == set(names) - refused
    assert not availability.is_missing(OPERATION), "others may still be asked about"
    (missing,) = availability.missing
    named, reason = surveyed.refusals_in_words() or ("", "")
    assert reason == "no"
    assert missing.reason == f"{named}: no"
    assert all(named.count(name) <= (name in refused) for name in names)
    service.calls.clear()
    assert service.survey(names, availability) == surveyed
    assert not service.calls, "a refused piece would be refused again"


def test_where_every_piece_is_refused_the_operation_is_missing() -> None:
    names = [f"k{number}" for number in range(5)]
    service = Service(
        {name: RefusedByServiceError(f"{OPERATION}: OddException: not today") for name in names}
    )
    availability = Availability(FIRST_TRY)
    assert service.survey(names, availability).answers == {}
    assert availability.reason(OPERATION) == "faces in the pictures weren't found: not today"
    assert len(availability.missing) == 1


@pytest.mark.parametrize("error", [AccessDeniedError("no"), UnsupportedError("no")])
def test_an_operation_that_is_not_available_is_found_out_once(error: BraidError) -> None:
    names = [f"k{number}" for number in range(9)]
    service = Service(dict.fromkeys(names, error))
    availability = Availability(FIRST_TRY)
    service.survey(names, availability)
    assert len(service.calls) == 1
    assert availability.is_missing(OPERATION)
    service.survey(names, availability)
    assert len(service.calls) == 1, "known to be missing: nothing is asked"


@pytest.mark.parametrize("error", [ThrottledError("no"), ServiceUnavailableError("no")])
def test_on_the_last_try_what_is_there_counts_and_the_operation_is_listed(error: BraidError) -> None:
    service = Service({"c": error})
    availability = Availability(LAST_TRY)
    surveyed = service.survey(["a", "b", "c"], availability, at_once=1)
    assert surveyed.answers == {"a": "A", "b": "B"}
    assert availability.is_missing(OPERATION)


def test_a_bug_is_no_refusal() -> None:
    with pytest.raises(InvalidInputError):
        Service({"a": InvalidInputError("ours")}).survey(["a", "b"], Availability(LAST_TRY))


@given(names=NAMES, at_once=st.integers(1, 5))
def test_no_more_run_at_a_time_than_the_plan_says(names: list[str], at_once: int) -> None:
    service = Service()
    service.survey(names, Availability(FIRST_TRY), at_once=at_once)
    assert service.most_running <= at_once


def test_the_next_piece_is_taken_only_when_a_place_is_free() -> None:
    taken: list[int] = []
    answered: list[int] = []

    def pieces() -> Iterator[tuple[str, int]]:
        for number in range(20):
            taken.append(number)
            assert len(taken) - len(answered) <= 3
            yield str(number), number

    def ask(piece: int, _meter: Meter) -> int:
        answered.append(piece)
        return piece

    survey(
        pieces(),
        ask,
        plan=SurveyPlan(OPERATION, 2),
        availability=Availability(FIRST_TRY),
        earlier={},
        keep=lambda _name, _outcome: None,
    )
    assert len(answered) == 20


@pytest.mark.parametrize(("at_once", "per_second"), [(0, None), (1, 0.0), (1, -1.0)])
def test_a_plan_that_asks_nothing_is_refused(at_once: int, per_second: float | None) -> None:
    with pytest.raises(ValueError, match="not"):
        SurveyPlan(OPERATION, at_once, per_second)
