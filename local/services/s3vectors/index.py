"""One vector index in memory: exact search, so that what is found here is what brute force finds.

Amazon's own search is approximate; its filters, like these, are applied before it.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local.services.s3vectors.columns import Columns, Mask
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
        self._columns = Columns()
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
                        text_field.put(place, text)
                    else:
                        text_field.delete(place)
                self._columns.put(place, vector.metadata)

    def delete(self, keys: Iterable[str]) -> None:
        """Removes the vectors of these keys; unknown keys are passed over."""
        with self._lock:
            for key in keys:
                place = self._places.pop(key, None)
                if place is None:
                    continue
                last = self._stored.pop()
                for text_field in self._texts.values():
                    text_field.delete(place)
                self._columns.remove(place)
                if last.key != key:
                    self._stored[place], self._places[last.key] = last, place
                    self._rows[place] = self._rows[len(self._stored)]
                    for text_field in self._texts.values():
                        text_field.move(len(self._stored), place)

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
            passed = accepts(self._matching) if accepts is not None else None
            depth = limit if len(texts) + (vector is not None) == 1 else max(limit, _FUSED_DEPTH)
            scored = [(name, self._texts[name].scores(text, len(self._stored))) for name, text in texts]
            lists = [self._best(scores, depth, passed) for _, scores in scored]
            query = None if vector is None else self._direction(vector)
            if query is not None:
                lists.insert(0, self._nearest(query, depth, passed))
            shares = _shares(lists)
            order = lists[0] if len(lists) == 1 else self._by_key(shares, lambda place: -shares[place])
            kept = order[:limit]
            distances = {} if query is None else self._distances(query, kept)
            return [
                Found(
                    self._stored[place],
                    distances.get(place),
                    {name: float(scores[place]) for name, scores in scored if scores[place]},
                    shares[place] if len(lists) > 1 else None,
                )
                for place in kept
            ]

    def _matching(self, key: str, test: Callable[[Any], bool]) -> Mask:
        return self._columns.matching(_Metadata(self._stored), key, test)

    def _make_room(self) -> None:
        if len(self._stored) > len(self._rows):
            grown = np.empty((max(256, 2 * len(self._rows)), self._dimension), np.float32)
            grown[: len(self._rows)] = self._rows
            self._rows = grown

    def _direction(self, vector: Sequence[float]) -> Vectors:
        query = np.asarray(vector, np.float32)
        return query / np.float32(np.linalg.norm(query)) if self._is_cosine else query

    def _nearest(self, query: Vectors, depth: int, passed: Mask | None) -> list[int]:
        """The places of the nearest ``depth``, in order."""
        rows = self._rows[: len(self._stored)]
        # One product over all rows finds who comes into question. Its last bits depend on where a row lies.
        rough = np.float32(1) - rows @ query if self._is_cosine else np.linalg.norm(rows - query, axis=1)
        if passed is not None:
            rough[~passed] = np.inf
        count = len(rough) if passed is None else int(np.count_nonzero(passed))
        worst = np.float32(np.finfo(np.float32).max)
        if depth < count:
            worst = np.partition(rough, depth - 1)[depth - 1]
            worst += _ROUNDING * (1 + abs(worst))
        places = np.flatnonzero(rough <= worst).tolist()
        distances = self._distances(query, places)
        return self._by_key(places, distances.__getitem__)[:depth]

    def _best(self, scores: NDArray[np.float64], depth: int, passed: Mask | None) -> list[int]:
        """The places with the highest ``depth`` scores over 0, in order."""
        if passed is not None:
            scores[~passed] = 0.0
        places = np.flatnonzero(scores)
        if depth < len(places):
            worst = np.partition(scores[places], len(places) - depth)[len(places) - depth]
            better = np.flatnonzero(scores > worst).tolist()
            # Of the equals at the end, which may be nearly all, those with the lowest keys.
            equal = heapq.nsmallest(
                depth - len(better), np.flatnonzero(scores == worst).tolist(), key=self._key_at
            )
            return [*self._by_key(better, lambda place: -scores[place]), *equal]
        return self._by_key(places.tolist(), lambda place: -scores[place])

    def _by_key(self, places: Iterable[int], value: Callable[[int], float]) -> list[int]:
        """The places by value, the lowest first; equals in the order of their keys."""
        return sorted(places, key=lambda place: (value(place), self._stored[place].key))

    def _key_at(self, place: int) -> str:
        return self._stored[place].key

    def _distances(self, query: Vectors, places: Sequence[int]) -> dict[int, float]:
        """Row by row, so that equal vectors are equally far wherever they lie."""
        rows = self._rows[places].astype(np.float64)
        if self._is_cosine:
            found = 1 - (rows * query).sum(axis=1)
        else:
            found = np.sqrt(((rows - query) ** 2).sum(axis=1))
        return dict(zip(places, found.tolist(), strict=True))


class _Metadata(Sequence[Mapping[str, Any]]):
    """The metadata of vectors, by place."""

    def __init__(self, stored: Sequence[Stored]) -> None:
        self._stored = stored

    def __len__(self) -> int:
        return len(self._stored)

    def __getitem__(self, place: Any) -> Any:
        return self._stored[place].metadata


def _shares(lists: Sequence[Sequence[int]]) -> dict[int, float]:
    shares: dict[int, float] = {}
    for ranked in lists:
        for rank, place in enumerate(ranked, start=1):
            shares[place] = shares.get(place, 0.0) + 1 / (_RRF_K + rank)
    return shares
