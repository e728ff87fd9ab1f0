"""Ways to keep a vector in single bits, on the clusters of ``vector_sizes``: is any better than its signs?

The true ten of a query lie in its own cluster, whose vectors differ by what is noise in every direction. Of
two such vectors the cosine spreads by 1/sqrt(dimensions), and by as much does what signs tell of it (RaBitQ,
Gao and Long 2024, proves that bound): whichever way bits are made, they leave half of it unsaid.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

import numpy as np

from evaluation.search.vector_sizes import Vectors, clusters, nearest

__all__ = ["recall_of_single_bits"]

_FOUND = 10
_ROUNDS = 20
_SEED = 6

Scores = Callable[[Vectors], Vectors]


def recall_of_single_bits(count: int, dimensions: int, cluster_count: int) -> Iterator[tuple[str, float]]:
    """Each way, and the share of the true nearest ten that it finds with nothing rescored."""
    rows, queries = clusters(count, dimensions, seed=_SEED, cluster_count=cluster_count)
    exact = [set(nearest(rows @ query, _FOUND).tolist()) for query in queries]
    for way, scores in _ways(rows):
        pairs = zip(queries, exact, strict=True)
        found = (len(set(nearest(scores(query), _FOUND).tolist()) & true) for query, true in pairs)
        yield way, statistics.fmean(found) / _FOUND


def _ways(rows: Vectors) -> Iterator[tuple[str, Scores]]:
    random = np.random.default_rng(_SEED)
    mean = rows.mean(axis=0)
    centred = rows - mean
    rotation = np.linalg.qr(random.standard_normal((rows.shape[1],) * 2))[0].astype(np.float32)
    learnt = _itq(centred, rotation)
    yield "signs", _of(_signs(rows), lambda query: query)
    yield "signs, the query's too", _of(_signs(rows), _signs)
    yield "signs around the mean", _of(_signs(centred), lambda query: query - mean)
    yield "signs after a random rotation", _of(_signs(centred @ rotation), lambda q: (q - mean) @ rotation)
    yield "signs after a learnt rotation (ITQ)", _of(_signs(centred @ learnt), lambda q: (q - mean) @ learnt)


def _of(bits: Vectors, asked: Callable[[Vectors], Vectors]) -> Scores:
    return lambda query: bits @ asked(query)


def _signs(values: Vectors) -> Vectors:
    return np.where(values > 0, np.float32(1), np.float32(-1))


def _itq(centred: Vectors, rotation: Vectors) -> Vectors:
    """The rotation after which signs lose least (Gong and Lazebnik 2011)."""
    for _ in range(_ROUNDS):
        left, _, right = np.linalg.svd(centred.T @ _signs(centred @ rotation))
        rotation = (left @ right).astype(np.float32)
    return rotation
