"""Admit Posts."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any

from braid.admission.posts import Found, admit_posts
from braid.aws.s3.source_objects import SourceObjects
from braid.domain.asset.asset import AssetRef
from braid.domain.asset.rerun import StartAt
from braid.domain.money.metered import READ_UNITS, WRITE_UNITS, MeteredBefore
from braid.domain.profile.sections.budget import Budget
from braid.domain.quoting import shortened
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.library import profile, profile_names
from braid.runtime.now import utc_now
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.posts.keeping import keep_admitted
from lambdas.posts.reading import open_version
from lambdas.posts.reserving import hold_to_budget, reservation

__all__ = ["Request", "Settings", "handler"]


_MAX_REASON_BYTES = 1500  # as it travels through states


@dataclass(frozen=True)
class Settings:
    """Where record and results lie, and the limits that a file is held to."""

    assets_table: str
    results_bucket: str
    max_object_bytes: int
    max_usd_per_day: int
    model_ids: dict[str, str]
    can_batch: bool


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    execution_arn: str
    redrive_count: int | None = None
    metered: MeteredBefore = field(default_factory=MeteredBefore)


# A try that finds no room in the day has read the whole file and looked at the day's money.
@handles(Settings, Request, failed_try={"s3:HeadObject": 1, "s3:GetObject": 1, READ_UNITS: 2, WRITE_UNITS: 4})
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Stores ``admission.json`` and the list of chunks, and moves the record on."""
    asset, source = request.asset, request.asset.source
    head = SourceObjects(source.bucket).head(source.key, source.version_id)
    found = Found(source.bucket, source.key, head.version_id, head.size_bytes, head.is_archived)
    admitted = admit_posts(
        asset,
        found,
        open_file=functools.partial(
            open_version, found.bucket, found.key, found.version_id, found.size_bytes
        ),
        profiles=profile_names(),
        read_profile=profile,
        max_object_bytes=settings.max_object_bytes,
    )
    if admitted.is_admitted:
        admitted = hold_to_budget(admitted, settings.model_ids, is_batch=settings.can_batch)
    kept = keep_admitted(
        admitted,
        store=DocumentStore.of(settings.results_bucket, asset),
        records=AssetRecords(settings.assets_table),
        execution_arn=request.execution_arn,
        redrive_count=request.redrive_count,
        reservation=reservation(
            admitted,
            settings.model_ids,
            is_batch=settings.can_batch,
            limit_usd=settings.max_usd_per_day,
        ),
        can_batch=settings.can_batch,
        now=utc_now(),
    )
    return {
        "admitted": admitted.is_admitted,
        "summary": admitted.summary,
        "reason": admitted.reason and shortened(admitted.reason, _MAX_REASON_BYTES),
        "modalities": {"text": admitted.is_admitted},
        "budget": encode(Budget()),
        "claim": encode(kept.claim),
        "start_at": StartAt.ANALYSIS,
        "posts": encode(kept.planned) if kept.planned else None,
    }
