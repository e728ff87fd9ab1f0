"""Bedrock InvokeModel of a text embedding model: a text in, a vector of unit length out.

The body is the model's own: Amazon Titan Text Embeddings V2
(https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html).
"""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Mapping
from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.errors import InvalidInputError, InvalidServiceOutputError, UnsupportedError
from braid.domain.money.accounting import Meter

__all__ = ["DIMENSIONS", "MAX_CHARACTERS", "Embeddings", "read_embedding"]

OPERATION = "bedrock:InvokeModel"
# Half of the full length keeps 99 % of the accuracy (the model's announcement, AWS Machine Learning Blog).
DIMENSIONS = 512
# The model takes 8,192 tokens or 50,000 characters (Bedrock user guide, "Amazon Titan Text Embeddings").
MAX_CHARACTERS = 50_000
_OWN_CODES = {
    # As for Converse: a model that this region or account doesn't have, or won't read this text.
    "ModelErrorException": InvalidServiceOutputError,
    "ResourceNotFoundException": UnsupportedError,
    "ValidationException": UnsupportedError,
}
_LENGTH_ERROR = 0.01
_READ_TIMEOUT_SECONDS = 30


class Embeddings:
    """Asks one model for vectors and counts its tokens; safe to share between threads."""

    def __init__(self, model_id: str, *, bedrock: Any = None) -> None:
        self._model_id = model_id
        self._bedrock = bedrock or client("bedrock-runtime", read_timeout_seconds=_READ_TIMEOUT_SECONDS)

    def embed(self, text: str, meter: Meter) -> tuple[float, ...]:
        """The vector of ``text``: ``DIMENSIONS`` numbers of single precision, together of length 1.

        Raises the service errors of ``braid.domain.errors``; UnsupportedError also where there is no such
        model, InvalidServiceOutputError for an answer that is no such vector, InvalidInputError for a text
        that is empty or longer than ``MAX_CHARACTERS``.
        """
        if not text.strip() or len(text) > MAX_CHARACTERS:
            raise InvalidInputError(
                f"{OPERATION}: a text to embed has 1 to {MAX_CHARACTERS} characters, not {len(text)}"
            )
        body = json.dumps({"inputText": text, "dimensions": DIMENSIONS, "normalize": True})
        with service_errors(OPERATION, _OWN_CODES):
            answer = self._bedrock.invoke_model(
                modelId=self._model_id, contentType="application/json", accept="application/json", body=body
            )
            raw = answer["body"].read()
        vector, token_count = read_embedding(raw)
        meter.count("bedrock", f"InvokeModel:{self._model_id}", "input_token", token_count)
        return vector


def read_embedding(body: bytes) -> tuple[tuple[float, ...], int]:
    """The vector and the number of tokens that were read for it, from the body of an answer.

    Raises InvalidServiceOutputError that names what is missing or wrong.
    """
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise InvalidServiceOutputError(f"{OPERATION}: the model's answer is no JSON: {error}") from error
    if not isinstance(answer, Mapping):
        raise InvalidServiceOutputError(f"{OPERATION}: the model's answer is no JSON object")
    values, count = answer.get("embedding"), answer.get("inputTextTokenCount")
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise InvalidServiceOutputError(
            f"{OPERATION}: inputTextTokenCount must be a count, not {count!r:.80}"
        )
    if not isinstance(values, list) or not all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    ):
        raise InvalidServiceOutputError(f"{OPERATION}: embedding must be a list of numbers")
    if len(values) != DIMENSIONS:
        raise InvalidServiceOutputError(
            f"{OPERATION}: embedding must have {DIMENSIONS} numbers, not {len(values)}"
        )
    length = math.sqrt(math.fsum(value * value for value in values))
    if not abs(length - 1) <= _LENGTH_ERROR:
        raise InvalidServiceOutputError(f"{OPERATION}: embedding must be of length 1, not {length:.3g}")
    # Single precision is what models compute in; so is what work/ keeps of it.
    return tuple(array("f", values)), count
