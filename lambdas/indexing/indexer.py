"""Brings an asset's vectors in line with what it is now: published, changed, refused or gone.

An event only says which asset to look at. What is written follows from the record and ``result.json`` as they
stand, so that events may come twice, late, or in another order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from braid.domain.answer.answer import Answer
from braid.domain.asset.asset import Source
from braid.domain.asset.result import Result
from braid.domain.errors import AccessDeniedError, BraidError, PendingError, UnsupportedError
from braid.domain.evidence.language import LanguageAnalysis, dominant_language
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.vision import Vision
from braid.domain.money.accounting import Meter, MissingOperation, Usage
from braid.domain.search.documents import AssetText, Document, picture_documents, text_documents
from braid.domain.search.manifest import VectorManifest
from braid.domain.search.space import Space
from braid.domain.search.vector_index import NoSuchIndexError, VectorIndex, VectorToPut
from braid.domain.search.visibility import may_be_found
from braid.domain.wire import encode
from braid.retrieval.searched import Searched
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from braid.store.search_state import SearchState, forget_vectors
from lambdas.indexing.embedding import embedded_groups
from lambdas.indexing.metadata import metadata_of

__all__ = ["Indexed", "Indexer"]

T = TypeVar("T")


@dataclass(frozen=True)
class Indexed:
    """What became of an asset's vectors; ``left_out`` counts what no model gave a vector for."""

    asset_id: str
    vectors: int = 0
    removed: int = 0
    model_calls: int = 0
    is_unchanged: bool = False
    left_out: int = 0
    missing: tuple[MissingOperation, ...] = ()

    @property
    def summary(self) -> str:
        """One line for the log."""
        if self.is_unchanged:
            return f"{self.asset_id}: nothing changed, {self.vectors} vectors"
        return (
            f"{self.asset_id}: {self.vectors} vectors, {self.removed} removed, {self.model_calls} asked for"
        )


@dataclass(frozen=True)
class _Wanted:
    """What shall be found of an asset, by space."""

    attempt: int
    documents: Mapping[Space, Sequence[Document]]
    store: str
    is_published: bool = False
    at: int = 0
    language: str | None = None

    @property
    def digest(self) -> str:
        """Changes with anything that a vector is made of or carries, and with the store that holds it.

        So it does with how words become terms: what is found by words is found by those of today.
        """
        digest = hashlib.sha256(f"{self.store}:{self.attempt}:{self.at}:{self.language}".encode())
        for space, documents in self.documents.items():
            digest.update(space.index_name.encode())
            for document in documents:
                digest.update(json.dumps(encode(document), sort_keys=True).encode())
                digest.update(str(metadata_of(document.citation, self.at, self.language)).encode())
        return digest.hexdigest()


@dataclass
class _Written:
    """What was put so far."""

    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kept_under: list[str] = field(default_factory=list)
    asked: int = 0
    left_out: int = 0
    missing: list[MissingOperation] = field(default_factory=list)


