"""The embedded S3 Vectors held against the plainest search there is: every distance, in 64 bits."""

from __future__ import annotations

import numpy as np

from local.services.s3vectors.index import Stored, VectorIndex

__all__ = ["agreement_with_brute_force"]

_DIMENSIONS = 384
_QUERIES = 100
_FOUND = 10
_EQUALS = 200
# 32-bit floats tell no smaller difference of distances apart.
_DIGITS = 6


def agreement_with_brute_force(count: int = 20_000) -> tuple[float, float]:
    """Of the true nearest ten the share that is found, and of the queries the share whose order is the same.

    Some vectors are equal, whose keys decide.
    """
    random = np.random.default_rng(11)
    rows = random.standard_normal((count, _DIMENSIONS)).astype(np.float32)
    rows[-_EQUALS:] = rows[:_EQUALS]
    keys = [f"{place:07d}" for place in range(count)]
    index = VectorIndex(_DIMENSIONS, is_cosine=True)
    index.put(Stored(key, row, {}) for key, row in zip(keys, rows, strict=True))
    exact = rows.astype(np.float64)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    found, in_order = 0, 0
    for query in rows[random.integers(0, count, _QUERIES)] + np.float32(0.1):
        unit = query.astype(np.float64) / np.linalg.norm(query.astype(np.float64))
        distances = np.round(1 - exact @ unit, _DIGITS)
        nearest = np.lexsort((np.arange(count), distances))[:_FOUND]
        expected = [keys[place] for place in nearest]
        got = [each.stored.key for each in index.query(limit=_FOUND, vector=query.tolist())]
        found += len(set(got) & set(expected))
        in_order += got == expected
    return found / (_QUERIES * _FOUND), in_order / _QUERIES
