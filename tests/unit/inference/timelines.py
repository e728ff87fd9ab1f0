"""A timeline and model answers about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from braid.aws.bedrock.converse import Reply, read_reply
from braid.domain.evidence.timeline import Timeline
from braid.domain.profile.sections.fusion import Thresholds
from braid.models.question import Question
from braid.models.request import converse_request
from evaluation.fusion_truth.materials import picture_and_text
from lambdas.fusion.fuse import fuse
from lambdas.inference.request.prompt import build_question

MODEL_IDS = {
    "micro": "us.amazon.nova-micro-v1:0",
    "lite": "us.amazon.nova-2-lite-v1:0",
    "pro": "us.amazon.nova-pro-v1:0",
}

GOOD: dict[str, Any] = {
    "summary": [
        {"text": "The Trail Runner is a light shoe.", "evidence_ids": ["p0001"]},
        {"text": "The picture asks $49, the text $59.", "evidence_ids": ["k0001-text1", "p0001"]},
    ],
    "topics": [{"name": "Trail Runner", "evidence_ids": ["k0001-text1"]}],
    "key_moments": [],
}


def shoe() -> Timeline:
    """A picture and a description that contradict each other in the price."""
    material = picture_and_text(["Trail Runner", "$49"], "The Trail Runner is a light shoe. It costs $59.")
    return fuse(material, Thresholds(), 8000)


def build_request(*given: Any, **named: Any) -> dict[str, Any]:
    """The request that a model gets for the question of ``build_question``."""
    return converse_request(build_question(*given, **named))


def answered(
    answer: Mapping[str, Any] | None,
    *,
    stop_reason: str = "tool_use",
    text: str = "",
    fields: Mapping[str, Any] | None = None,
    trace: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A Converse response, with a call of the tool if there is an answer."""
    content: list[dict[str, Any]] = [{"text": text}] if text else []
    if answer is not None:
        content.append({"toolUse": {"toolUseId": "tooluse_1", "name": "answer", "input": dict(answer)}})
    response: dict[str, Any] = {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop_reason,
        "usage": {"inputTokens": 100, "outputTokens": 20, "totalTokens": 120},
        "metrics": {"latencyMs": 5},
    }
    if fields is not None:
        response["additionalModelResponseFields"] = dict(fields)
    if trace is not None:
        response["trace"] = dict(trace)
    return response


class ScriptedModel:
    """Answers with what it was given, one after the other, and keeps what it was asked."""

    def __init__(self, *answers: dict[str, Any] | Exception | Callable[[], dict[str, Any]]) -> None:
        self._answers = list(answers)
        self.questions: list[Question] = []
        self.requests: list[Mapping[str, Any]] = []

    def __call__(self, question: Question) -> Reply:
        self.questions.append(question)
        self.requests.append(converse_request(question))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return read_reply(answer if isinstance(answer, dict) else answer())

    @property
    def models(self) -> list[str]:
        """Which model each request went to."""
        return [str(request["modelId"]) for request in self.requests]
