"""Publish Draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from braid.aws.s3.published import PublishedObjects
from braid.aws.s3.source_objects import SourceObjects
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.money.metered import MeteredBefore
from braid.domain.quoting import shortened
from braid.domain.wire import decode
from braid.runtime.handler import handles
from braid.runtime.metering import used_so_far
from braid.runtime.now import utc_now
from braid.runtime.prices import price_book
from braid.store.closing import AssetCloser, result_uri
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from braid.store.review_records import ReviewRecords
from lambdas.generation.chaining import drop_next_stage
from lambdas.generation.publishing import publish_draft, used_by_steps

__all__ = ["Request", "Settings", "handler"]

_MAX_KEY_BYTES = 220
_MAX_SENTENCE_BYTES = 240


@dataclass(frozen=True)
class Settings:
    """Where results, record and what is public lie."""

    results_bucket: str
    assets_table: str
    published_bucket: str


@dataclass(frozen=True)
class Request:
    """The state's input; ``state`` is as the steps before left it."""

    state: dict[str, Any]
    execution_arn: str
    started_at: str
    redrive_count: int | None = None
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Publishes what was approved of and tells it in at most 1 KB; a chain's next stage is dropped."""
    state = decode(ExecutionState, request.state)
    asset = state.asset
    store = DocumentStore.of(settings.results_bucket, asset)
    done = publish_draft(
        state,
        used_by_steps(request.state),
        records=ReviewRecords(settings.assets_table),
        closer=AssetCloser(store, AssetRecords(settings.assets_table), SourceObjects(asset.source.bucket)),
        store=store,
        published=PublishedObjects(settings.published_bucket),
        book=price_book(),
        execution_arn=request.execution_arn,
        redrive_count=request.redrive_count,
        started_at=request.started_at,
        used=used_so_far,
        now=utc_now(),
    )
    following = drop_next_stage(asset, store) if done.publication is not None else None
    uri = done.publication.published.uri if done.publication else None
    return {
        "asset_id": asset.asset_id,
        "status": done.closed.status,
        "source_key": shortened(asset.source.key, _MAX_KEY_BYTES),
        "reason": shortened(done.reason or "", _MAX_SENTENCE_BYTES),
        "published_uri": uri,
        "next_stage": following,
        "result_uri": result_uri(store, asset.asset_id),
        "summary": shortened(done.summary, _MAX_SENTENCE_BYTES),
    }
