"""Amazon S3 Vectors: put, get and delete by key, and hybrid queries.

``filter`` and ``returnMetadata`` need ``s3vectors:GetVectors`` beside ``s3vectors:QueryVectors``.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from braid.aws.clients import client
from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.domain.errors import InvalidInputError, RefusedByServiceError

__all__ = ["FoundVector", "NoSuchIndexError", "VectorIndex", "VectorToPut"]

_PUT_AT_ONCE = 500
_GET_AT_ONCE = 100
_DELETE_AT_ONCE = 500
# QueryTexts of botocore's model.
_MAX_QUERY_CHARACTERS = 1024

Metadata = Mapping[str, str | int | float | bool | list[str]]


class NoSuchIndexError(RefusedByServiceError):
    """The index isn't there: it was never deployed, or was dropped."""


_OWN_CODES = {"NotFoundException": NoSuchIndexError, "ValidationException": InvalidInputError}


@dataclass(frozen=True)
class VectorToPut:
    """A vector with what is kept beside it: at most 2 KB that filters may name, 40 KB in all."""

    key: str
    values: Sequence[float]
    metadata: Metadata


@dataclass(frozen=True)
class FoundVector:
    """``distance`` is 1 - cosine; ``text_score`` is BM25's where words of the query stand in it."""

    key: str
    distance: float | None
    text_score: float | None
    metadata: Mapping[str, Any] = field(default_factory=dict)


class VectorIndex:
    """One index, by its ARN. Every method raises the service errors, ``NoSuchIndexError`` among them."""

    def __init__(self, arn: str, *, s3vectors: Any = None) -> None:
        self._arn = arn
        self._s3vectors = s3vectors or client("s3vectors")

    def put(self, vectors: Sequence[VectorToPut]) -> None:
        """Stores vectors, in place of what stands under their keys; few large requests, as each is billed."""
        for batch in _batches(vectors, _PUT_AT_ONCE):
            given = [
                {
                    "key": vector.key,
                    "data": {"float32": list(vector.values)},
                    "metadata": dict(vector.metadata),
                }
                for vector in batch
            ]
            with service_errors("s3vectors:PutVectors", _OWN_CODES):
                self._s3vectors.put_vectors(indexArn=self._arn, vectors=given)

    def get(self, keys: Sequence[str]) -> dict[str, array[float]]:
        """The vectors of those keys that there are."""
        found: dict[str, array[float]] = {}
        for batch in _batches(keys, _GET_AT_ONCE):
            with service_errors("s3vectors:GetVectors", _OWN_CODES):
                response = self._s3vectors.get_vectors(indexArn=self._arn, keys=list(batch), returnData=True)
            answer = ServiceAnswer.whole("s3vectors:GetVectors", response, "vectors")
            for vector in answer.objects("vectors"):
                found[vector.text("key")] = array("f", vector.object("data").numbers("float32"))
        return found

    def delete(self, keys: Sequence[str]) -> None:
        """Removes the vectors of these keys, those of them that there are."""
        for batch in _batches(keys, _DELETE_AT_ONCE):
            with service_errors("s3vectors:DeleteVectors", _OWN_CODES):
                self._s3vectors.delete_vectors(indexArn=self._arn, keys=list(batch))

    def query(
        self,
        limit: int,
        *,
        vector: Sequence[float],
        words: str = "",
        words_key: str = "",
        accepts: Mapping[str, Any] | None = None,
    ) -> list[FoundVector]:
        """The best ``limit``, nearest first; with ``words`` those that have them too, fused by rank.

        ``words_key`` is the metadata key that is searched, ``accepts`` a filter that is applied before.
        """
        request: dict[str, Any] = {
            "indexArn": self._arn,
            "topK": limit,
            "queryVector": {"float32": list(vector)},
            "returnMetadata": True,
            "returnScores": True,
            "returnDistance": True,
        }
        if words:
            request["queryTexts"] = [{"text": words[:_MAX_QUERY_CHARACTERS], "metadataKey": words_key}]
        if accepts:
            request["filter"] = dict(accepts)
        return list(self._found(request))

    def _found(self, request: dict[str, Any]) -> Iterator[FoundVector]:
        while True:
            with service_errors("s3vectors:QueryVectors", _OWN_CODES):
                response = self._s3vectors.query_vectors(**request)
            answer = ServiceAnswer.whole("s3vectors:QueryVectors", response, "vectors")
            for each, raw in zip(answer.objects("vectors"), response["vectors"], strict=True):
                scores = each.object("scores") if "scores" in each else None
                texts = scores.objects("bm25Scores") if scores else []
                yield FoundVector(
                    each.text("key"),
                    each.number("distance") if "distance" in each else None,
                    texts[0].number("score") if texts else None,
                    raw.get("metadata") or {},
                )
            if "nextToken" not in answer:
                return
            request = {**request, "nextToken": answer.text("nextToken")}


def _batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[at : at + size] for at in range(0, len(items), size))
