"""What both functions of indexing are configured with, and what they work with."""

from __future__ import annotations

from dataclasses import dataclass

from braid.aws.vectors.stores import vector_store
from braid.domain.search.space import Space
from braid.retrieval.searched import searched_in
from braid.runtime.library import model_registry
from braid.store.records import AssetRecords
from braid.store.search_state import SearchState
from lambdas.indexing.indexer import Indexer

__all__ = ["Settings", "indexer_of"]


@dataclass(frozen=True)
class Settings:
    """``vector_store`` is where vectors lie. ``spaces`` are those that the deployment builds; others may be
    live until a switch."""

    results_bucket: str
    assets_table: str
    vector_store: str
    spaces: tuple[Space, ...]
    dead_letters_url: str


def indexer_of(settings: Settings) -> Indexer:
    """The indexer of every space that is searched or built."""
    state = SearchState(settings.results_bucket)
    live = state.live()
    if live is None:  # written down, so that another model's deployment doesn't change what is searched
        state.switch(settings.spaces)
    spaces = tuple(dict.fromkeys((*(live or ()), *settings.spaces)))
    store = vector_store(settings.vector_store)
    return Indexer(
        searched_in(store, spaces, model_registry()),
        state,
        AssetRecords(settings.assets_table),
        settings.results_bucket,
        store=settings.vector_store,
        index_named=store.index,
    )
