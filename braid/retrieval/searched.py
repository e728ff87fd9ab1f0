"""A space as it is filled and searched: its index, and what asks its model."""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.search.space import Space
from braid.domain.search.vector_index import VectorIndex
from braid.retrieval.embedders import PictureEmbedder, TextEmbedder

__all__ = ["Searched"]


@dataclass(frozen=True)
class Searched:
    """A space with what asks it."""

    space: Space
    index: VectorIndex
    embedder: TextEmbedder | PictureEmbedder
