"""Amazon Bedrock's InvokeModel of Titan Text Embeddings V2, answered by all-MiniLM-L6-v2.

The vectors are MiniLM's 384 numbers with zeros behind them up to the length that is asked for: cosines and
lengths are those of MiniLM, whatever the dimensions. It knows English alone and reads the first 256 tokens.
Every other model, and 256 dimensions, which MiniLM can't be cut to, are refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.engines.pool import EnginePool
from local.foreign_json import parse_json
from local.services.bedrock.models import find_foundation_model_id
from local.services.engine_errors import engine_errors_answered
from local.services.protocol import Caller, ServiceError, not_offered

__all__ = ["TITAN_V2", "TextEmbeddings"]

TITAN_V2 = "amazon.titan-embed-text-v2:0"
# https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
_DIMENSIONS = (1024, 512, 256)
_SERVED = (1024, 512)
_MEMBERS = ("inputText", "dimensions", "normalize", "embeddingTypes")
_MAX_CHARACTERS = 50_000
_MAX_TOKENS = 8_192


class TextEmbeddings:
    """The operation InvokeModel, for one model."""

    def __init__(self, engines: EnginePool) -> None:
        self._engines = engines

    def invoke_model(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """The vector of the body's ``inputText``, in the model's own JSON.

        Raises ``ServiceError``: ValidationException for a body that Titan refuses or 256 dimensions,
        UnknownOperationException for live models that nothing here can stand in for.
        """
        model_id = find_foundation_model_id(request["modelId"], caller.region)
        if model_id != TITAN_V2:
            raise not_offered(f"This machine has no engine for {model_id}; there is one for {TITAN_V2}.")
        answer = self.embed(request.get("body", b""))
        return {"body": json.dumps(answer).encode(), "contentType": "application/json"}

    def embed(self, body: bytes) -> dict[str, Any]:
        """Titan's own answer to its body. Raises ``ServiceError`` ValidationException as above."""
        asked = _read(body)
        text = asked["inputText"]
        with engine_errors_answered(unreadable="ModelErrorException", internal="InternalServerException"):
            (token_count,) = self._engines.run("text.wordpiece:count_tokens", [text])
            if token_count > _MAX_TOKENS:
                raise ServiceError(
                    "ValidationException",
                    f"400 Bad Request: Too many input tokens. Max input tokens: {_MAX_TOKENS}, request input "
                    f"token count: {token_count} ",
                )
            (vector,) = self._engines.run("text.embeddings:embed", [text]).tolist()
        dimensions = asked.get("dimensions", _DIMENSIONS[0])
        embedding = vector + [0.0] * (dimensions - len(vector))
        return {
            "embedding": embedding,
            "embeddingsByType": {"float": embedding},
            "inputTextTokenCount": token_count,
        }


def _read(body: bytes) -> dict[str, Any]:
    """The body's members as Titan takes them."""
    try:
        asked = parse_json(body)
    except ValueError as error:
        raise _malformed(f"{error}") from error
    if not isinstance(asked, dict):
        raise _malformed("#: expected type: JSONObject")
    if extra := sorted(asked.keys() - set(_MEMBERS)):
        raise _malformed(f"#: extraneous key [{extra[0]}] is not permitted")
    text = asked.get("inputText")
    if not isinstance(text, str):
        raise _malformed("#: required key [inputText] not found")
    if not 1 <= len(text) <= _MAX_CHARACTERS:
        raise _malformed(f"#/inputText: expected 1 to {_MAX_CHARACTERS} characters, actual: {len(text)}")
    if not isinstance(asked.get("normalize", True), bool):
        raise _malformed("#/normalize: expected type: Boolean")
    dimensions = asked.get("dimensions", _DIMENSIONS[0])
    if isinstance(dimensions, bool) or dimensions not in _DIMENSIONS:
        raise _malformed(f"#/dimensions: {dimensions} is not a valid enum value")
    if dimensions not in _SERVED:
        raise ServiceError(
            "ValidationException",
            f"The local encoder has 384 dimensions, which can be filled up to {_SERVED[1]} or {_SERVED[0]}"
            f" but not cut to {dimensions}.",
        )
    if asked.get("embeddingTypes", ["float"]) != ["float"]:
        raise ServiceError(
            "ValidationException", "The local encoder gives no other embedding type than float."
        )
    return asked


def _malformed(problem: str) -> ServiceError:
    return ServiceError(
        "ValidationException",
        f"Malformed input request: {problem}, please reformat your input and try again.",
    )
