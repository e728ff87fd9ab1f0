"""What both functions of indexing are configured with, and what they work with."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from braid.aws.s3.vectors import VectorIndex
from braid.domain.search.space import Space
from braid.retrieval.embedders import embedder_of
from braid.retrieval.finding import Searched
from braid.runtime.library import model_registry
from braid.store.records import AssetRecords
from braid.store.search_state import SearchState
from lambdas.indexing.indexer import Indexer

__all__ = ["Settings", "indexer_of", "searched_in"]


@dataclass(frozen=True)
class Settings:
    """``spaces`` are those that the deployment builds; others may be live until a switch."""

    results_bucket: str
    assets_table: str
    vector_bucket_arn: str
    spaces: tuple[Space, ...]
    dead_letters_url: str


def indexer_of(settings: Settings) -> Indexer:
    """The indexer of every space that is searched or built."""
    state = SearchState(settings.results_bucket)
    live = state.live()
    if live is None:  # written down, so that another model's deployment doesn't change what is searched
        state.switch(settings.spaces)
    spaces = tuple(dict.fromkeys((*(live or ()), *settings.spaces)))
    return Indexer(
        searched_in(settings.vector_bucket_arn, spaces),
        state,
        AssetRecords(settings.assets_table),
        settings.results_bucket,
        index_named=functools.partial(_index, settings.vector_bucket_arn),
    )


def searched_in(vector_bucket_arn: str, spaces: tuple[Space, ...]) -> list[Searched]:
    """The spaces with their indexes and what asks their models."""
    registry = model_registry()
    return [
        Searched(space, _index(vector_bucket_arn, space.index_name), embedder_of(space, registry))
        for space in spaces
    ]


def _index(vector_bucket_arn: str, index_name: str) -> VectorIndex:
    return VectorIndex(f"{vector_bucket_arn}/index/{index_name}")
