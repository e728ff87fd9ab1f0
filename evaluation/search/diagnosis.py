"""What an embedding model is worth, in figures. Rows are vectors of length 1, so products are cosines."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from braid.domain.scores.ranking import recall_at
from evaluation.search.products import Level, Product
from evaluation.search.providers import Provider, Vectors

__all__ = ["Gap", "Ranking", "Shelf", "gap", "level_recalls", "ranking", "search", "shelf", "similarities"]


@dataclass(frozen=True)
class Gap:
    """How far apart pictures and texts lie (Liang et al. 2022).

    ``distance`` is that of their means; the others are mean cosines: within texts, within pictures, and of a
    picture with its own text.
    """

    distance: float
    texts: float
    pictures: float
    pairs: float


@dataclass(frozen=True)
class Ranking:
    """What a question found: names, the best first, with 1 - cosine; ``right`` answers it."""

    query: str
    right: str
    names: tuple[str, ...]
    distances: tuple[float, ...]

    @property
    def place(self) -> int:
        """Where the right one stands, from 1; 0 where it has no vector."""
        return self.names.index(self.right) + 1 if self.right in self.names else 0


@dataclass(frozen=True)
class Shelf:
    """Products with a vector, by row, and the names of those ``without``."""

    names: tuple[str, ...]
    rows: Vectors
    without: tuple[str, ...]


def similarities(rows: Vectors) -> Vectors:
    """The cosine of each with each: symmetric, 1 on the diagonal."""
    found: Vectors = np.clip(rows @ rows.T, -1, 1)
    return found


def search(query: Vectors, rows: Vectors, count: int = 1) -> list[tuple[int, float]]:
    """The nearest rows, the best first: index and distance (1 - cosine); equals by index."""
    found = 1 - rows @ query
    order = np.argsort(found, kind="stable")[:count]
    return [(int(index), float(found[index])) for index in order]


def gap(texts: Vectors, pictures: Vectors) -> Gap:
    """The gap between pictures and their texts, row by row."""
    return Gap(
        float(np.linalg.norm(texts.mean(axis=0) - pictures.mean(axis=0))),
        _mean_of_others(texts),
        _mean_of_others(pictures),
        float((texts * pictures).sum(axis=1).mean()),
    )


def shelf(provider: Provider, products: Sequence[Product]) -> Shelf:
    """The products' vectors: by their pictures where the model sees, by title and text where it reads."""
    if provider.is_joint:
        found = provider.pictures([product.picture for product in products])
    else:
        found = list(provider.texts([product.text for product in products]))
    there = [(product.name, row) for product, row in zip(products, found, strict=True) if row is not None]
    without = tuple(product.name for product, row in zip(products, found, strict=True) if row is None)
    rows = np.stack([row for _, row in there]) if there else np.empty((0, 0), np.float32)
    return Shelf(tuple(name for name, _ in there), rows, without)


def ranking(provider: Provider, products: Shelf, query: str, right: str) -> Ranking:
    """What a question finds among the products."""
    if not products.names:
        return Ranking(query, right, (), ())
    nearest = search(provider.texts([query])[0], products.rows, len(products.names))
    names = tuple(products.names[index] for index, _ in nearest)
    return Ranking(query, right, names, tuple(distance for _, distance in nearest))


def level_recalls(provider: Provider, level: Level) -> dict[str, float]:
    """By question, the share of its right answers among as many as there are of them (R-precision)."""
    names = list(level.items)
    rows = provider.texts(list(level.items.values()))
    recalls = {}
    for query, vector in zip(level.queries, provider.texts(list(level.queries)), strict=True):
        right = level.queries[query]
        found = [names[index] for index, _ in search(vector, rows, len(right))]
        recalls[query] = recall_at(len(right), found, right)
    return recalls


def _mean_of_others(rows: Vectors) -> float:
    cosines = similarities(rows)
    return statistics.fmean(float(cosines[i, j]) for i in range(len(rows)) for j in range(i))
