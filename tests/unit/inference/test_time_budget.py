"""A function that asks is never killed over a repair: what it has by then stands."""

from __future__ import annotations

from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.models.asking import Reply
from braid.models.purposes import ANSWER
from braid.models.question import Question
from braid.runtime.library import model_registry, profile
from lambdas.inference.infer import infer
from lambdas.inference.time_budget import FUNCTION_SECONDS, within_time
from tests.infra.test_functions import LIMITS
from tests.unit.inference.timelines import GOOD, MODEL_IDS, ScriptedModel, answered, shoe

INVENTED = {"text": "Penguins inhabit cold southern oceans and coasts.", "evidence_ids": ["p0001"]}


def _wrong(number: int) -> Any:
    summary = [*GOOD["summary"], INVENTED, {**INVENTED, "text": f"Penguins number {number} swim far."}]
    return answered({**GOOD, "summary": summary})


class Slow:
    """A model that takes the same time for every answer."""

    def __init__(self, seconds: float, model: ScriptedModel) -> None:
        self.now, self._seconds, self._model = 0.0, seconds, model

    def __call__(self, question: Question) -> Reply:
        self.now += self._seconds
        return self._model(question)

    def clock(self) -> float:
        return self.now


@pytest.mark.parametrize(("seconds", "asked"), [(200.0, 4), (250.0, 3), (400.0, 2), (700.0, 1)])
def test_no_question_is_begun_that_would_not_be_answered_in_time(seconds: float, asked: int) -> None:
    model = ScriptedModel(*(_wrong(number) for number in range(4)))
    slow = Slow(seconds, model)
    answer = infer(profile("general"), shoe(), within_time(slow, slow.clock), MODEL_IDS, model_registry())
    assert isinstance(answer, Answer)
    assert answer.answer["summary"] == GOOD["summary"], "what is sound of the first answer stands"
    assert len(model.requests) == asked
    assert slow.now < FUNCTION_SECONDS
    assert ("no time was left" in answer.route[-1].outcome) == (asked < 4)


@pytest.mark.parametrize("function", ["inference", "inference-trial"])
def test_two_questions_that_hang_end_before_the_function_does(function: str) -> None:
    timeout_seconds, _, _ = LIMITS[function]

    assert timeout_seconds == FUNCTION_SECONDS
    assert ANSWER.read_timeout_seconds is not None
    assert 2 * ANSWER.read_timeout_seconds + 60 < FUNCTION_SECONDS
