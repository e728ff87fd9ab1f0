"""What follows from the deletion of a version: all that is kept of its asset goes too."""

from __future__ import annotations

from braid.domain.asset.asset import AssetRef, Source, asset_id_for, read_inbox_key
from braid.domain.errors import PendingError
from braid.store.erasing import AssetEraser
from braid.store.records import AssetRecords

__all__ = ["erase_with_source"]


def erase_with_source(source: Source, *, records: AssetRecords, eraser: AssetEraser, now: str) -> str:
    """Erases the asset that ``source`` was the head of; what was done, for the log.

    Nothing is kept of a version without a record: a bundle's member, a delete marker that was taken away
    again, a file that nothing was begun for. One that was deleted before is looked through once more. Raises
    ``PendingError`` where something is there afterwards, such as what a running step still wrote.
    """
    inbox_key = read_inbox_key(source.key)
    asset_id = asset_id_for(source)
    record = records.find(asset_id) if inbox_key.starts_execution else None
    if record is None:
        return "a version without a record was deleted: nothing is kept of it"
    asset = AssetRef(asset_id, record.attempt, inbox_key.profile, source)
    kept = eraser.find(asset_id, source)
    running = record.execution_arn if record.status.is_open else None
    eraser.erase(asset, kept, running=running, now=now)
    left = eraser.find(asset_id, source)
    if not left.is_nothing:
        raise PendingError(f"of {asset_id} there is still something: {left.summary}")
    return f"{asset_id}: {kept.summary}; nothing of it is left"
