"""Indexes a collection as the step does, and searches it as the function does."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from braid.aws.vectors.s3_vectors import S3VectorStore
from braid.domain.asset.asset import AssetStatus, Modality
from braid.domain.asset.result import Result, ResultSource, Timings
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.vision import Vision
from braid.domain.money.accounting import Meter
from braid.domain.search.hit import SearchRequest
from braid.domain.search.space import CITATION_KEY, TERMS_KEY, TEXT_DIMENSIONS, Space
from braid.domain.span import Span
from braid.retrieval.background import background_language
from braid.retrieval.embedders import PictureEmbedder, TextEmbedder
from braid.retrieval.finding import Finder
from braid.retrieval.lists import ranked_list
from braid.retrieval.presence import Presence
from braid.retrieval.searched import Searched
from braid.store.documents import DocumentStore
from braid.store.records import Record
from braid.store.search_state import SearchState
from evaluation.search.collection import Collection
from lambdas.indexing.indexer import Indexer
from local.engines.text.embeddings import embed
from local.services.protocol import Caller
from local.services.s3vectors.service import build_service

__all__ = ["Asset", "IndexedCollection", "collection_assets", "indexed", "sentences"]

_BUCKET = "results"
_SPACE = Space("text", "amazon.titan-embed-text-v2:0", TEXT_DIMENSIONS)
_CALLER = Caller("evaluation", "000000000000", "us-east-1")
_NOW = "2026-11-29T10:00:00+00:00"
_HITS = 15  # of which an asset may have three


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

    def delete_object(self, **request: Any) -> None:
        self.stored.pop(request["Key"], None)

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        found = [key for key in sorted(self.stored) if key.startswith(request["Prefix"])]
        return {"Contents": [{"Key": key, "Size": len(self.stored[key])} for key in found[:1]]}


class _Records:
    """Every asset is published."""

    def find(self, asset_id: str) -> Record:
        return Record(asset_id, 1, AssetStatus.SUCCEEDED, None, _NOW, None)


@dataclass(frozen=True)
class Asset:
    """What was observed of an asset, its keyframes' findings, and their pictures by key."""

    asset_id: str
    observations: tuple[Observation, ...]
    vision: Vision | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class IndexedCollection:
    """Searches it. ``searched`` are its spaces: that of texts, and that of pictures where there is one."""

    searched: tuple[Searched, ...]
    state: SearchState
    indexer: Indexer

    @property
    def finder(self) -> Finder:
        """Asks every space."""
        return self.asking(self.searched)

    def asking(self, spaces: Sequence[Searched]) -> Finder:
        """Asks these spaces alone."""
        return Finder(spaces, self.state, may_be_found=lambda _id, _attempt: True, now=lambda: 0.0)

    def find(self, text: str, spaces: Sequence[Searched] = ()) -> list[str]:
        """The assets that a question finds, the best first; in all spaces, or in these."""
        finder = self.asking(spaces) if spaces else self.finder
        hits = finder.find(SearchRequest(text=text, limit=_HITS), Meter()).hits
        return list(dict.fromkeys(hit.asset_id for hit in hits))

    def presence(self, text: str) -> float:
        """How much speaks for the best text that a question finds, by the background that was measured."""
        (searched, *_) = self.searched
        vector = searched.embedder.query(text, Meter())
        listed = ranked_list(searched.index, searched.space, vector, text=text)
        language = background_language(text, [each.citation.text for each in listed[:5]])
        kept = self.state.background(searched.space, language) if language else None
        if kept is None:
            raise LookupError("nothing was searched yet, so no background was measured")
        presence = Presence(kept.cosines, kept.coverages)
        return max((presence.of(each) for each in listed), default=-math.inf)


def sentences() -> tuple[Space, TextEmbedder]:
    """The space of texts as the laptop has it, and what gives its vectors."""
    return _SPACE, _Sentences()  # type: ignore[return-value]  # asked alike


def collection_assets(given: Collection) -> list[Asset]:
    """The collection's assets, each said sentence by sentence."""
    return [
        Asset(
            asset_id,
            tuple(
                Observation(
                    *(f"u{number:04d}", Modality.SPEECH, "utterance", Span(number, number + 1), text, 1.0),
                    "transcribe",
                )
                for number, text in enumerate(texts)
            ),
        )
        for asset_id, texts in given.assets.items()
    ]


def indexed(
    assets: Iterable[Asset], spaces: Sequence[tuple[Space, TextEmbedder | PictureEmbedder]] = ()
) -> IndexedCollection:
    """The assets, indexed as the step does it, in the space of texts or in those given."""
    vectors, objects = _Vectors(), _Objects()
    arn = vectors.create_vector_bucket(vectorBucketName="evaluation")["vectorBucketArn"]
    state = SearchState(_BUCKET, s3=objects)

    store = S3VectorStore(arn, s3vectors=vectors)
    searched = []
    for space, embedder in spaces or (sentences(),):
        vectors.create_index(
            vectorBucketArn=arn,
            indexName=space.index_name,
            dataType="float32",
            dimension=space.dimensions,
            distanceMetric="cosine",
            metadataConfiguration={
                "nonFilterableMetadataKeys": [CITATION_KEY],
                "textSearchConfigurations": [{"metadataKey": TERMS_KEY}],
            },
        )
        searched.append(Searched(space, store.index(space.index_name), embedder))
    indexer = Indexer(searched, state, _Records(), _BUCKET, store=arn, index_named=store.index, s3=objects)  # type: ignore[arg-type]  # asked alike
    for asset in assets:
        _publish(objects, asset)
        indexer.index(asset.asset_id)
    return IndexedCollection(tuple(searched), state, indexer)


def _publish(objects: _Objects, asset: Asset) -> None:
    store = DocumentStore(_BUCKET, asset.asset_id, 1, s3=objects)
    objects.stored.update(asset.pictures)
    timeline = Timeline(None, (), asset.observations, (), (), {})
    claims = {"timeline": store.put_document(store.result_key("timeline.json"), timeline)}
    if asset.vision is not None:
        claims["vision"] = store.put_document(store.result_key("vision.json"), asset.vision)
    source, timings = ResultSource("in", f"inbox/{asset.asset_id}.txt", "v"), Timings(_NOW, _NOW, 1.0)
    result = Result(
        *(asset.asset_id, 1, source, "general", AssetStatus.SUCCEEDED, None, (), (), claims, timings, "arn")
    )
    store.put_document(f"assets/{asset.asset_id}/result.json", result)
