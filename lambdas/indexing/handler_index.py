"""Indexes assets: the queue's messages, one for each asset that ended."""

from __future__ import annotations

from braid.aws.queues import send_to_dead_letters
from braid.runtime.ended import read_ended
from braid.runtime.handler import logger
from braid.runtime.messages import handles_messages
from lambdas.indexing.settings import Settings, indexer_of

__all__ = ["Settings", "handler"]


@handles_messages(Settings, read_ended, send_to_dead_letters)
def handler(asset_id: str, settings: Settings) -> None:
    """Brings the vectors of the asset in line with what it is now."""
    indexed = indexer_of(settings).index(asset_id)
    logger.info(indexed.summary, extra={"asset_id": asset_id})
