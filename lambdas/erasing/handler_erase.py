"""Erases assets: the queue's messages, one for each version that was deleted for good."""

from __future__ import annotations

from dataclasses import dataclass

from braid.aws.queues import send_to_dead_letters
from braid.aws.vectors.stores import vector_store
from braid.domain.asset.asset import Source, asset_id_for
from braid.runtime.handler import logger
from braid.runtime.messages import handles_messages
from braid.runtime.now import utc_now
from braid.store.erasing import AssetEraser, Places
from braid.store.records import AssetRecords
from braid.store.search_state import SearchState, forget_vectors
from lambdas.erasing.deletions import read_deletion
from lambdas.erasing.erasing import erase_with_source

__all__ = ["Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where things are kept; ``of_other_stacks`` may have a ``published_bucket`` and a ``vector_store``,
    where the deployment makes, or finds, things."""

    results_bucket: str
    assets_table: str
    dead_letters_url: str
    of_other_stacks: dict[str, str]


@handles_messages(Settings, read_deletion, send_to_dead_letters)
def handler(source: Source, settings: Settings) -> None:
    """Erases all that is kept of the asset that the version was."""

    vectors = settings.of_other_stacks.get("vector_store")

    def forget(asset_id: str) -> None:
        if vectors:
            state = SearchState(settings.results_bucket)
            forget_vectors(asset_id, state, vector_store(vectors).index)

    published_bucket = settings.of_other_stacks.get("published_bucket", "")
    places = Places(settings.results_bucket, settings.assets_table, published_bucket)
    done = erase_with_source(
        source,
        records=AssetRecords(settings.assets_table),
        eraser=AssetEraser(places, forget_vectors=forget),
        now=utc_now(),
    )
    logger.info(done, extra={"asset_id": asset_id_for(source)})
