"""The publisher's entry: Publish Result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.aws.source_objects import SourceObjects
from braid.domain.asset.execution_state import read_state
from braid.runtime.handler import handles
from braid.runtime.library import price_book, profile
from braid.runtime.metrics import count_missed_target
from braid.runtime.now import utc_now
from braid.runtime.shortening import shortened
from braid.store.closing import AssetCloser, result_uri
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.publishing.publisher import publish

__all__ = ["Settings", "handler"]

# The execution's output stays under 1 KB.
_MAX_KEY_BYTES = 220
_MAX_SENTENCE_BYTES = 240


@dataclass(frozen=True)
class Settings:
    """What the stack provides."""

    results_bucket: str
    assets_table: str


@handles(Settings)
def handler(event: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Publishes what the execution found and tells it in at most 1 KB."""
    state = read_state(event["state"])
    asset = state.asset
    store = DocumentStore(settings.results_bucket, asset.asset_id, asset.attempt)
    published = publish(
        state,
        store=store,
        closer=AssetCloser(store, AssetRecords(settings.assets_table), SourceObjects(asset.source.bucket)),
        book=price_book(),
        use_case=profile(asset.profile),
        execution_arn=event["execution_arn"],
        started_at=event["started_at"],
        now=utc_now(),
    )
    for missed in published.missed_targets:
        count_missed_target(asset.profile, missed)
    status = published.closed.status
    kept = "" if published.closed.is_ours else " (the record was closed before, nothing was shown)"
    return {
        "asset_id": asset.asset_id,
        "status": status,
        "source_key": shortened(asset.source.key, _MAX_KEY_BYTES),
        "first_sentence": shortened(published.first_sentence, _MAX_SENTENCE_BYTES),
        "report_uri": published.report.uri,
        "result_uri": result_uri(store, asset.asset_id),
        "summary": f"{status}: {published.results_count} results{kept}",
    }
