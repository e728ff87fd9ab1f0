"""Amazon S3 Vectors: put, get and delete by key, and hybrid queries.

``filter`` and ``returnMetadata`` need ``s3vectors:GetVectors`` beside ``s3vectors:QueryVectors``.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from braid.aws.clients import client
from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.domain.errors import InvalidInputError
from braid.domain.money.accounting import Meter, Usage
from braid.domain.search.space import TERMS_KEY
from braid.domain.search.vector_index import ANYTHING, FoundVector, Narrowing, NoSuchIndexError, VectorToPut

__all__ = ["S3VectorIndex", "S3VectorStore"]

_PUT_AT_ONCE = 500
# As much is billed of a put at least, so that vectors are put in groups.
_LEAST_PUT_BYTES = 128 * 1024
_BYTES_PER_MIB, _BYTES_PER_GB = 1024**2, 1024**3
_GET_AT_ONCE = 100
_DELETE_AT_ONCE = 500
# QueryTexts of botocore's model.
_MAX_QUERY_CHARACTERS = 1024

_OWN_CODES = {"NotFoundException": NoSuchIndexError, "ValidationException": InvalidInputError}


class S3VectorStore:
    """The indexes of a vector bucket, by its ARN; queries are counted on ``meter``."""

    def __init__(self, bucket_arn: str, *, meter: Meter | None = None, s3vectors: Any = None) -> None:
        self._bucket_arn = bucket_arn
        self._meter = meter
        self._s3vectors = s3vectors or client("s3vectors")

    def index(self, name: str) -> S3VectorIndex:
        """The index of that name, which may not be there."""
        arn = f"{self._bucket_arn}/index/{name}"
        return S3VectorIndex(arn, meter=self._meter, s3vectors=self._s3vectors)

    def drop_all_but(self, kept: Collection[str]) -> list[str]:
        """Removes every other index with all that is in it; their names."""
        dropped = [name for name in self._names() if name not in kept]
        for name in dropped:
            with service_errors("s3vectors:DeleteIndex", _OWN_CODES):
                self._s3vectors.delete_index(indexArn=f"{self._bucket_arn}/index/{name}")
        return dropped

    def _names(self) -> list[str]:
        with service_errors("s3vectors:ListIndexes", _OWN_CODES):
            pages = self._s3vectors.get_paginator("list_indexes").paginate(vectorBucketArn=self._bucket_arn)
            answers = [ServiceAnswer.whole("s3vectors:ListIndexes", page, "indexes") for page in pages]
        return [each.text("indexName") for answer in answers for each in answer.objects("indexes")]


class S3VectorIndex:
    """One index, by its ARN. Every method raises the service errors, ``NoSuchIndexError`` among them."""

    def __init__(self, arn: str, *, meter: Meter | None = None, s3vectors: Any = None) -> None:
        self._arn = arn
        self._meter = meter or Meter()
        self._s3vectors = s3vectors or client("s3vectors")

    def put(self, vectors: Sequence[VectorToPut]) -> tuple[Usage, ...]:
        """Stores vectors, in place of what stands under their keys; few large requests, as each is billed.

        Storage counts for the first month, also of what replaces a vector.
        """
        put_bytes = 0
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
            put_bytes += max(_LEAST_PUT_BYTES, sum(vector.size_bytes for vector in batch))
        if not vectors:
            return ()
        stored_bytes = sum(vector.size_bytes for vector in vectors)
        return (
            Usage("s3vectors", "PutVectors", "mib", put_bytes / _BYTES_PER_MIB),
            Usage("s3vectors", "Storage", "gb_month", stored_bytes / _BYTES_PER_GB),
        )

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
        self, limit: int, *, vector: Sequence[float], words: str = "", narrowing: Narrowing = ANYTHING
    ) -> list[FoundVector]:
        """The best ``limit``, nearest first; with ``words`` those that have them too, fused by rank."""
        request: dict[str, Any] = {
            "indexArn": self._arn,
            "topK": limit,
            "queryVector": {"float32": list(vector)},
            "returnMetadata": True,
            "returnScores": True,
            "returnDistance": True,
        }
        if words:
            request["queryTexts"] = [{"text": words[:_MAX_QUERY_CHARACTERS], "metadataKey": TERMS_KEY}]
        if accepts := _filter(narrowing):
            request["filter"] = accepts
        return list(self._found(request))

    def _found(self, request: dict[str, Any]) -> Iterator[FoundVector]:
        while True:
            with service_errors("s3vectors:QueryVectors", _OWN_CODES):
                response = self._s3vectors.query_vectors(**request)
            self._meter.count("s3vectors", "QueryVectors", "request", 1)
            answer = ServiceAnswer.whole("s3vectors:QueryVectors", response, "vectors")
            for each in answer.objects("vectors"):
                scores = each.object("scores") if "scores" in each else None
                texts = scores.objects("bm25Scores") if scores else []
                yield FoundVector(
                    each.text("key"),
                    each.number("distance") if "distance" in each else None,
                    texts[0].number("score") if texts else None,
                    each.members.get("metadata") or {},
                )
            if "nextToken" not in answer:
                return
            request = {**request, "nextToken": answer.text("nextToken")}


def _filter(narrowing: Narrowing) -> dict[str, Any] | None:
    """A narrowing as S3 Vectors takes it, if it narrows anything."""
    conditions: list[dict[str, Any]] = []
    if narrowing.profile:
        conditions.append({"profile": {"$eq": narrowing.profile}})
    if narrowing.modality:
        conditions.append({"modality": {"$eq": narrowing.modality}})
    if narrowing.since is not None:
        conditions.append({"at": {"$gte": narrowing.since}})
    if narrowing.without_assets:
        conditions.append({"asset": {"$nin": list(narrowing.without_assets)}})
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return {"$and": conditions}


def _batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[at : at + size] for at in range(0, len(items), size))
