"""The API: buckets, indexes, vectors and queries, in the members of botocore's model.

Every bucket here was made since hybrid search became the default: its indexes are ENHANCED, and CLASSIC is
refused as AWS refuses it for new buckets.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from local.services.protocol import Caller, Operation, Service, ServiceError
from local.services.s3vectors.filters import read_filter
from local.services.s3vectors.index import Found, Stored
from local.services.s3vectors.vector_buckets import Bucket, Index, VectorBuckets
from local.services.s3vectors.vectors_given import checked_metadata, checked_texts, checked_vector

__all__ = ["build_service", "vectors_are_read"]

_MOST_RESULTS = 10_000
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-limitations.html; as JSON a number has some
# twenty characters, so that fewer than these needn't be counted.
_MOST_PUT_BYTES = 20 * 1024**2
_FEW_NUMBERS = 400_000
_RESULT_PAGE = 100
_LIST_PAGE = 500
_NAMES_PAGE = 500
_MODE = "ENHANCED"
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_S3VectorBuckets_QueryVectors.html, "Permissions"
_READING_MEMBERS = ("filter", "queryTexts", "returnMetadata", "returnData")


def build_service() -> Service:
    """The service, with no bucket in it."""
    return Service("s3vectors", _S3Vectors().operations())


def vectors_are_read(operation: str, request: Mapping[str, Any]) -> bool:
    """Whether a query or a listing also needs the permission GetVectors: it looks into the vectors."""
    return operation in ("QueryVectors", "ListVectors") and any(map(request.get, _READING_MEMBERS))


class _S3Vectors:
    """What there is, and the operations on it."""

    def __init__(self) -> None:
        self._buckets = VectorBuckets()

    def operations(self) -> dict[str, Operation]:
        return {
            "CreateVectorBucket": self._create_bucket,
            "GetVectorBucket": lambda request, caller: {
                "vectorBucket": _bucket_as_told(self._buckets.bucket(caller, request))
            },
            "ListVectorBuckets": self._list_buckets,
            "DeleteVectorBucket": _nothing(self._buckets.delete),
            "CreateIndex": self._create_index,
            "GetIndex": lambda request, caller: {
                "index": _index_as_told(self._buckets.index(caller, request))
            },
            "ListIndexes": self._list_indexes,
            "DeleteIndex": _nothing(self._buckets.delete_index),
            "PutVectors": self._put,
            "GetVectors": self._get,
            "ListVectors": self._list,
            "DeleteVectors": self._delete,
            "QueryVectors": self._query,
        }

    def _create_bucket(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        encryption = request.get("encryptionConfiguration") or {"sseType": "AES256"}
        return {
            "vectorBucketArn": self._buckets.create(caller, str(request["vectorBucketName"]), encryption).arn
        }

    def _create_index(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        return {"indexArn": self._buckets.create_index(caller, request).arn}

    def _list_buckets(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        prefix = str(request.get("prefix") or "")
        found = [bucket for bucket in self._buckets.listed(caller) if bucket.name.startswith(prefix)]
        return _page("vectorBuckets", found, request, _NAMES_PAGE, _bucket_in_list)

    def _list_indexes(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        prefix = str(request.get("prefix") or "")
        indexes = sorted(self._buckets.bucket(caller, request).indexes.items())
        found = [index for name, index in indexes if name.startswith(prefix)]
        return _page("indexes", found, request, _NAMES_PAGE, _index_in_list)

    def _put(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        index = self._buckets.index(caller, request)
        is_large = len(request["vectors"]) * index.asked["dimension"] > _FEW_NUMBERS
        if is_large and len(json.dumps(request)) > _MOST_PUT_BYTES:
            raise ServiceError("ValidationException", "The request is larger than 20 MiB")
        given = [
            Stored(
                vector["key"],
                checked_vector(vector["data"], index.asked["dimension"], is_cosine=_is_cosine(index)),
                checked_metadata(vector.get("metadata"), index.not_filterable),
            )
            for vector in request["vectors"]
        ]
        if len({vector.key for vector in given}) < len(given):
            raise ServiceError("ValidationException", "A key stands twice in the request")
        index.vectors.put(given)  # all or none: everything was looked at before
        return {}

    def _delete(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        self._buckets.index(caller, request).vectors.delete(request["keys"])
        return {}

    def _get(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        found = self._buckets.index(caller, request).vectors.get(request["keys"])
        return {"vectors": [_as_told(stored, request) for stored in found]}

    def _list(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        found = self._buckets.index(caller, request).vectors.listed()
        segments, segment = request.get("segmentCount"), request.get("segmentIndex")
        if (segments is None) is not (segment is None):
            raise ServiceError("ValidationException", "segmentCount and segmentIndex go together")
        if segments is not None and segment is not None:
            if segment >= segments:
                raise ServiceError("ValidationException", "segmentIndex must be below segmentCount")
            found = [stored for stored in found if _segment_of(stored.key, segments) == segment]
        return _page("vectors", found, request, _LIST_PAGE, lambda stored: _as_told(stored, request))

    def _query(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        index = self._buckets.index(caller, request)
        if request.get("queryMode", _MODE) != _MODE:
            raise ServiceError("ValidationException", "The index is in ENHANCED mode")
        limit, vector = request["topK"], request.get("queryVector")
        if limit > _MOST_RESULTS:
            raise ServiceError("ValidationException", f"topK can't be over {_MOST_RESULTS}")
        texts = checked_texts(request.get("queryTexts") or (), list(index.text_keys))
        if vector is None and not texts:
            raise ServiceError("ValidationException", "A query needs queryVector, queryTexts or both")
        values = None
        if vector is not None:
            values = checked_vector(vector, index.asked["dimension"], is_cosine=_is_cosine(index)).tolist()
        accepts = (
            read_filter(request["filter"], index.not_filterable)
            if request.get("filter") is not None
            else None
        )
        found = index.vectors.query(limit=limit, vector=values, texts=texts, accepts=accepts)
        # A page is as long as the service makes it; what was asked goes into the token.
        asked = {**request, "maxResults": _RESULT_PAGE}
        page = _page("vectors", found, asked, _RESULT_PAGE, lambda each: _found_as_told(each, request))
        return {**page, "distanceMetric": index.asked["distanceMetric"]}


def _is_cosine(index: Index) -> bool:
    return bool(index.asked["distanceMetric"] == "cosine")


def _as_told(stored: Stored, request: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"key": stored.key}
    if request.get("returnData"):
        told["data"] = {"float32": stored.values.tolist()}
    if request.get("returnMetadata"):
        told["metadata"] = dict(stored.metadata)
    return told


def _found_as_told(found: Found, request: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"key": found.stored.key}
    if request.get("returnMetadata"):
        told["metadata"] = dict(found.stored.metadata)
    if request.get("returnDistance") and found.distance is not None:
        told["distance"] = found.distance
    if request.get("returnScores"):
        scores = {
            "fused": found.fused,
            "bm25Scores": [{"metadataKey": key, "score": score} for key, score in found.bm25.items()],
            "vectorDistance": found.distance,
        }
        told["scores"] = {name: value for name, value in scores.items() if value not in (None, [])}
    return told


def _bucket_in_list(bucket: Bucket) -> dict[str, Any]:
    return {
        "vectorBucketName": bucket.name,
        "vectorBucketArn": bucket.arn,
        "creationTime": bucket.created,
    }


def _bucket_as_told(bucket: Bucket) -> dict[str, Any]:
    return {
        **_bucket_in_list(bucket),
        "encryptionConfiguration": dict(bucket.encryption),
        "defaultIndexMode": _MODE,
    }


def _index_in_list(index: Index) -> dict[str, Any]:
    bucket, _, name = index.arn.rpartition("/index/")
    return {
        "vectorBucketName": bucket.rpartition("/")[2],
        "indexName": name,
        "indexArn": index.arn,
        "creationTime": index.created,
    }


def _index_as_told(index: Index) -> dict[str, Any]:
    told = {name: index.asked[name] for name in ("dataType", "dimension", "distanceMetric")}
    configuration = index.asked.get("metadataConfiguration")
    if configuration:
        texts = [{**each, "status": "ACTIVE"} for each in configuration.get("textSearchConfigurations", ())]
        told["metadataConfiguration"] = {**configuration, "textSearchConfigurations": texts}
    return {**_index_in_list(index), **told, "indexMode": _MODE}


def _page(
    member: str,
    items: list[Any],
    request: Mapping[str, Any],
    default: int,
    tell: Callable[[Any], dict[str, Any]],
) -> dict[str, Any]:
    """A page of ``items``; a token of another request is refused."""
    asked = {name: value for name, value in request.items() if name not in ("nextToken", "maxResults")}
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:16]
    begin = 0
    if token := request.get("nextToken"):
        try:
            begin_text, _, of_request = base64.urlsafe_b64decode(str(token)).decode().partition(":")
            begin = int(begin_text)
        except ValueError:
            of_request = ""
        if of_request != digest:
            raise ServiceError("ValidationException", "The nextToken isn't one of this request")
    end = begin + int(request.get("maxResults") or default)
    page: dict[str, Any] = {member: [tell(item) for item in items[begin:end]]}
    if end < len(items):
        page["nextToken"] = base64.urlsafe_b64encode(f"{end}:{digest}".encode()).decode()
    return page


def _segment_of(key: str, segments: int) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % segments


def _nothing(work: Callable[[Caller, Mapping[str, Any]], None]) -> Operation:
    """An operation that answers nothing."""

    def operation(request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        work(caller, request)
        return {}

    return operation
