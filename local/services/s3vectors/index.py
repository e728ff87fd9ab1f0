"""One vector index in memory: exact search, so that what is found here is what brute force finds.

Amazon's own search is approximate; its filters, like these, are applied before it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local.services.s3vectors.filters import Filter
from local.services.s3vectors.full_text import TextField

__all__ = ["Found", "Stored", "VectorIndex"]

Vectors = NDArray[np.float32]
# Cormack, Clarke and Buettcher (2009), whose constant is everybody's.
_RRF_K = 60
# How deep each list is read before the fusion, at least.
_FUSED_DEPTH = 100
_ROUNDING = 1e-5


@dataclass(frozen=True)
class Stored:
    """A vector as it was put."""

    key: str
    values: Vectors
    metadata: Mapping[str, Any]


@dataclass
class Found:
    """A vector that a query found; ``distance`` where it has a vector, scores where it has texts."""

    stored: Stored
    distance: float | None = None
    bm25: dict[str, float] = field(default_factory=dict)
    fused: float | None = None


class VectorIndex:
    """Vectors by key. Safe to share between threads."""

    def __init__(
        self, dimension: int, *, is_cosine: bool, text_languages: Mapping[str, str | None] | None = None
    ) -> None:
        self._dimension = dimension
        self._is_cosine = is_cosine
        self._texts = {key: TextField(language) for key, language in (text_languages or {}).items()}
        self._stored: list[Stored] = []
        self._places: dict[str, int] = {}
        # What is compared: rows of unit length for cosine; room for more behind them.
        self._rows: Vectors = np.empty((0, dimension), np.float32)
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._stored)

    def put(self, vectors: Iterable[Stored]) -> None:
        """Adds vectors, or replaces whole what stands under their keys."""
        with self._lock:
            for vector in vectors:
                place = self._places.setdefault(vector.key, len(self._stored))
                if place == len(self._stored):
                    self._stored.append(vector)
                    self._make_room()
                self._stored[place] = vector
                length = float(np.linalg.norm(vector.values)) if self._is_cosine else 1.0
                self._rows[place] = vector.values / np.float32(length or 1.0)
                for name, text_field in self._texts.items():
                    text = vector.metadata.get(name)
                    if isinstance(text, str):
                        text_field.put(vector.key, text)
                    else:
                        text_field.delete(vector.key)

    def delete(self, keys: Iterable[str]) -> None:
        """Removes the vectors of these keys; unknown keys are passed over."""
        with self._lock:
            for key in keys:
                place = self._places.pop(key, None)
                if place is None:
                    continue
                last = self._stored.pop()
                if last.key != key:
                    self._stored[place], self._places[last.key] = last, place
                    self._rows[place] = self._rows[len(self._stored)]
                for text_field in self._texts.values():
                    text_field.delete(key)

    def get(self, keys: Iterable[str]) -> list[Stored]:
        """The vectors of those keys that there are, in the order of ``keys``."""
        with self._lock:
            return [self._stored[self._places[key]] for key in keys if key in self._places]

    def listed(self) -> list[Stored]:
        """All vectors, by key."""
        with self._lock:
            return sorted(self._stored, key=lambda stored: stored.key)

    def query(
        self,
        *,
        limit: int,
        vector: Sequence[float] | None = None,
        texts: Sequence[tuple[str, str]] = (),
        accepts: Filter | None = None,
    ) -> list[Found]:
        """The best ``limit`` of those that ``accepts`` lets pass; equals stand in the order of their keys.

        By distance for a ``vector`` alone, by BM25 for one of ``texts`` (metadata key, query) alone, else by
        reciprocal rank over all lists.
        """
        with self._lock:
            among = None
            if accepts is not None:
                among = {stored.key for stored in self._stored if accepts(stored.metadata)}
            depth = limit if len(texts) + (vector is not None) == 1 else max(limit, _FUSED_DEPTH)
            query = None if vector is None else self._direction(vector)
            nearest = [] if query is None else self._nearest(query, depth, among)
            scored = [(name, self._texts[name].scores(text, among)) for name, text in texts]
            ranked = [sorted(scores, key=lambda key: (-scores[key], key))[:depth] for _, scores in scored]
            lists = ranked if query is None else [nearest, *ranked]
            shares = _shares(lists)
            order = lists[0] if len(lists) == 1 else sorted(shares, key=lambda key: (-shares[key], key))
            kept = order[:limit]
            distances = {} if query is None else self._distances(query, kept)
            return [
                Found(
                    self._stored[self._places[key]],
                    distances.get(key),
                    {name: scores[key] for name, scores in scored if key in scores},
                    shares[key] if len(lists) > 1 else None,
                )
                for key in kept
            ]

    def _make_room(self) -> None:
        if len(self._stored) > len(self._rows):
            grown = np.empty((max(256, 2 * len(self._rows)), self._dimension), np.float32)
            grown[: len(self._rows)] = self._rows
            self._rows = grown

    def _direction(self, vector: Sequence[float]) -> Vectors:
        query = np.asarray(vector, np.float32)
        return query / np.float32(np.linalg.norm(query)) if self._is_cosine else query

    def _nearest(self, query: Vectors, depth: int, among: set[str] | None) -> list[str]:
        """The keys of the nearest ``depth``, in order."""
        rows = self._rows[: len(self._stored)]
        # One product over all rows finds who comes into question. Its last bits depend on where a row lies.
        rough = np.float32(1) - rows @ query if self._is_cosine else np.linalg.norm(rows - query, axis=1)
        if among is not None:
            places = np.fromiter((self._places[key] for key in among), np.intp, len(among))
        else:
            places = np.arange(len(rough))
        if depth < len(places):
            worst = np.partition(rough[places], depth - 1)[depth - 1]
            places = places[rough[places] <= worst + _ROUNDING * (1 + abs(worst))]
        keys = [self._stored[place].key for place in places]
        distances = self._distances(query, keys)
        return sorted(keys, key=lambda key: (distances[key], key))[:depth]

    def _distances(self, query: Vectors, keys: Sequence[str]) -> dict[str, float]:
        """Row by row, so that equal vectors are equally far wherever they lie."""
        rows = self._rows[[self._places[key] for key in keys]].astype(np.float64)
        if self._is_cosine:
            found = 1 - (rows * query).sum(axis=1)
        else:
            found = np.sqrt(((rows - query) ** 2).sum(axis=1))
        return dict(zip(keys, found.tolist(), strict=True))


def _shares(lists: Sequence[Sequence[str]]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for ranked in lists:
        for rank, key in enumerate(ranked, start=1):
            shares[key] = shares.get(key, 0.0) + 1 / (_RRF_K + rank)
    return shares
