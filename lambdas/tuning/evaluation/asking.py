"""A model's answers to an evaluation's questions, kept as they come: the next try asks for the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from braid.domain.errors import RefusedByServiceError
from braid.models.evaluating import Told, ask
from braid.runtime.retries import Availability, Retries
from braid.runtime.survey import Outcome, SurveyPlan, survey
from lambdas.tuning.evaluation.texts import Question
from lambdas.tuning.runs.run import Run

__all__ = ["answers_of"]

_OPERATION = "bedrock:Converse"
_PLAN = SurveyPlan(
    _OPERATION,
    at_once=4,  # Nova's requests a minute in a new account are few; throttles are retried by the client
    begin_within_seconds=780,  # the step may take 900
    goes_on=True,
    pieces="questions",
    service="the model",
)
_SAVED_AT_ONCE = 50


@dataclass(frozen=True)
class StoredAnswers:
    """What a model answered, by the number of the question."""

    told: dict[str, Told] = field(default_factory=dict)


def answers_of(
    model_id: str,
    questions: Sequence[Question],
    *,
    run: Run,
    name: str,
    ask_model: Callable[[str, str, str], Told] = ask,
) -> list[Told]:
    """The answers in the questions' order; ``name`` tells the run's models apart.

    A question that the model refuses has an empty answer. Raises ``RefusedByServiceError`` where it refuses
    all of them, ``ThrottledError`` where time runs out, and what else the model's service raises; what was
    answered until then isn't asked again.
    """
    kept = _Kept(run, f"answers-{name}.json")
    availability = _EndsTheTry(Retries())
    try:
        surveyed = survey(
            [(str(number), question) for number, question in enumerate(questions, 1)],
            lambda question, _meter: ask_model(model_id, question.query, question.system),
            plan=_PLAN,
            availability=availability,
            earlier={number: Outcome(told) for number, told in kept.told.items()},
            keep=kept.keep,
        )
    finally:
        kept.save()
    if availability.is_missing(_OPERATION):
        raise RefusedByServiceError(availability.reason(_OPERATION))
    answers = surveyed.answers
    return [answers.get(str(number), Told("", None)) for number in range(1, len(questions) + 1)]


class _Kept:
    """The stored answers, saved now and then; safe to use from several threads."""

    def __init__(self, run: Run, name: str) -> None:
        self._store, self._key = run.store, run.work_key(name)
        self._guard = threading.Lock()
        self._unsaved = 0
        stored = run.store.find_document(StoredAnswers, self._key)
        self.told = dict(stored.told) if stored else {}

    def keep(self, number: str, outcome: Outcome[Told]) -> None:
        """Takes what was answered; a refusal costs nothing, and may be asked for again."""
        if outcome.answer is None:
            return
        with self._guard:
            self.told[number] = outcome.answer
            self._unsaved += 1
            if self._unsaved >= _SAVED_AT_ONCE:
                self._put()

    def save(self) -> None:
        """Stores what wasn't stored yet."""
        with self._guard:
            if self._unsaved:
                self._put()

    def _put(self) -> None:
        self._store.put_document(self._key, StoredAnswers(self.told))
        self._unsaved = 0


class _EndsTheTry(Availability):
    """An evaluation does without nothing: an error is the state machine's, which knows how often to try."""

    @contextmanager
    def wanted(self, operation: str) -> Iterator[None]:  # noqa: ARG002  # as the survey calls it
        """Lets every error through."""
        yield
