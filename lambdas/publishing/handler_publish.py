"""Publish Result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.aws.source_objects import SourceObjects
from braid.domain.asset.execution_state import ExecutionState
from braid.runtime.handler import handles
from braid.runtime.library import price_book, profile
from braid.runtime.metrics import count_missed_target
from braid.runtime.now import utc_now
from braid.runtime.shortening import shortened
from braid.store.closing import AssetCloser, result_uri
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.publishing.publisher import publish

__all__ = ["Request", "Settings", "handler"]

# The execution's output stays under 1 KB.
_MAX_KEY_BYTES = 220
_MAX_SENTENCE_BYTES = 240


@dataclass(frozen=True)
class Settings:
    """Where results and record lie."""

    results_bucket: str
    assets_table: str


@dataclass(frozen=True)
class Request:
    """The state's input."""

    state: ExecutionState
    execution_arn: str
    started_at: str


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Publishes what the execution found and tells it in at most 1 KB."""
    asset = request.state.asset
    store = DocumentStore.of(settings.results_bucket, asset)
    published = publish(
        request.state,
        store=store,
        closer=AssetCloser(store, AssetRecords(settings.assets_table), SourceObjects(asset.source.bucket)),
        book=price_book(),
        profile=profile(asset.profile),
        execution_arn=request.execution_arn,
        started_at=request.started_at,
        now=utc_now(),
    )
    for missed in published.missed_targets:
        count_missed_target(asset.profile, missed)
    return {
        "asset_id": asset.asset_id,
        "status": published.closed.status,
        "source_key": shortened(asset.source.key, _MAX_KEY_BYTES),
        "first_sentence": shortened(published.first_sentence, _MAX_SENTENCE_BYTES),
        "report_uri": published.report.uri,
        "result_uri": result_uri(store, asset.asset_id),
        "summary": published.summary,
    }
