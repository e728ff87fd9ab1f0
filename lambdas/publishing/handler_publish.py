"""Publish Result."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from braid.aws.s3.source_objects import SourceObjects
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.money.metered import MeteredBefore
from braid.domain.quoting import shortened
from braid.runtime.handler import handles
from braid.runtime.library import profile, voice_book
from braid.runtime.metering import used_so_far
from braid.runtime.metrics import count_missed_target
from braid.runtime.now import utc_now
from braid.runtime.prices import price_book
from braid.runtime.retries import Retries
from braid.store.closing import AssetCloser, result_uri
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.publishing.additions import Additions
from lambdas.publishing.publisher import publish

__all__ = ["Request", "Settings", "handler"]

# The execution's output stays under 1 KB.
_MAX_KEY_BYTES = 220
_MAX_SENTENCE_BYTES = 240
# The function has ten minutes where it translates or speaks. What isn't begun after six is left to the next
# try: a track of four hours takes a minute to write.
_ASKING_SECONDS = 360.0


@dataclass(frozen=True)
class Settings:
    """Where results and record lie, and what is made where a profile doesn't say."""

    results_bucket: str
    assets_table: str
    caption_languages: tuple[str, ...]
    spoken_descriptions: bool


@dataclass(frozen=True)
class Request:
    """The state's input. A redriven execution of an earlier version lacks the last two."""

    state: ExecutionState
    execution_arn: str
    started_at: str
    retries: Retries = field(default_factory=Retries)
    redrive_count: int | None = None
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Publishes what the execution found and tells it in at most 1 KB."""
    asset = request.state.asset
    store = DocumentStore.of(settings.results_bucket, asset)
    deadline = time.monotonic() + _ASKING_SECONDS
    published = publish(
        request.state,
        store=store,
        closer=AssetCloser(store, AssetRecords(settings.assets_table), SourceObjects(asset.source.bucket)),
        book=price_book(),
        profile=profile(asset.profile),
        additions=Additions(
            caption_languages=settings.caption_languages,
            spoken_descriptions=settings.spoken_descriptions,
            voices=voice_book(),
            retries=request.retries,
            deadline_passed=lambda: time.monotonic() > deadline,
        ),
        execution_arn=request.execution_arn,
        redrive_count=request.redrive_count,
        started_at=request.started_at,
        used=used_so_far,
        clock=utc_now,
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
