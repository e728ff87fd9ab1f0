"""What exists: vector buckets and the indexes in them, by name or by ARN."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.services.protocol import Caller, ServiceError
from local.services.s3vectors.index import VectorIndex

__all__ = ["Bucket", "Index", "VectorBuckets", "bucket_arn", "resource_arn"]

_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_INDEX_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ARN = re.compile(r"arn:[^:]+:s3vectors:[^:]*:[^:]*:bucket/(?P<bucket>[^/]+)(?:/index/(?P<index>.+))?")


@dataclass
class Index:
    """An index as it was created, and its vectors."""

    asked: Mapping[str, Any]
    arn: str
    vectors: VectorIndex
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def not_filterable(self) -> frozenset[str]:
        """Metadata keys that no filter may name."""
        return frozenset((self.asked.get("metadataConfiguration") or {}).get("nonFilterableMetadataKeys", ()))

    @property
    def text_keys(self) -> dict[str, str | None]:
        """The searchable metadata keys with the languages of their analyzers."""
        listed = (self.asked.get("metadataConfiguration") or {}).get("textSearchConfigurations", ())
        return {each["metadataKey"]: each.get("language") for each in listed}


@dataclass
class Bucket:
    """A vector bucket."""

    name: str
    arn: str
    encryption: Mapping[str, Any]
    indexes: dict[str, Index] = field(default_factory=dict)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


class VectorBuckets:
    """The buckets of every account and region. Safe to share between threads."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str, str], Bucket] = {}
        self._lock = threading.RLock()

    def create(self, caller: Caller, name: str, encryption: Mapping[str, Any]) -> Bucket:
        """A new bucket. Raises ``ServiceError`` ValidationException or ConflictException."""
        if not _BUCKET_NAME.fullmatch(name):
            raise ServiceError("ValidationException", f"Invalid vector bucket name: {name}")
        with self._lock:
            place = (caller.account_id, caller.region, name)
            if place in self._buckets:
                raise ServiceError("ConflictException", "A vector bucket with the specified name exists.")
            bucket = self._buckets[place] = Bucket(name, bucket_arn(caller, name), encryption)
            return bucket

    def listed(self, caller: Caller) -> list[Bucket]:
        """The caller's buckets, by name."""
        with self._lock:
            mine = (caller.account_id, caller.region)
            return [bucket for place, bucket in sorted(self._buckets.items()) if place[:2] == mine]

    def bucket(self, caller: Caller, request: Mapping[str, Any]) -> Bucket:
        """The bucket that a request names. Raises ``ServiceError`` NotFoundException."""
        name = _names(request)[0]
        found = self._buckets.get((caller.account_id, caller.region, name))
        if found is None:
            raise ServiceError("NotFoundException", "The specified vector bucket could not be found")
        return found

    def index(self, caller: Caller, request: Mapping[str, Any]) -> Index:
        """The index that a request names. Raises ``ServiceError`` NotFoundException."""
        found = self.bucket(caller, request).indexes.get(_names(request)[1])
        if found is None:
            raise ServiceError("NotFoundException", "The specified index could not be found")
        return found

    def create_index(self, caller: Caller, request: Mapping[str, Any]) -> Index:
        """A new, empty index. Raises ``ServiceError`` ValidationException or ConflictException."""
        bucket, name = self.bucket(caller, request), str(request["indexName"])
        if not _INDEX_NAME.fullmatch(name):
            raise ServiceError("ValidationException", f"Invalid index name: {name}")
        index = Index(request, f"{bucket.arn}/index/{name}", VectorIndex(1, is_cosine=True))
        index.vectors = VectorIndex(
            request["dimension"],
            is_cosine=request["distanceMetric"] == "cosine",
            text_languages=index.text_keys,
        )
        if shared := sorted(index.not_filterable & index.text_keys.keys()):
            raise ServiceError(
                "ValidationException", f"{shared[0]} can't be both searchable and non-filterable"
            )
        with self._lock:
            if name in bucket.indexes:
                raise ServiceError("ConflictException", "An index with the specified name already exists")
            bucket.indexes[name] = index
        return index

    def delete(self, caller: Caller, request: Mapping[str, Any]) -> None:
        """Removes an empty bucket. Raises ``ServiceError`` NotFoundException or ConflictException."""
        with self._lock:
            bucket = self.bucket(caller, request)
            if bucket.indexes:
                raise ServiceError("ConflictException", "The specified vector bucket is not empty")
            del self._buckets[caller.account_id, caller.region, bucket.name]

    def delete_index(self, caller: Caller, request: Mapping[str, Any]) -> None:
        """Removes an index with its vectors. Raises ``ServiceError`` NotFoundException."""
        with self._lock:
            self.index(caller, request)
            del self.bucket(caller, request).indexes[_names(request)[1]]


def bucket_arn(caller: Caller, name: str) -> str:
    """The ARN of a caller's bucket."""
    return f"arn:aws:s3vectors:{caller.region}:{caller.account_id}:bucket/{name}"


def resource_arn(caller: Caller, request: Mapping[str, Any]) -> str | None:
    """The ARN of what a request is about: an index, else a bucket, else nothing in particular."""
    bucket, index = _names(request)
    if not bucket:
        return None
    arn = bucket_arn(caller, bucket)
    return f"{arn}/index/{index}" if index else arn


def _names(request: Mapping[str, Any]) -> tuple[str, str]:
    """Bucket and index as they are named, by names or by an ARN; empty where none is."""
    for member in ("indexArn", "vectorBucketArn"):
        if match := _ARN.fullmatch(str(request.get(member) or "")):
            return match["bucket"], match["index"] or str(request.get("indexName") or "")
    return str(request.get("vectorBucketName") or ""), str(request.get("indexName") or "")
