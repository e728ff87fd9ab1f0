"""Admit Asset."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any

from braid.admission.estimate import EstimateKnobs
from braid.admission.examined import Limits
from braid.aws.s3.source_objects import SourceObjects
from braid.domain.asset.asset import AssetRef
from braid.domain.asset.rerun import Reuse, StartAt
from braid.domain.money.metered import READ_UNITS, WRITE_UNITS, MeteredBefore
from braid.domain.wire import decode, encode
from braid.runtime.handler import handles
from braid.runtime.library import profile, profile_names
from braid.runtime.now import utc_now
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from braid.store.duplicate_marks import DuplicateMarks
from braid.store.records import AssetRecords
from lambdas.intake.admitting import admit
from lambdas.intake.bundle import Waiting, open_found
from lambdas.intake.record_keeping import admit_on_record
from lambdas.intake.reserving import check_budget, reservation, reservation_of_rerun
from lambdas.intake.reusing import readmit

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings(Limits):
    """Where record and results lie, and the limits that one file is held to."""

    assets_table: str
    results_bucket: str
    bundle_wait_seconds: int
    max_usd_per_day: int
    max_keyframes: int
    evidence_budget_tokens: int
    model_ids: dict[str, str]
    caption_languages: tuple[str, ...]
    spoken_descriptions: bool

    @property
    def knobs(self) -> EstimateKnobs:
        """What decides how much an asset may cost."""
        return EstimateKnobs(
            self.max_keyframes,
            self.max_text_characters,
            self.evidence_budget_tokens,
            self.model_ids,
            self.caption_languages,
            self.spoken_descriptions,
        )


@dataclass(frozen=True)
class Request:
    """The state's input. A redriven execution of an earlier version lacks the last two.

    ``given`` is the execution's whole input, in which a rerun says what it takes over.
    """

    asset: AssetRef
    execution_arn: str
    started_at: str
    retries: Retries
    redrive_count: int | None = None
    given: dict[str, Any] = field(default_factory=dict)
    metered: MeteredBefore = field(default_factory=MeteredBefore)

    @property
    def reuse(self) -> Reuse | None:
        """What is taken over from an earlier attempt."""
        asked = self.given.get("reuse")
        return None if asked is None else decode(Reuse, asked)


# A try that misses a member has read the manifest, looked for members and written what it waits for.
@handles(
    Settings,
    Request,
    failed_try={
        "s3:HeadObject": 2,
        "s3:GetObject": 1,
        "s3:ListObjectVersions": 2,
        READ_UNITS: 1,
        WRITE_UNITS: 4,
    },
)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Stores ``admission.json``, moves the record on, and says whether the asset is admitted."""
    if request.reuse is not None:
        bucket = settings.results_bucket
        return readmit(
            request.asset,
            request.reuse,
            earlier=DocumentStore(bucket, request.asset.asset_id, request.reuse.attempt),
            store=DocumentStore.of(bucket, request.asset),
            records=AssetRecords(settings.assets_table),
            reserving=functools.partial(
                reservation_of_rerun, limit_usd=settings.max_usd_per_day, knobs=settings.knobs
            ),
            execution_arn=request.execution_arn,
            redrive_count=request.redrive_count,
            now=utc_now(),
        )
    asset, records, now = request.asset, AssetRecords(settings.assets_table), utc_now()
    marks = DuplicateMarks(settings.assets_table, records)
    verdict, claim = admit_on_record(
        asset,
        admitting=functools.partial(
            admit,
            asset,
            sources=SourceObjects(asset.source.bucket),
            open_object=functools.partial(open_found, asset.source.bucket),
            profiles=profile_names(),
            read_profile=profile,
            claim_content=functools.partial(marks.claim, asset, now=now),
            hold_to_budget=functools.partial(check_budget, knobs=settings.knobs),
            limits=settings,
            waiting=Waiting(request.started_at, now, settings.bundle_wait_seconds),
        ),
        reserving=functools.partial(reservation, limit_usd=settings.max_usd_per_day, knobs=settings.knobs),
        records=records,
        store=DocumentStore.of(settings.results_bucket, asset),
        execution_arn=request.execution_arn,
        redrive_count=request.redrive_count,
        clock=utc_now,
    )
    return {
        "admitted": verdict.is_admitted,
        "summary": verdict.summary,
        "reason": verdict.short_reason,
        "modalities": verdict.modalities,
        "budget": encode(verdict.admission.budget),
        "claim": encode(claim),
        "start_at": StartAt.ANALYSIS,
        "reused": None,
    }