class Indexer:
    """Writes the spaces of one deployment into the store that lies at ``store``.

    ``index_named`` gives any of its indexes, to remove from.
    """

    def __init__(
        self,
        spaces: Sequence[Searched],
        state: SearchState,
        records: AssetRecords,
        results_bucket: str,
        *,
        store: str,
        index_named: Callable[[str], VectorIndex],
        s3: Any = None,
    ) -> None:
        self._spaces = tuple(spaces)
        self._state = state
        self._records = records
        self._bucket = results_bucket
        self._store = store
        self._index_named = index_named
        self._s3 = s3

    def index(self, asset_id: str, *, paid: Sequence[Usage] = ()) -> Indexed:
        """Does it. Killed anywhere and done again it ends the same, and no model is asked twice.

        ``paid`` was used for its vectors beforehand, in a batch; the manifest adds up what all of it cost.
        Raises PendingError where the asset is just being closed, and the service errors that pass.
        """
        wanted = self._wanted(asset_id)
        before = self._state.manifest(asset_id)
        if not any(wanted.documents.values()):
            removed = self.forget(asset_id)
            if wanted.is_published:  # so that it isn't taken for one that was overlooked
                self._state.put_manifest(VectorManifest(asset_id, wanted.attempt, wanted.digest, True, {}))
            return Indexed(asset_id, removed=removed)
        digest = wanted.digest
        meter = Meter((*(before.usage if before else ()), *paid))
        if before is not None and before.is_complete and before.digest == digest:
            if paid:
                self._state.put_manifest(replace(before, usage=meter.usage()))
            return Indexed(asset_id, vectors=_count(before), is_unchanged=True, left_out=before.left_out)
        manifest = self._announced(asset_id, wanted, before, digest, meter.usage())
        written = _Written()
        for searched in self._spaces:
            self._write(searched, wanted, written, meter)
        removed = self._remove_others(manifest, written)
        self._state.put_manifest(
            replace(
                manifest,
                is_complete=not written.missing,
                keys=written.keys,
                embedding_keys=tuple(written.kept_under),
                left_out=written.left_out,
                missing=tuple(written.missing),
                usage=meter.usage(),
            )
        )
        count = sum(map(len, written.keys.values()))
        return Indexed(
            asset_id,
            count,
            removed,
            written.asked,
            left_out=written.left_out,
            missing=tuple(written.missing),
        )

    @property
    def spaces(self) -> tuple[Searched, ...]:
        """What it writes."""
        return self._spaces

    def documents(self, asset_id: str) -> Mapping[Space, Sequence[Document]]:
        """What shall be found of an asset, by space. Raises PendingError where it is just being closed."""
        return self._wanted(asset_id).documents

    def forget(self, asset_id: str) -> int:
        """Removes every vector of an asset and what they were kept as; how many vectors there were."""
        return forget_vectors(asset_id, self._state, self._index_named)

    def _wanted(self, asset_id: str) -> _Wanted:
        record = self._records.find(asset_id)
        nothing = _Wanted(record.attempt if record else 0, {}, self._store)
        if record is None or not may_be_found(record.status, None):
            return nothing
        store = DocumentStore(self._bucket, asset_id, record.attempt, s3=self._s3)
        result = store.find_document(Result, f"assets/{asset_id}/result.json")
        if result is None or (result.attempt, result.status) != (record.attempt, record.status):
            raise PendingError(f"{asset_id} is closed, but its result.json isn't written yet")

        def read(cls: type[T], name: str) -> T | None:
            claim = result.results.get(name)
            return store.get_document(cls, claim) if claim else None

        answer, timeline = read(Answer, "answer"), read(Timeline, "timeline")
        if timeline is None or not may_be_found(record.status, answer):
            return replace(nothing, is_published=True)
        vision, language = read(Vision, "vision"), read(LanguageAnalysis, "language")
        source = Source(result.source.bucket, result.source.key, result.source.version_id)
        asset = AssetText(asset_id, result.attempt, result.profile, source.display_name)
        documents: dict[Space, Sequence[Document]] = {}
        for searched in self._spaces:
            if searched.space.purpose == "text":
                documents[searched.space] = text_documents(asset, timeline, answer)
            else:
                documents[searched.space] = picture_documents(asset, timeline, vision)
        finished = datetime.fromisoformat(result.timings.finished_at)
        return _Wanted(
            result.attempt,
            documents,
            self._store,
            is_published=True,
            at=int(finished.timestamp()),
            language=dominant_language(language),
        )

    def _announced(
        self,
        asset_id: str,
        wanted: _Wanted,
        before: VectorManifest | None,
        digest: str,
        paid: tuple[Usage, ...],
    ) -> VectorManifest:
        """Writes down every key that there is or will be, before the first vector is put."""
        keys = {
            space.index_name: tuple(d.key for d in documents) for space, documents in wanted.documents.items()
        }
        kept = before.embedding_keys if before else ()
        for index_name, earlier in before.keys.items() if before else ():
            keys[index_name] = tuple(dict.fromkeys((*keys.get(index_name, ()), *earlier)))
        manifest = VectorManifest(asset_id, wanted.attempt, digest, False, keys, kept, usage=paid)
        self._state.put_manifest(manifest)
        return manifest

    def _write(self, searched: Searched, wanted: _Wanted, written: _Written, meter: Meter) -> None:
        """One space; where its model or its index can't be had, the others are written all the same."""
        space, put = searched.space, list[str]()
        reader = DocumentStore(self._bucket, "search", 1, s3=self._s3)
        try:
            for group in embedded_groups(
                wanted.documents[space],
                space,
                searched.embedder,
                self._state,
                meter,
                read_picture=reader.get_bytes,
            ):
                written.kept_under.append(group.kept_under)
                written.asked += group.asked
                vectors = [
                    VectorToPut(
                        document.key, vector, metadata_of(document.citation, wanted.at, wanted.language)
                    )
                    for document, vector in zip(group.documents, group.vectors, strict=True)
                    if vector is not None
                ]
                written.left_out += len(group.documents) - len(vectors)
                for used in searched.index.put(vectors):
                    meter.count(used.service, used.operation, used.unit, used.quantity)
                put += [vector.key for vector in vectors]
        except (AccessDeniedError, UnsupportedError, NoSuchIndexError) as error:
            written.missing.append(MissingOperation(f"search:{space.purpose}", _reason(space, error)))
        written.keys[space.index_name] = tuple(put)

    def _remove_others(self, announced: VectorManifest, written: _Written) -> int:
        """What an earlier attempt or a space of before left."""
        removed = 0
        for index_name, keys in announced.keys.items():
            kept = set(written.keys.get(index_name, ()))
            others = [key for key in keys if key not in kept]
            self._delete(index_name, others)
            removed += len(others)
        return removed

    def _delete(self, index_name: str, keys: Sequence[str]) -> None:
        try:
            self._index_named(index_name).delete(keys)
        except NoSuchIndexError:
            return  # dropped, with all that was in it


def _reason(space: Space, error: BraidError) -> str:
    return f"{space.model_id} or its index can't be used ({type(error).__name__})"


def _count(manifest: VectorManifest) -> int:
    return sum(map(len, manifest.keys.values()))
