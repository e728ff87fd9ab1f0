"""What search keeps in the results bucket beside the vectors: manifests, made vectors, backgrounds, and
which index is live."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.search.manifest import VectorManifest, manifest_key
from braid.domain.search.space import Space
from braid.domain.search.vector_index import NoSuchIndexError, VectorIndex
from braid.store.documents import DocumentStore

__all__ = ["Background", "LiveSpaces", "SearchState", "forget_vectors", "vectors_key"]

_LIVE_KEY = "search/live.json"
_BINARY = "application/octet-stream"


@dataclass(frozen=True)
class LiveSpaces:
    """The spaces that are searched, since a switch; before the first one they are the deployment's."""

    spaces: tuple[Space, ...]
    schema_version: str = "1"


@dataclass(frozen=True)
class Background:
    """How near the nearest thing lies to questions that nobody of this deployment asked.

    The best cosine of each, and the largest share of its words; times are seconds since 1970.
    """

    index_name: str
    first_made_at: float
    made_at: float
    cosines: tuple[float, ...]
    coverages: tuple[float, ...]
    schema_version: str = "1"


class SearchState:
    """Reads and writes it; ``s3`` is a boto3 client other than the process's own."""

    def __init__(self, bucket: str, *, s3: Any = None) -> None:
        self._bucket = bucket
        self._s3 = s3 or client("s3")
        # Nothing of it belongs to an attempt: keys are whole.
        self._documents = DocumentStore(bucket, "search", 1, s3=self._s3)

    def live(self) -> tuple[Space, ...] | None:
        """The spaces of the last switch, if there was one."""
        found = self._documents.find_document(LiveSpaces, _LIVE_KEY)
        return found.spaces if found else None

    def switch(self, spaces: tuple[Space, ...]) -> None:
        """From now on these are searched."""
        self._documents.put_document(_LIVE_KEY, LiveSpaces(spaces))

    def manifest(self, asset_id: str) -> VectorManifest | None:
        """Which vectors stand for an asset, as far as it was ever indexed."""
        return self._documents.find_document(VectorManifest, manifest_key(asset_id))

    def put_manifest(self, manifest: VectorManifest) -> None:
        """Writes it down."""
        self._documents.put_document(manifest_key(manifest.asset_id), manifest)

    def background(self, space: Space, language: str) -> Background | None:
        """The background of a space's index for queries in a language, if one was made."""
        return self._documents.find_document(Background, _background_key(space, language))

    def put_background(self, space: Space, language: str, background: Background) -> None:
        """Writes it down."""
        self._documents.put_document(_background_key(space, language), background)

    def vectors(self, key: str, dimensions: int) -> list[array[float] | None] | None:
        """The vectors that ``put_vectors`` kept, if any; ``None`` for one that couldn't be had."""
        body = self._documents.find_bytes(key)
        size = 4 * dimensions
        if body is None or len(body) % size:
            return None
        found: list[array[float] | None] = []
        for at in range(0, len(body), size):
            values = array("f")
            values.frombytes(body[at : at + size])
            found.append(values if any(values) else None)
        return found

    def put_vectors(self, key: str, vectors: Sequence[Sequence[float] | None], dimensions: int) -> None:
        """Keeps vectors, as 32-bit floats one after the other; zeros stand for one that couldn't be had."""
        body = b"".join(array("f", values or [0.0] * dimensions).tobytes() for values in vectors)
        self._documents.put_bytes(key, body, _BINARY)

    def forget(self, keys: Sequence[str]) -> None:
        """Removes objects; those that are gone already are passed over."""
        for key in keys:
            with service_errors("s3:DeleteObject"):
                self._s3.delete_object(Bucket=self._bucket, Key=key)


def forget_vectors(asset_id: str, state: SearchState, index_named: Callable[[str], VectorIndex]) -> int:
    """Removes every vector of an asset and what they were kept as; how many vectors there were."""
    manifest = state.manifest(asset_id)
    if manifest is None:
        return 0
    for index_name, keys in manifest.keys.items():
        # An index that was dropped went with all that was in it.
        with suppress(NoSuchIndexError):
            index_named(index_name).delete(keys)
    state.forget([*manifest.embedding_keys, manifest_key(asset_id)])
    return sum(map(len, manifest.keys.values()))


def vectors_key(space: Space, contents: Sequence[str]) -> str:
    """Where the vectors of these contents lie: the same contents, model, dimensions and purpose, the same
    place, whatever asset they belong to."""
    digest = hashlib.sha256()
    for content in contents:
        encoded = content.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return f"search/embeddings/{space.index_name}/{digest.hexdigest()}.f32"


def _background_key(space: Space, language: str) -> str:
    return f"search/backgrounds/{space.index_name}/{language}.json"
