"""Estimate: the price is known, within bounds, and there is room for it today; or nothing is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from braid.domain.generation.draft import GenerationPlan
from braid.domain.generation.providers import estimate
from braid.domain.generation.shapes import video_shape
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.now import utc_now
from braid.runtime.provider_library import image_providers
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from braid.store.reservations import Reservation
from lambdas.generation.step import PLAN, StepRequest

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where results and record lie, and what a day may cost; 0 is no limit."""

    results_bucket: str
    assets_table: str
    max_usd_per_day: int


@dataclass(frozen=True)
class Request(StepRequest):
    """The state's input."""

    execution_arn: str = ""
    redrive_count: int | None = None


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Writes the price into ``plan.json`` and reserves it; raises ``NoRoomError`` while there is no room."""
    store = DocumentStore.of(settings.results_bucket, request.asset)
    plan = store.get_document(GenerationPlan, request.before)
    shape = video_shape(plan.request)
    found = estimate(
        image_providers().find(plan.model_id),
        plan.request,
        seconds=shape.seconds,
        resolution=shape.resolution,
    )
    limit = settings.max_usd_per_day
    reservation = Reservation(Decimal(str(found.usd)), Decimal(limit)) if limit else None
    AssetRecords(settings.assets_table).process(
        request.asset,
        execution_arn=request.execution_arn,
        now=utc_now(),
        media_type="application/toml",
        redrive_count=request.redrive_count,
        reservation=reservation,
    )
    claim = store.put_document(store.result_key(PLAN), replace(plan, usage=found.usage, usd=found.usd))
    return {"claim": encode(claim), "summary": f"${found.usd:.4f} before anything is asked"}
