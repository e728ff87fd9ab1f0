"""Asks joint models: texts and pictures in, vectors of one space out."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from braid.aws.bedrock.invoke_model import OPERATION, invoke_model
from braid.domain.embedding_models import JointEmbeddingModel
from braid.domain.errors import InvalidInputError, InvalidServiceOutputError
from braid.domain.json_text import parse_json
from braid.domain.money.accounting import Meter
from braid.domain.tokens import estimate_tokens
from braid.models.dialects.table import joint_dialect
from braid.models.embedding import checked_numbers, unit_vector
from braid.models.purposes import EMBEDDING
from braid.models.spending import count, embedding_usage, picture_usage

__all__ = ["JointEmbeddings"]

Vector = tuple[float, ...]


class JointEmbeddings:
    """Asks one model for vectors of ``dimensions`` numbers and counts what it reads; safe between threads.

    All of its methods raise the service errors of ``braid.domain.errors``; UnsupportedError also where there
    is no such model or it refuses what it is sent, InvalidServiceOutputError for an answer that is no such
    vector, InvalidInputError for an empty text.
    """

    def __init__(self, model: JointEmbeddingModel, dimensions: int, *, bedrock: Any = None) -> None:
        self._model_id = model.model_id
        self._dialect = joint_dialect(model.dialect)
        self._is_billed = model.is_billed
        self._dimensions = dimensions
        self._bedrock = bedrock or EMBEDDING.bedrock()

    @property
    def method(self) -> str:
        """What hits say of it: ``model``, or ``bridge`` where labels stand in for one."""
        return self._dialect.method

    def query(self, text: str, meter: Meter) -> Vector:
        """The vector of a text that searches, of length 1."""
        return unit_vector(self._asked(text, "", meter, is_query=True))

    def query_by_picture(self, jpeg: bytes, meter: Meter) -> Vector:
        """The vector of a picture that searches, of length 1."""
        return unit_vector(self._asked("", _encoded(jpeg), meter, is_query=True))

    def picture(self, jpeg: bytes, meter: Meter, *, text: str = "") -> Vector:
        """The vector of a picture to index, of length 1, together with what is said of it where it is.

        A family that embeds one thing at a time is asked twice: the vector is the mean of both, on length 1.
        """
        picture = _encoded(jpeg)
        if not text.strip():
            return unit_vector(self._asked("", picture, meter))
        if self._dialect.takes_both:
            return unit_vector(self._asked(text, picture, meter))
        looks = unit_vector(self._asked("", picture, meter))
        says = unit_vector(self._asked(text, "", meter))
        return unit_vector((one + other) / 2 for one, other in zip(looks, says, strict=True))

    def request(self, jpeg: bytes, text: str) -> dict[str, Any] | None:
        """The body that asks for a picture's vector with its text; ``None`` where that takes two requests."""
        shown = text[: self._dialect.max_characters] if text.strip() else ""
        if shown and not self._dialect.takes_both:
            return None
        return self._dialect.body(shown, _encoded(jpeg), self._dimensions, False)

    def read(self, answer: Mapping[str, Any], text: str, meter: Meter) -> Vector:
        """The vector of length 1 in a batch job's answer, at the batch's price.

        Raises InvalidServiceOutputError.
        """
        vector = unit_vector(checked_numbers(self._dialect.vector(answer), self._dimensions))
        told = self._dialect.token_count(answer)
        self.count_batched(text, meter, tokens=told if isinstance(told, int) else None)
        return vector

    def count_batched(self, text: str, meter: Meter, *, tokens: int | None = None) -> None:
        """Counts a picture with its text in a batch, by an estimate where nobody knows its tokens."""
        if not self._is_billed:
            return
        if shown := text[: self._dialect.max_characters].strip():
            read = estimate_tokens(shown) if tokens is None else tokens
            count(meter, embedding_usage(self._model_id, read, is_batch=True))
        count(meter, picture_usage(self._model_id, is_batch=True))

    def _asked(self, text: str, picture: str, meter: Meter, *, is_query: bool = False) -> list[float]:
        if not picture and not text.strip():
            raise InvalidInputError(f"{OPERATION}: a text to embed can't be empty")
        shown = text[: self._dialect.max_characters]
        body = self._dialect.body(shown, picture, self._dimensions, is_query)
        answer = _object(invoke_model(self._bedrock, self._model_id, body))
        values = checked_numbers(self._dialect.vector(answer), self._dimensions)
        if not self._is_billed:
            return values
        if shown:
            told = self._dialect.token_count(answer)
            tokens = told if isinstance(told, int) else estimate_tokens(shown)
            count(meter, embedding_usage(self._model_id, tokens))
        if picture:
            count(meter, picture_usage(self._model_id))
        return values


def _encoded(jpeg: bytes) -> str:
    return base64.b64encode(jpeg).decode()


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        answer = parse_json(body)
    except ValueError as error:
        raise InvalidServiceOutputError(f"{OPERATION}: the model's answer is no JSON: {error}") from error
    if not isinstance(answer, Mapping):
        raise InvalidServiceOutputError(f"{OPERATION}: the model's answer is no JSON object")
    return answer
