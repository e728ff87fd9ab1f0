"""An evaluation's questions are asked once each, however often the step is tried."""

from __future__ import annotations

from typing import Any

import pytest

from braid.domain.errors import AccessDeniedError, BraidError, RefusedByServiceError, ThrottledError
from braid.models.evaluating import Told
from lambdas.tuning.evaluation.asking import answers_of
from lambdas.tuning.evaluation.texts import Question
from lambdas.tuning.runs.run import Run
from tests.doubles.memory_s3 import MemoryS3

QUESTIONS = [Question(f"question {number}", "Yes") for number in range(1, 131)]


class Model:
    """Answers so many questions, then raises ``error``; what it was asked is counted."""

    def __init__(self, error: BraidError | None = None, *, answers: int = 0) -> None:
        self.error, self.answers = error, answers
        self.asked: list[str] = []

    def __call__(self, model_id: str, query: str, system: str) -> Told:  # as the real one
        self.asked.append(query)
        if self.error is not None and len(self.asked) > self.answers:
            raise self.error
        return Told(f"Yes to {query}", None, 10, 2)


def test_a_try_asks_only_what_those_before_were_not_told() -> None:
    run = Run("results", "run-1", s3=MemoryS3())
    throttled, calm = Model(ThrottledError("too fast"), answers=70), Model()

    with pytest.raises(ThrottledError):
        answers_of("base", QUESTIONS, run=run, name="base", ask_model=throttled)
    told = answers_of("base", QUESTIONS, run=run, name="base", ask_model=calm)

    assert [answer.text for answer in told] == [f"Yes to {question.query}" for question in QUESTIONS]
    assert len(calm.asked) == 60
    assert sum(answer.input_tokens for answer in told) == 1300, "what the first try paid is counted too"


class GoneAfterOnePut(MemoryS3):
    """Storage that a step reaches once before it is killed."""

    puts = 0

    def put_object(self, **members: Any) -> Any:
        self.puts += 1
        if self.puts > 1:
            raise OSError("killed")
        return super().put_object(**members)


def test_what_was_answered_outlives_a_step_that_is_killed() -> None:
    storage, after = GoneAfterOnePut(), MemoryS3()
    with pytest.raises(OSError, match="killed"):
        answers_of("base", QUESTIONS, run=Run("results", "run-1", s3=storage), name="base", ask_model=Model())
    after.objects = storage.objects

    calm = Model()
    answers_of("base", QUESTIONS, run=Run("results", "run-1", s3=after), name="base", ask_model=calm)

    assert len(calm.asked) == len(QUESTIONS) - 50, "fifty are saved at once"


def test_the_models_of_a_run_have_answers_of_their_own() -> None:
    run = Run("results", "run-1", s3=MemoryS3())
    base, tuned = Model(), Model()

    answers_of("base", QUESTIONS, run=run, name="base", ask_model=base)
    answers_of("tuned", QUESTIONS, run=run, name="tuned", ask_model=tuned)

    assert len(base.asked) == len(tuned.asked) == len(QUESTIONS)


def test_a_refused_question_has_an_empty_answer() -> None:
    def refuses_one(model_id: str, query: str, system: str) -> Told:  # as the real one
        if query == "question 7":
            raise RefusedByServiceError("the request is malformed")
        return Told("No", None)

    run = Run("results", "run-1", s3=MemoryS3())
    told = answers_of("base", QUESTIONS, run=run, name="base", ask_model=refuses_one)

    assert [number for number, answer in enumerate(told, 1) if not answer.text] == [7]


@pytest.mark.parametrize("error", [RefusedByServiceError("malformed"), AccessDeniedError("no model access")])
def test_what_concerns_every_question_ends_the_step(error: BraidError) -> None:
    run = Run("results", "run-1", s3=MemoryS3())

    with pytest.raises(type(error), match=str(error)):
        answers_of("base", QUESTIONS[:3], run=run, name="base", ask_model=Model(error))
