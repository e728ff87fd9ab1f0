"""What vectors cost and lose when they are kept in fewer bits, and how long an exact search takes.

The vectors are made: clusters on a sphere, as sentences of many topics lie. S3 Vectors keeps 32-bit floats
alone; smaller ones are for carrying an index away.
"""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from local.services.s3vectors.index import Stored, VectorIndex

__all__ = [
    "Kept",
    "Sized",
    "Vectors",
    "by_dimensions",
    "clusters",
    "kept_in_fewer_bits",
    "nearest",
    "time_against_a_bare_product",
]

Vectors = NDArray[np.float32]
_FOUND = 10
_FEW_RESCORED = 20
_RESCORED = (400, 800)
_QUERIES = 100


@dataclass(frozen=True)
class Kept:
    """How a vector is kept, its bytes, and the share of the true nearest ten that are found."""

    how: str
    bytes_each: float
    recall: float


@dataclass(frozen=True)
class Sized:
    """Vectors cut to their first numbers: processor milliseconds of a query, and what is left of the ten."""

    dimensions: int
    bytes_each: int
    ms: float
    recall: float


def by_dimensions(count: int, all_of_them: Sequence[int] = (256, 384, 512, 1024)) -> list[Sized]:
    """The same vectors cut shorter, which is right for those that were learnt for it alone (Matryoshka).

    These weren't: it is what is lost where a vector is cut instead of asked for in its length.
    """
    rows, queries = clusters(count, max(all_of_them), seed=4)
    exact = [nearest(rows @ query, _FOUND) for query in queries]
    found = []
    for dimensions in all_of_them:
        cut, asked = _cut(rows, dimensions), _cut(queries, dimensions)
        ours = [nearest(cut @ query, _FOUND) for query in asked]
        pairs = zip(ours, exact, strict=True)
        recall = statistics.fmean(len(set(one) & set(true)) / _FOUND for one, true in pairs)
        seconds = [_seconds(functools.partial(_find, cut, query)) for query in asked[:15]]
        found.append(Sized(dimensions, 4 * dimensions, 1000 * statistics.median(seconds), recall))
    return found


def _find(rows: Vectors, query: Vectors) -> NDArray[np.intp]:
    return nearest(rows @ query, _FOUND)


def _cut(rows: Vectors, dimensions: int) -> Vectors:
    short = rows[:, :dimensions]
    unit: Vectors = short / np.linalg.norm(short, axis=1, keepdims=True)
    return np.ascontiguousarray(unit)


def kept_in_fewer_bits(count: int, dimensions: int) -> list[Kept]:
    """The same vectors as floats of 32 and 16 bits, as bytes, as single bits, and as bits rescored."""
    rows, queries = clusters(count, dimensions, seed=3)
    exact = [nearest(rows @ query, _FOUND) for query in queries]
    # Each row by its own largest number, which is kept beside it: one scale for all gives the few far ones
    # steps that the others don't need, and loses twice as many of the ten.
    scale = np.abs(rows).max(axis=1, keepdims=True) / 127
    coarse = np.round(rows / scale).astype(np.int8).astype(np.float32) * scale
    # The query stays as it is: its own bits would lose half of what the rows' bits leave.
    bits = np.where(rows > 0, np.float32(1), np.float32(-1))

    def recall(find: Callable[[Vectors], NDArray[np.intp]]) -> float:
        pairs = zip(queries, exact, strict=True)
        return statistics.fmean(len(set(find(query)) & set(true)) / _FOUND for query, true in pairs)

    def rescored(kept: Vectors, query: Vectors, candidates: int) -> NDArray[np.intp]:
        first = nearest(kept @ query, candidates)
        return first[nearest(rows[first] @ query, _FOUND)]

    halves = rows.astype(np.float16).astype(np.float32)
    return [
        Kept("32-bit floats", 4.0 * dimensions, recall(lambda query: nearest(rows @ query, _FOUND))),
        Kept("16-bit floats", 2.0 * dimensions, recall(lambda query: nearest(halves @ query, _FOUND))),
        Kept("8-bit integers", dimensions + 4.0, recall(lambda query: nearest(coarse @ query, _FOUND))),
        Kept(
            f"8-bit integers, {_FEW_RESCORED} rescored",
            dimensions + 4.0,
            recall(lambda query: rescored(coarse, query, _FEW_RESCORED)),
        ),
        Kept("single bits", dimensions / 8, recall(lambda query: nearest(bits @ query, _FOUND))),
        *(
            Kept(
                f"single bits, {candidates} rescored",
                dimensions / 8,
                recall(lambda query, most=candidates: rescored(bits, query, most)),  # type: ignore[misc]
            )
            for candidates in _RESCORED
        ),
    ]


def time_against_a_bare_product(count: int, dimensions: int, runs: int = 15) -> tuple[float, float]:
    """Median processor seconds of a query, and how many times those of the product and a partition."""
    rows, queries = clusters(count, dimensions, seed=5)
    index = VectorIndex(dimensions, is_cosine=True)
    index.put(Stored(f"{place:07d}", row, {}) for place, row in enumerate(rows))
    ours, bare = [], []
    for query in queries[:runs]:  # in turns, so that a slow moment meets both
        values = query.tolist()
        ours.append(_seconds(lambda values=values: index.query(limit=_FOUND, vector=values)))  # type: ignore[misc]
        bare.append(_seconds(lambda query=query: np.argpartition(-(rows @ query), _FOUND)))  # type: ignore[misc]
    return statistics.median(ours), statistics.median(ours) / statistics.median(bare)


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def clusters(count: int, dimensions: int, *, seed: int, cluster_count: int = 200) -> tuple[Vectors, Vectors]:
    """Vectors of length 1 in clusters, and others of the same to search by."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((cluster_count, dimensions))
    rows = centres[random.integers(0, cluster_count, count + _QUERIES)]
    rows = rows + 0.7 * random.standard_normal(rows.shape)
    unit = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit[:count], unit[count:]


def nearest(scores: Vectors, count: int) -> NDArray[np.intp]:
    """The places of the highest ``count``, the highest first."""
    chosen: NDArray[np.intp] = np.argpartition(-scores, count)[:count]
    return chosen[np.argsort(-scores[chosen])]
