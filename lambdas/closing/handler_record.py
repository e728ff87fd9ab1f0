"""Record Rejection, Record Failure, and executions that ended outside their states."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from braid.aws.notifications import announce
from braid.aws.s3.source_objects import SourceObjects
from braid.domain.asset.asset import AssetRef
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.failure_metrics import FailureMetric
from braid.domain.money.metered import MeteredBefore
from braid.domain.quoting import shortened
from braid.domain.wire import decode
from braid.runtime.handler import Event, handles, logger
from braid.runtime.metering import used_so_far
from braid.runtime.metrics import count_failure
from braid.runtime.now import utc_now
from braid.runtime.prices import price_book
from braid.store.closing import AssetCloser, result_uri
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.closing.announcing import ANNOUNCED, unannounced
from lambdas.closing.deaths import Death, is_status_change, read_death
from lambdas.closing.recorder import record_death, record_end

__all__ = ["Request", "Settings", "handler"]

# The execution's output stays small; the whole reason is in the record.
_MAX_KEY_BYTES = 220
_MAX_REASON_BYTES = 300


@dataclass(frozen=True)
class Settings:
    """Where results and record lie."""

    results_bucket: str
    assets_table: str


@dataclass(frozen=True)
class Request:
    """The states' input. A redriven execution of an earlier version doesn't have ``redrive_count``."""

    state: ExecutionState
    outcome: Literal["rejected", "failed"]
    execution_arn: str
    started_at: str
    redrive_count: int | None = None
    metered: MeteredBefore = field(default_factory=MeteredBefore)

    @property
    def asset(self) -> AssetRef:
        """The asset that ended."""
        return self.state.asset


def read_request(event: Event) -> Request | Death:
    """A state's input, or EventBridge's event about an execution that can't speak for itself any more."""
    return read_death(event) if is_status_change(event) else decode(Request, event)


@handles(Settings, read_request)
def handler(request: Request | Death, settings: Settings) -> dict[str, Any]:
    """Records how an asset ended and tells it in at most 1 KB; what was published is announced, too."""
    asset = request.asset
    if isinstance(request, Death) and request.status == "TIMED_OUT":
        count_failure(FailureMetric.TIMED_OUT_EXECUTIONS, execution_arn=request.execution_arn)
    if asset is None:
        logger.warning("no asset started this execution", extra={"execution_arn": request.execution_arn})
        return {"summary": "nothing to record: no asset started this execution"}
    store = DocumentStore.of(settings.results_bucket, asset)
    closer = AssetCloser(store, AssetRecords(settings.assets_table), SourceObjects(asset.source.bucket))
    if isinstance(request, Death):
        recorded = record_death(
            request, asset, store=store, closer=closer, book=price_book(), used=used_so_far, now=utc_now()
        )
        owed = unannounced(asset, request.execution_arn, store=store, closer=closer)
        if owed is not None:
            announce(ANNOUNCED, owed)
    else:
        recorded = record_end(
            request.state,
            request.outcome,
            store=store,
            closer=closer,
            book=price_book(),
            execution_arn=request.execution_arn,
            redrive_count=request.redrive_count,
            started_at=request.started_at,
            used=used_so_far,
            now=utc_now(),
        )
    logger.info(recorded.reason, extra={"asset_id": asset.asset_id, "closed": recorded.closed.is_ours})
    return {
        "asset_id": asset.asset_id,
        "status": recorded.closed.status,
        "source_key": shortened(asset.source.key, _MAX_KEY_BYTES),
        "reason": shortened(recorded.reason, _MAX_REASON_BYTES),
        "error": recorded.error,
        "result_uri": result_uri(store, asset.asset_id),
        "summary": recorded.summary,
    }
