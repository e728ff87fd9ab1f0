"""Evidence over what the region's guardrails take at once: thinned and asked again, never waited for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.errors import ThrottledError, UnsupportedError
from braid.domain.money.accounting import Meter
from braid.models.asking import Models
from braid.models.guardrails import assess_output
from braid.models.purposes import ANSWER
from braid.models.question import Guardrail
from braid.runtime.library import model_registry, profile
from lambdas.inference.infer import NoAnswer, infer
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by
from tests.unit.inference.timelines import MODEL_IDS, answered, shoe

GUARDRAIL = Guardrail("g1", "3")
TOO_MUCH = [
    (
        "ThrottlingException",
        429,
        "Too many text units, the rate exceeds the maximum allowed. Try again later.",
    ),
    (
        "ValidationException",
        400,
        "Input of 48 text units exceeds the maximum allowed number of text units, 25.",
    ),
]
DOUBTFUL = {
    "summary": [{"text": "The picture shows Trail Runner.", "evidence_ids": ["k0001-text1"]}],
    "topics": [],
    "key_moments": [],
}


def guarded_pieces(request: dict[str, Any]) -> int:
    blocks = [block for message in request["messages"] for block in message["content"]]
    texts = [block["guardContent"]["text"]["text"] for block in blocks if "guardContent" in block]
    return sum(text.count('"evidence_id"') for text in texts)


@pytest.mark.parametrize("repairs", [0, 2])
@pytest.mark.parametrize(("code", "status", "message"), TOO_MUCH)
def test_evidence_over_the_text_units_is_thinned_over_its_length(
    code: str, status: int, message: str, repairs: int
) -> None:
    asked: list[int] = []

    def converse(request: dict[str, Any]) -> dict[str, Any]:
        asked.append(guarded_pieces(request))
        if asked[-1] > 1:
            raise ServiceError(code, message, status=status)
        return answered(DOUBTFUL)

    meter = Meter()
    models = Models(ANSWER, bedrock=answered_by("bedrock-runtime", {"Converse": converse}))
    chosen = profile("general")
    chosen = replace(chosen, inference=replace(chosen.inference, repairs=repairs, escalate_below=0.0))
    answer = infer(chosen, shoe(), models.on(meter), MODEL_IDS, model_registry(), guardrail=GUARDRAIL)
    assert isinstance(answer, Answer | NoAnswer)
    assert asked[0] > asked[-1] == 1
    assert isinstance(answer, Answer), answer
    assert answer.warnings[0].endswith("pieces: it was more than the region's guardrails take at once")
    assert {used.quantity for used in meter.usage() if used.unit == "input_token"} == {100}, "paid once"


def test_a_service_that_is_busy_is_still_retried_by_the_workflow() -> None:
    def busy(_request: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError("ThrottlingException", "Too many requests, please wait.", status=429)

    models = Models(ANSWER, bedrock=answered_by("bedrock-runtime", {"Converse": busy}))
    with pytest.raises(ThrottledError):
        infer(
            profile("general"), shoe(), models.on(Meter()), MODEL_IDS, model_registry(), guardrail=GUARDRAIL
        )


@pytest.mark.parametrize(("code", "status", "message"), TOO_MUCH)
def test_an_answer_over_the_text_units_is_shown_in_smaller_parts(
    code: str, status: int, message: str
) -> None:
    shown: list[str] = []

    def judge(request: dict[str, Any]) -> dict[str, Any]:
        text = request["content"][0]["text"]["text"]
        if len(text) > 6_000:
            raise ServiceError(code, message, status=status)
        shown.append(text)
        units = {
            "topicPolicyUnits": 0,
            "contentPolicyUnits": 6,
            "wordPolicyUnits": 0,
            "sensitiveInformationPolicyUnits": 0,
            "sensitiveInformationPolicyFreeUnits": 0,
            "contextualGroundingPolicyUnits": 0,
        }
        return {"usage": units, "action": "NONE", "outputs": [], "assessments": []}

    text = "".join(f"{number:05d}" for number in range(5_000))
    client = answered_by("bedrock-runtime", {"ApplyGuardrail": judge})
    assert assess_output(GUARDRAIL, text, Meter(), bedrock=client) is None
    assert "".join(shown) == text, "all of it was judged"


@pytest.mark.parametrize(("code", "status", "message"), TOO_MUCH)
def test_a_guardrail_that_takes_nothing_is_not_asked_for_ever(code: str, status: int, message: str) -> None:
    def judge(_request: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError(code, message, status=status)

    client = answered_by("bedrock-runtime", {"ApplyGuardrail": judge})
    with pytest.raises(UnsupportedError, match="not even a text unit"):
        assess_output(GUARDRAIL, "x" * 45_000, Meter(), bedrock=client)
