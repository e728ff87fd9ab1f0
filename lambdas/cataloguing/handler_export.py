"""Catalogues assets: the queue's messages, one for each asset that ended."""

from __future__ import annotations

from dataclasses import dataclass

from braid.aws.queues import send_to_dead_letters
from braid.domain.asset.asset import AssetStatus
from braid.runtime.ended import read_ended
from braid.runtime.handler import logger
from braid.runtime.library import document_schemas
from braid.runtime.messages import handles_messages
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.cataloguing.exporting import export

__all__ = ["Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where records and results lie, and where what can't be handled is put."""

    results_bucket: str
    assets_table: str
    dead_letters_url: str


@handles_messages(Settings, read_ended, send_to_dead_letters)
def handler(asset_id: str, settings: Settings) -> None:
    """Brings the asset's rows in line with what it is now."""
    record = AssetRecords(settings.assets_table).find(asset_id)
    is_deleted = record is not None and record.status is AssetStatus.DELETED
    store = DocumentStore(settings.results_bucket, asset_id, record.attempt if record else 1)
    rows = export(asset_id, store, document_schemas(), is_deleted=is_deleted)
    logger.info(f"{rows} rows", extra={"asset_id": asset_id})
