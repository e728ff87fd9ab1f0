"""The recorder's entry: Record Rejection, Record Failure, and executions that died outside their states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.aws.source_objects import SourceObjects
from braid.domain.asset.asset import AssetRef
from braid.domain.asset.execution_state import read_state
from braid.runtime.handler import handles, logger
from braid.runtime.library import price_book
from braid.runtime.now import utc_now
from braid.runtime.shortening import shortened
from braid.store.closing import AssetCloser, result_uri
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.closing.deaths import is_status_change, read_death
from lambdas.closing.recorder import Recorded, record_death, record_end

__all__ = ["Settings", "handler"]

# The execution's output stays small; the whole reason is in the record.
_MAX_KEY_BYTES = 220
_MAX_REASON_BYTES = 300
_MAX_SUMMARY_BYTES = 160


@dataclass(frozen=True)
class Settings:
    """What the stack provides."""

    results_bucket: str
    assets_table: str


@handles(Settings)
def handler(event: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Records how an asset ended and tells it in at most 1 KB."""
    if is_status_change(event):
        return _close_dead(event, settings)
    state = read_state(event["state"])
    store, closer = _tools(state.asset, settings)
    recorded = record_end(
        state,
        event["outcome"],
        store=store,
        closer=closer,
        book=price_book(),
        execution_arn=event["execution_arn"],
        started_at=event["started_at"],
        now=utc_now(),
    )
    return _told(recorded, state.asset, store)


def _close_dead(event: dict[str, Any], settings: Settings) -> dict[str, Any]:
    death = read_death(event)
    if death.asset is None:
        logger.warning(
            "an execution died that no asset started", extra={"execution_arn": death.execution_arn}
        )
        return {"summary": "an execution that no asset started is nothing to record"}
    store, closer = _tools(death.asset, settings)
    recorded = record_death(death, death.asset, store=store, closer=closer, now=utc_now())
    logger.info(recorded.reason, extra={"asset_id": death.asset.asset_id, "closed": recorded.closed.is_ours})
    return _told(recorded, death.asset, store)


def _tools(asset: AssetRef, settings: Settings) -> tuple[DocumentStore, AssetCloser]:
    store = DocumentStore(settings.results_bucket, asset.asset_id, asset.attempt)
    sources = SourceObjects(asset.source.bucket)
    return store, AssetCloser(store, AssetRecords(settings.assets_table), sources)


def _told(recorded: Recorded, asset: AssetRef, store: DocumentStore) -> dict[str, Any]:
    status = recorded.closed.status
    kept = "" if recorded.closed.is_ours else " (the record was closed before)"
    return {
        "asset_id": asset.asset_id,
        "status": status,
        "source_key": shortened(asset.source.key, _MAX_KEY_BYTES),
        "reason": shortened(recorded.reason, _MAX_REASON_BYTES),
        "error": recorded.error,
        "result_uri": result_uri(store, asset.asset_id),
        "summary": f"{status}: {shortened(recorded.reason, _MAX_SUMMARY_BYTES)}{kept}",
    }
