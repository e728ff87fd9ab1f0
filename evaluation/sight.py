"""What the engines that look at pictures, and the one that finds names, make of material of known truth."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from evaluation.entities import Score, score
from evaluation.photographs import QUERIES, photographs
from local.engines.pictures.bridge import embed_picture
from local.engines.pictures.explicit import explicit_probability
from local.engines.pictures.labels import find_labels
from local.engines.text.embeddings import embed
from local.engines.text.entities import entities
from local.weights import is_fetched

__all__ = ["Named", "entity_score", "explicit_probabilities", "found_first", "is_fetched", "named"]


@dataclass(frozen=True)
class Named:
    """Every label of every photograph as its confidence and whether it is true; and what a picture took."""

    labels: tuple[tuple[float, bool], ...]
    seconds_each: float


def named() -> Named:
    """All photographs in all renderings, by the classifier."""
    found: list[tuple[float, bool]] = []
    began, count = time.process_time(), 0
    for photograph in photographs():
        labels = find_labels(photograph.data)
        found += [(label.confidence, label.name in photograph.labels) for label in labels]
        count += 1
    return Named(tuple(found), (time.process_time() - began) / count)


def explicit_probabilities() -> list[tuple[str, float]]:
    """The harmless photographs by name, a rendering each, and how explicit it is said to be."""
    return [(photograph.name, explicit_probability(photograph.data)) for photograph in photographs()]


def found_first() -> int:
    """How many of ``QUERIES`` find their photograph before all others, through the bridge."""
    shown = {it.name: it.data for it in photographs() if it.rendering == "as it is" and it.name in QUERIES}
    vectors = np.stack([embed_picture(shown[name]) for name in QUERIES])
    asked = embed([*QUERIES.values()])
    return sum(int((vectors @ query).argmax()) == index for index, query in enumerate(asked))


def entity_score(types: frozenset[str] | None = None) -> Score:
    """The entities of the written sentences; ``types`` counts these alone."""
    return score(entities, types)
