"""An index of the embedded S3 Vectors to put vectors into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.services.s3vectors.service import build_service
from tests.local.service_calls import ServiceClient

__all__ = ["OpenIndex", "open_index", "vector"]

_NAMED = {"vectorBucketName": "braid-search", "indexName": "words"}


@dataclass(frozen=True)
class OpenIndex:
    """Calls about one index; requests and answers are held against the model that functions carry."""

    client: ServiceClient

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        return self.client.call(operation, **_NAMED, **request)

    def put(self, *vectors: Mapping[str, Any]) -> None:
        self.call("PutVectors", vectors=list(vectors))

    def found(self, **request: Any) -> list[str]:
        """The keys that a query finds, in order."""
        return [each["key"] for each in self.call("QueryVectors", **request)["vectors"]]


def open_index(dimension: int = 2, *, metric: str = "cosine", **configuration: Any) -> OpenIndex:
    """A new service with one empty index whose metadata key ``text`` is searchable."""
    client = ServiceClient(build_service())
    client.call("CreateVectorBucket", vectorBucketName=_NAMED["vectorBucketName"])
    metadata = {"textSearchConfigurations": [{"metadataKey": "text"}], **configuration}
    asked = {"dataType": "float32", "dimension": dimension, "distanceMetric": metric}
    client.call("CreateIndex", **_NAMED, **asked, metadataConfiguration=metadata)
    return OpenIndex(client)


def vector(key: str, values: Sequence[float], **metadata: Any) -> dict[str, Any]:
    """A vector as PutVectors takes it."""
    return {"key": key, "data": {"float32": [float(value) for value in values]}, "metadata": metadata}
