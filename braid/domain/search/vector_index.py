"""What a store of vectors promises, whichever it is: put, get and delete by key, and hybrid queries.

``braid.aws.vectors.s3_vectors`` and ``braid.aws.vectors.opensearch`` keep it.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from braid.domain.errors import RefusedByServiceError
from braid.domain.money.accounting import Usage

__all__ = [
    "ANYTHING",
    "FoundVector",
    "Narrowing",
    "NoSuchIndexError",
    "VectorIndex",
    "VectorStore",
    "VectorToPut",
]


class NoSuchIndexError(RefusedByServiceError):
    """The index isn't there: it was never deployed, or was dropped."""


@dataclass(frozen=True)
class VectorToPut:
    """A vector with what is kept beside it: at most 2 KB that a search may be narrowed by, 40 KB in all."""

    key: str
    values: Sequence[float]
    metadata: Mapping[str, str | int]

    @property
    def size_bytes(self) -> int:
        """What a store counts of it: its key, four bytes a number, its metadata."""
        told = sum(len(f"{name}{value}".encode()) for name, value in self.metadata.items())
        return len(self.key.encode()) + 4 * len(self.values) + told


@dataclass(frozen=True)
class FoundVector:
    """``distance`` is 1 - cosine; ``text_score`` is BM25's where words of the query stand in it."""

    key: str
    distance: float | None
    text_score: float | None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Narrowing:
    """Which vectors may be found at all; what is left empty narrows nothing.

    ``since`` is in seconds since 1970.
    """

    profile: str = ""
    modality: str = ""
    since: int | None = None
    without_assets: tuple[str, ...] = ()


ANYTHING = Narrowing()


class VectorIndex(Protocol):
    """One index. Every method raises the service errors, ``NoSuchIndexError`` among them."""

    def put(self, vectors: Sequence[VectorToPut]) -> tuple[Usage, ...]:
        """Stores vectors, in place of what stands under their keys; what that is billed by."""

    def get(self, keys: Sequence[str]) -> dict[str, array[float]]:
        """The vectors of those keys that there are."""

    def delete(self, keys: Sequence[str]) -> None:
        """Removes the vectors of these keys, those of them that there are."""

    def query(
        self, limit: int, *, vector: Sequence[float], words: str = "", narrowing: Narrowing = ANYTHING
    ) -> list[FoundVector]:
        """The best ``limit``, nearest first; with ``words`` those that have them too, fused by rank."""


class VectorStore(Protocol):
    """All indexes of a deployment."""

    def index(self, name: str) -> VectorIndex:
        """The index of that name (``Space.index_name``), which may not be there."""

    def drop_all_but(self, kept: Collection[str]) -> list[str]:
        """Removes every other index with all that is in it; the store's own names of those."""
