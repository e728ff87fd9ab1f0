"""Indexes the collection as the step does, and searches it as the function does."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from braid.aws.s3_vectors import VectorIndex
from braid.domain.asset.asset import AssetStatus, Modality
from braid.domain.asset.result import Result, ResultSource, Timings
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.accounting import Meter
from braid.domain.search.hit import SearchRequest
from braid.domain.search.space import CITATION_KEY, TERMS_KEY, TEXT_DIMENSIONS, Space
from braid.domain.span import Span
from braid.retrieval.finding import Finder, Searched
from braid.retrieval.lists import ranked_list
from braid.retrieval.presence import Presence
from braid.store.documents import DocumentStore
from braid.store.records import Record
from braid.store.search_state import SearchState
from evaluation.search.collection import Collection
from lambdas.indexing.indexer import Indexer
from local.engines.text.embeddings import embed
from local.services.protocol import Caller
from local.services.s3vectors.service import build_service

__all__ = ["IndexedCollection", "indexed"]

_BUCKET = "results"
_SPACE = Space("text", "amazon.titan-embed-text-v2:0", TEXT_DIMENSIONS)
_CALLER = Caller("evaluation", "000000000000", "us-east-1")
_NOW = "2026-11-29T10:00:00+00:00"


class _Sentences:
    """The laptop's encoder in the place of Titan, as the embedded Bedrock puts it there."""

    method = "model"

    def query(self, text: str, _meter: Meter) -> tuple[float, ...]:
        (vector,) = embed([text]).tolist()
        return (*vector, *[0.0] * (TEXT_DIMENSIONS - len(vector)))

    def document(self, text: str, _jpeg: bytes, meter: Meter) -> tuple[float, ...]:
        return self.query(text, meter)


class _Vectors:
    """A client of the embedded S3 Vectors, without the wire."""

    def __init__(self) -> None:
        self._operations = build_service().operations

    def __getattr__(self, name: str) -> Any:
        operation = self._operations["".join(part.title() for part in name.split("_"))]
        return lambda **request: operation(request, _CALLER)


@dataclass
class _Objects:
    """S3 as far as search uses it."""

    stored: dict[str, bytes] = field(default_factory=dict)

    def put_object(self, **request: Any) -> None:
        self.stored[request["Key"]] = request["Body"]

    def get_object(self, **request: Any) -> dict[str, Any]:
        return {"Body": io.BytesIO(self.stored[request["Key"]])}

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        found = [key for key in sorted(self.stored) if key.startswith(request["Prefix"])]
        return {"Contents": [{"Key": key} for key in found[:1]]}


class _Records:
    """Every asset is published."""

    def find(self, asset_id: str) -> Record:
        return Record(asset_id, 1, AssetStatus.SUCCEEDED, None, _NOW, None)


@dataclass(frozen=True)
class IndexedCollection:
    """Searches it."""

    searched: Searched
    state: SearchState
    finder: Finder

    def find(self, text: str) -> list[str]:
        """The assets that a question finds, the best first."""
        hits = self.finder.find(SearchRequest(text=text), Meter()).hits
        return list(dict.fromkeys(hit.asset_id for hit in hits))

    def presence(self, text: str) -> float:
        """How much speaks for the best that a question finds, by the background that searches measured."""
        kept = self.state.background(self.searched.space)
        if kept is None:
            raise LookupError("nothing was searched yet, so no background was measured")
        vector = self.searched.embedder.query(text, Meter())
        listed = ranked_list(self.searched.index, self.searched.space, vector, text=text)
        presence = Presence(kept.cosines, kept.coverages)
        return max((presence.of(each) for each in listed), default=-math.inf)


def indexed(given: Collection) -> IndexedCollection:
    """The collection, indexed as the step does it."""
    vectors, objects = _Vectors(), _Objects()
    arn = vectors.create_vector_bucket(vectorBucketName="evaluation")["vectorBucketArn"]
    vectors.create_index(
        vectorBucketArn=arn,
        indexName=_SPACE.index_name,
        dataType="float32",
        dimension=_SPACE.dimensions,
        distanceMetric="cosine",
        metadataConfiguration={
            "nonFilterableMetadataKeys": [CITATION_KEY],
            "textSearchConfigurations": [{"metadataKey": TERMS_KEY}],
        },
    )
    state = SearchState(_BUCKET, s3=objects)

    def index_named(name: str) -> VectorIndex:
        return VectorIndex(f"{arn}/index/{name}", s3vectors=vectors)

    spaces = [Searched(_SPACE, index_named(_SPACE.index_name), _Sentences())]  # type: ignore[arg-type]  # as it asks
    indexer = Indexer(spaces, state, _Records(), _BUCKET, index_named=index_named, s3=objects)  # type: ignore[arg-type]
    for asset_id, texts in given.assets.items():
        _publish(objects, asset_id, texts)
        indexer.index(asset_id)
    finder = Finder(spaces, state, may_be_found=lambda _id, _attempt: True, now=lambda: 0.0)
    return IndexedCollection(spaces[0], state, finder)


def _publish(objects: Any, asset_id: str, texts: list[str]) -> None:
    store = DocumentStore(_BUCKET, asset_id, 1, s3=objects)
    observations = tuple(
        Observation(
            f"u{number:04d}", Modality.SPEECH, "utterance", Span(number, number + 1), text, 1.0, "transcribe"
        )
        for number, text in enumerate(texts)
    )
    claim = store.put_document(
        store.result_key("timeline.json"), Timeline(None, (), observations, (), (), {})
    )
    claims: Mapping[str, Any] = {"timeline": claim}
    source, timings = ResultSource("in", f"inbox/{asset_id}.txt", "v"), Timings(_NOW, _NOW, 1.0)
    result = Result(
        *(asset_id, 1, source, "general", AssetStatus.SUCCEEDED, None, (), (), dict(claims), timings, "arn")
    )
    store.put_document(f"assets/{asset_id}/result.json", result)
