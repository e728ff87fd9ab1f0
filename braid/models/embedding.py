"""Asks embedding models: a text in, a vector of unit length out."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping
from typing import Any

from braid.aws.bedrock.invoke_model import OPERATION, invoke_model
from braid.domain.embedding_models import EmbeddingModel
from braid.domain.errors import InvalidInputError, InvalidServiceOutputError
from braid.domain.json_text import parse_json
from braid.domain.money.accounting import Meter
from braid.domain.quoting import quoted
from braid.domain.tokens import estimate_tokens
from braid.models.dialects.dialect import EmbeddingDialect
from braid.models.dialects.table import embedding_dialect
from braid.models.purposes import EMBEDDING
from braid.models.spending import count, embedding_usage

__all__ = ["DIMENSIONS", "Embeddings", "checked_numbers", "read_embedding", "unit_vector"]

# Half of the full length keeps 99 % of the accuracy (the model's announcement, AWS Machine Learning Blog).
DIMENSIONS = 512
_LENGTH_ERROR = 0.01
_MOST = 1e30


class Embeddings:
    """Asks one model for vectors and counts its tokens; safe to share between threads.

    ``dimensions`` is how many numbers a vector has where the model offers that.
    """

    def __init__(self, model: EmbeddingModel, dimensions: int = DIMENSIONS, *, bedrock: Any = None) -> None:
        self._model_id = model.model_id
        self._is_billed = model.is_billed
        self._dimensions = model.dimensions_for(dimensions)
        self._dialect = embedding_dialect(model.dialect)
        self._bedrock = bedrock or EMBEDDING.bedrock()

    def embed(self, text: str, meter: Meter) -> tuple[float, ...]:
        """The vector of ``text``: numbers of single precision, together of length 1.

        Raises the service errors of ``braid.domain.errors``; UnsupportedError also where there is no such
        model, InvalidServiceOutputError for an answer that is no such vector, InvalidInputError for a text
        that is empty or longer than the model takes.
        """
        raw = invoke_model(self._bedrock, self._model_id, self.request(text))
        vector, token_count = read_embedding(raw, self._dialect, self._dimensions)
        if self._is_billed:
            count(meter, embedding_usage(self._model_id, token_count))
        return vector

    def request(self, text: str) -> dict[str, Any]:
        """The body that asks for a text's vector. Raises InvalidInputError as ``embed`` does."""
        longest = self._dialect.max_characters
        if not text.strip() or len(text) > longest:
            raise InvalidInputError(
                f"{OPERATION}: a text to embed has 1 to {longest} characters, not {len(text)}"
            )
        return self._dialect.body(text, self._dimensions)

    def read(self, answer: Mapping[str, Any], meter: Meter) -> tuple[float, ...]:
        """The vector in a batch job's answer, at the batch's price. Raises InvalidServiceOutputError."""
        vector, token_count = _read(answer, self._dialect, self._dimensions)
        if self._is_billed:
            count(meter, embedding_usage(self._model_id, token_count, is_batch=True))
        return vector

    def count_batched(self, text: str, meter: Meter) -> None:
        """Counts what a text will cost in a batch, by an estimate of its tokens."""
        if self._is_billed:
            count(meter, embedding_usage(self._model_id, estimate_tokens(text), is_batch=True))


def read_embedding(
    body: bytes, dialect: EmbeddingDialect, dimensions: int = DIMENSIONS
) -> tuple[tuple[float, ...], int]:
    """The vector and the number of tokens that were read for it, from the body of an answer.

    Raises InvalidServiceOutputError that names what is missing or wrong.
    """
    try:
        answer = parse_json(body)
    except ValueError as error:
        raise InvalidServiceOutputError(f"{OPERATION}: the model's answer is no JSON: {error}") from error
    if not isinstance(answer, Mapping):
        raise InvalidServiceOutputError(f"{OPERATION}: the model's answer is no JSON object")
    return _read(answer, dialect, dimensions)


def _read(
    answer: Mapping[str, Any], dialect: EmbeddingDialect, dimensions: int
) -> tuple[tuple[float, ...], int]:
    token_count = dialect.token_count(answer)
    if not isinstance(token_count, int) or isinstance(token_count, bool) or token_count < 0:
        raise InvalidServiceOutputError(
            f"{OPERATION}: the number of tokens must be a count, not {quoted(token_count)}"
        )
    values = checked_numbers(dialect.vector(answer), dimensions)
    length = math.sqrt(math.fsum(value * value for value in values))
    if not abs(length - 1) <= _LENGTH_ERROR:
        raise InvalidServiceOutputError(f"{OPERATION}: embedding must be of length 1, not {length:.3g}")
    return _as_computed(values), token_count


def checked_numbers(values: Any, dimensions: int) -> list[float]:
    """What an answer has as its vector. Raises InvalidServiceOutputError for anything else."""
    if not isinstance(values, list) or not all(map(_is_coordinate, values)):
        raise InvalidServiceOutputError(f"{OPERATION}: embedding must be a list of numbers")
    if len(values) != dimensions:
        raise InvalidServiceOutputError(
            f"{OPERATION}: embedding must have {dimensions} numbers, not {len(values)}"
        )
    return values


def _is_coordinate(value: Any) -> bool:
    """Whether it is a number whose square still is one, whatever was written with however many digits."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _MOST


def unit_vector(values: Iterable[float]) -> tuple[float, ...]:
    """The same direction with length 1. Raises InvalidServiceOutputError where there is no direction."""
    given = list(values)
    length = math.sqrt(math.fsum(value * value for value in given))
    if not length > 0 or math.isinf(length):
        raise InvalidServiceOutputError(f"{OPERATION}: embedding must have a direction")
    return _as_computed(value / length for value in given)


def _as_computed(values: Iterable[float]) -> tuple[float, ...]:
    """Single precision is what models compute in; so is what is kept of it."""
    return tuple(array("f", values))
