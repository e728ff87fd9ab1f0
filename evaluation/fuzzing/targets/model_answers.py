"""What reads the answers of models, which write what they like."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from braid.aws.bedrock.converse import read_reply
from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidServiceOutputError
from braid.domain.evidence.observation import Evidence
from braid.domain.model_registry import ModelRegistry, read_model_registry
from braid.domain.posts.verdict import read_verdict
from braid.domain.span import WHOLE
from braid.models.batch import read_batch_line
from braid.models.dialects.table import embedding_dialect, joint_dialect
from braid.models.embedding import checked_numbers, read_embedding, unit_vector
from braid.models.embedding_batch import read_embedding_line
from braid.models.generation.answers import read_image_answer
from braid.models.routing import Route
from evaluation.fuzzing.seeds import pictures
from evaluation.fuzzing.target import Form, Target, of_json, of_text
from evaluation.fuzzing.worker import REPOSITORY
from lambdas.inference.checks.answer_checks import check
from lambdas.inference.checks.mending import mended
from lambdas.vision.descriptions import read_description

__all__ = ["MODEL_ANSWERS"]

_ANSWER = {
    "title": "A mug",
    "summary": [{"text": "It costs 19 euros.", "evidence_ids": ["e1"]}],
    "topics": [{"text": "mugs", "evidence_ids": ["e1", "e2"]}],
}
_CONVERSE = {
    "output": {
        "message": {
            "role": "assistant",
            "content": [
                {"text": "so"},
                {"toolUse": {"toolUseId": "t1", "name": "description", "input": {"sentence": "A mug."}}},
            ],
        }
    },
    "stopReason": "tool_use",
    "usage": {"inputTokens": 10, "outputTokens": 5, "totalTokens": 15, "cacheReadInputTokens": 3},
    "metrics": {"latencyMs": 100},
    "trace": {"guardrail": {"inputAssessment": {"g": {"contentPolicyUnits": 1}}}},
    "serviceTier": {"type": "flex"},
    "additionalModelResponseFields": {"method": "model"},
}
_CLAUDE = {
    "role": "assistant",
    "content": [
        {"type": "text", "text": "a"},
        {"type": "tool_use", "id": "t1", "name": "n", "input": {"a": 1}},
    ],
    "stop_reason": "tool_use",
    "usage": {"input_tokens": 1, "output_tokens": 2},
}
_VECTOR = [0.6, 0.8, 0.0, 0.0]
_POST = "You people should be thrown out, all of you."


@cache
def _registry() -> ModelRegistry:
    return read_model_registry((REPOSITORY / "registry" / "models.toml").read_text("utf-8"))


@cache
def _routes() -> tuple[Route, ...]:
    """One to a model of each dialect."""
    by_dialect = {model.dialect: model for model in _registry().models}
    return tuple(Route("standard", model.model_id, model, "") for model in by_dialect.values())


@cache
def _schema() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(
        (REPOSITORY / "profiles/general/answer.schema.json").read_text("utf-8")
    )
    return found


def _mended_and_checked(value: Any) -> None:
    answer = value if isinstance(value, dict) else {"summary": value}
    found, _ = mended(answer, _schema())
    evidence = {
        name: _piece(name, text) for name, text in (("e1", "The mug costs 19 euros."), ("e2", "mugs"))
    }
    check(found, _schema(), evidence, "en")


def _piece(name: str, text: str) -> Evidence:
    return Evidence(name, Modality.TEXT, "passage", WHOLE, text, 1.0, "file")


def _embedded(data: bytes) -> None:
    for name in ("titan_text", "openai_embeddings"):
        with contextlib.suppress(InvalidServiceOutputError):
            read_embedding(data, embedding_dialect(name), len(_VECTOR))


def _embedded_jointly(value: Any) -> None:
    if not isinstance(value, Mapping):
        return  # refused before a dialect is asked
    for name in ("titan_image", "nova_embeddings", "openai_joint", "label_bridge"):
        dialect = joint_dialect(name)
        dialect.token_count(value)
        with contextlib.suppress(InvalidServiceOutputError):
            unit_vector(checked_numbers(dialect.vector(value), len(_VECTOR)))


def _described(value: Any) -> None:
    if isinstance(value, Mapping):  # botocore gives nothing else
        read_description(read_reply(value))


def _batched(data: bytes) -> None:
    for route in _routes():
        with contextlib.suppress(InvalidServiceOutputError):
            read_batch_line(data, route)
    read_embedding_line(data)


def _line(value: Any) -> bytes:
    return json.dumps(value).encode()


MODEL_ANSWERS: tuple[Target, ...] = (
    Target("answer", Form.JSON, of_json(_mended_and_checked), lambda: [_line(_ANSWER)]),
    Target("converse", Form.JSON, of_json(_described), lambda: [_line(_CONVERSE)]),
    Target(
        "batch-line",
        Form.JSON,
        _batched,
        lambda: [
            _line({"recordId": "r1", "modelOutput": _CONVERSE}),
            _line({"recordId": "r2", "modelOutput": _CLAUDE}),
            _line({"recordId": "r3", "error": {"errorCode": 400, "errorMessage": "bad"}}),
        ],
    ),
    Target(
        "embedding",
        Form.JSON,
        _embedded,
        lambda: [
            _line({"embedding": _VECTOR, "inputTextTokenCount": 3}),
            _line({"data": [{"embedding": _VECTOR}], "usage": {"prompt_tokens": 3}}),
        ],
    ),
    Target(
        "joint-embedding",
        Form.JSON,
        of_json(_embedded_jointly),
        lambda: [
            _line({"embedding": _VECTOR, "inputTextTokenCount": 3}),
            _line({"embeddings": [{"embeddingType": "TEXT", "embedding": _VECTOR}]}),
            _line({"data": [{"embedding": _VECTOR}], "usage": {"prompt_tokens": 3}}),
        ],
    ),
    Target(
        "image-answer",
        Form.JSON,
        read_image_answer,
        lambda: [
            _line(
                {"images": [base64.b64encode(pictures()[1]).decode()], "seeds": [7], "finish_reasons": [None]}
            )
        ],
    ),
    Target(
        "verdict",
        Form.TEXT,
        of_text(lambda text: read_verdict(text, _POST, ("Hate", "Threats"))),
        lambda: ['Hate 3 "should be thrown out"\n- Threats: 2, “all of you”'.encode(), b"none", b"unsure"],
    ),
)
