"""Search in memory: the embedded S3 Vectors, objects and records in memory, and a model that knows words.

The model puts a text where its words are, by hash; ``MEANINGS`` lets different words mean the same. It counts
what it is asked.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from braid.aws.vectors.s3_vectors import S3VectorIndex
from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.asset.result import Result, ResultSource, Timings
from braid.domain.errors import BraidError, InvalidServiceOutputError, UnsupportedError
from braid.domain.money.accounting import Meter
from braid.domain.search.hit import SearchAnswer, SearchRequest
from braid.domain.search.space import CITATION_KEY, TERMS_KEY, Space
from braid.domain.search.visibility import FINDABLE
from braid.retrieval.finding import Finder
from braid.retrieval.knowledge_base import KnowledgeBaseList
from braid.retrieval.searched import Searched
from braid.store.documents import DocumentStore
from braid.store.search_state import SearchState
from braid.text.search_terms import search_terms
from lambdas.indexing.indexer import Indexer
from local.services.s3vectors.service import build_service
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.memory_stores import MemoryRecords
from tests.doubles.service_clients import local_client

__all__ = ["PICTURES", "TEXT", "SearchRig", "WordModel", "asset_named"]

DIMENSIONS = 64
TEXT = Space("text", "toy.words", DIMENSIONS)
PICTURES = Space("pictures", "toy.joint", DIMENSIONS)
MEANINGS = {"kitten": "cat", "automobil": "car"}  # by stem
BUCKET = "results"
FINISHED_AT = "2026-11-29T10:00:00+00:00"


@dataclass
class WordModel:
    """``gap`` is added to every picture's vector, as joint models keep pictures apart from texts.

    What contains ``refuses`` it takes for unsupported, as Bedrock answers what is too long for a model; the
    empty text is in everything.
    """

    gap: float = 0.0
    method: str = "model"
    asked: list[str] = field(default_factory=list)
    error: BraidError | None = None
    refuses: str | None = None
    dimensions: int = DIMENSIONS
    takes_batches: bool = True
    alike_cosine: float | None = None

    def query(self, text: str, _meter: Meter) -> tuple[float, ...]:
        return self._vector(text, 0.0)

    def query_by_picture(self, jpeg: bytes, _meter: Meter) -> tuple[float, ...]:
        return self._vector(jpeg.decode(), self.gap)

    def document(self, text: str, jpeg: bytes, _meter: Meter) -> tuple[float, ...]:
        return self._vector(f"{text} {jpeg.decode()}", self.gap if jpeg else 0.0)

    def batch_request(self, text: str, jpeg: bytes) -> dict[str, str]:
        return {"text": text, "picture": jpeg.decode()}

    def answer_batch(self, asked: dict[str, str]) -> dict[str, list[float]]:
        """What the model says to a record of a batch."""
        return {"embedding": list(self.document(asked["text"], asked["picture"].encode(), Meter()))}

    def read_batch(self, answer: Mapping[str, Any], text: str, meter: Meter) -> list[float]:
        if "embedding" not in answer:
            raise InvalidServiceOutputError("no vector")
        self.count_batched(text, meter)
        vector: list[float] = answer["embedding"]
        return vector

    def count_batched(self, text: str, meter: Meter) -> None:
        meter.count("bedrock", "ModelInvocationJob:toy", "input_token", len(text.split()))

    def _vector(self, text: str, gap: float) -> tuple[float, ...]:
        if self.error is not None:
            raise self.error
        if self.refuses is not None and self.refuses in text:
            raise UnsupportedError("bedrock:InvokeModel: ValidationException: too long")
        self.asked.append(text)
        values = [0.01] * (self.dimensions - 1) + [gap]
        for term in search_terms(text, "en"):
            digest = hashlib.sha256(MEANINGS.get(term, term).encode()).digest()
            values[digest[0] % (self.dimensions - 1)] += 1.0
        length = math.hypot(*values)
        return tuple(value / length for value in values)


class SearchRig:
    """One deployment's search."""

    def __init__(self, *, spaces: Sequence[Space] = (TEXT, PICTURES), gap: float = 0.0) -> None:
        self.s3, self.records = MemoryS3(), MemoryRecords()
        self.vectors = local_client(build_service())
        self.state = SearchState(BUCKET, s3=self.s3)
        self.models = {space: WordModel(gap if space.purpose == "pictures" else 0.0) for space in spaces}
        self.now = 1_000_000.0
        arn = self.vectors.create_vector_bucket(vectorBucketName="braid-search")["vectorBucketArn"]
        self.arn = arn
        for space in spaces:
            self.create_index(space)
        self.spaces = tuple(spaces)

    def create_index(self, space: Space) -> None:
        """The index of a space, as the stack deploys it."""
        self.vectors.create_index(
            vectorBucketArn=self.arn,
            indexName=space.index_name,
            dataType="float32",
            dimension=space.dimensions,
            distanceMetric="cosine",
            metadataConfiguration={
                "nonFilterableMetadataKeys": [CITATION_KEY],
                "textSearchConfigurations": [{"metadataKey": TERMS_KEY}],
            },
        )

    def index_named(self, name: str) -> S3VectorIndex:
        return S3VectorIndex(f"{self.arn}/index/{name}", s3vectors=self.vectors)

    def searched(self) -> list[Searched]:
        return [
            Searched(space, self.index_named(space.index_name), self.models[space])  # type: ignore[arg-type]
            for space in self.spaces
        ]

    def indexer(self) -> Indexer:
        return Indexer(
            self.searched(),
            self.state,
            self.records,  # type: ignore[arg-type]  # a double of the same methods
            BUCKET,
            store=self.arn,
            index_named=self.index_named,
            s3=self.s3,
        )

    def find(
        self, text: str = "", *, beside: Sequence[KnowledgeBaseList] = (), **request: Any
    ) -> SearchAnswer:
        """What a request finds, in knowledge bases too."""

        def may_be_found(asset_id: str, attempt: int) -> bool:
            record = self.records.find(asset_id)
            return record is not None and record.status in FINDABLE and record.attempt == attempt

        finder = Finder(
            self.searched(), self.state, may_be_found=may_be_found, now=lambda: self.now, beside=beside
        )
        return finder.find(SearchRequest(text=text, **request), Meter())

    def stored(self, space: Space) -> dict[str, list[float]]:
        """Everything in a space's index."""
        listed = self.vectors.list_vectors(indexArn=f"{self.arn}/index/{space.index_name}", returnData=True)
        return {each["key"]: each["data"]["float32"] for each in listed["vectors"]}

    def publish(
        self,
        asset: AssetRef,
        *,
        status: AssetStatus = AssetStatus.SUCCEEDED,
        **documents: Any,
    ) -> None:
        """Closes an asset with these documents, as Publish Result does."""
        store = DocumentStore(BUCKET, asset.asset_id, asset.attempt, s3=self.s3)
        claims = {
            name: store.put_document(store.result_key(f"{name}.json"), document)
            for name, document in documents.items()
        }
        self.records.items[asset.asset_id] = {"attempt": str(asset.attempt), "status": status.value}
        source = ResultSource(asset.source.bucket, asset.source.key, asset.source.version_id)
        timings = Timings(FINISHED_AT, FINISHED_AT, 1.0)
        result = Result(
            asset.asset_id, asset.attempt, source, asset.profile, status, None, (), (), claims, timings, "arn"
        )
        store.put_document(f"assets/{asset.asset_id}/result.json", result)


def asset_named(name: str, *, attempt: int = 1, profile: str = "general") -> AssetRef:
    """An asset of that name."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:20]
    source = Source("inbox", f"inbox/{profile}/{name}", "v1")
    return AssetRef(f"{name.partition('.')[0]}-{digest}", attempt, profile, source)
