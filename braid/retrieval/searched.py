"""A space as it is filled and searched: its index, and what asks its model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from braid.domain.model_registry import ModelRegistry
from braid.domain.search.space import Space
from braid.domain.search.vector_index import VectorIndex, VectorStore
from braid.retrieval.embedders import PictureEmbedder, TextEmbedder, embedder_of

__all__ = ["Searched", "searched_in"]


@dataclass(frozen=True)
class Searched:
    """A space with what asks it."""

    space: Space
    index: VectorIndex
    embedder: TextEmbedder | PictureEmbedder


def searched_in(store: VectorStore, spaces: Iterable[Space], registry: ModelRegistry) -> list[Searched]:
    """The spaces with their indexes and what asks their models.

    Raises ConfigError where the registry doesn't have a space's model any more.
    """
    return [Searched(space, store.index(space.index_name), embedder_of(space, registry)) for space in spaces]
