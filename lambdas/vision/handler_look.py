"""Look at Keyframes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.evidence.vision import KeyframeList
from braid.domain.money.metered import MeteredBefore
from braid.domain.profile.sections.budget import Budget
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.vision.findings import summarize
from lambdas.vision.looking import look_at_keyframes

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """``requests_per_second`` holds for each Rekognition operation by itself.

    ``model_ids`` maps the tiers that profiles want descriptions of to inference profile ids.
    """

    results_bucket: str
    assets_table: str
    requests_per_second: float
    descriptions_per_second: float
    model_ids: dict[str, str]


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    keyframes: Claim
    retries: Retries
    budget: Budget = field(default_factory=Budget)
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Writes ``vision.json`` of the keyframes that ``keyframes`` lists."""
    AssetRecords(settings.assets_table).check_current(request.asset)
    asked = profile(request.asset.profile)
    plan = (asked.downgraded() if request.budget.is_downgraded else asked).vision
    store = DocumentStore.of(settings.results_bucket, request.asset)
    vision = look_at_keyframes(
        store.get_document(KeyframeList, request.keyframes),
        plan=plan,
        store=store,
        retries=request.retries,
        requests_per_second=settings.requests_per_second,
        descriptions_per_second=settings.descriptions_per_second,
        model_ids=settings.model_ids,
    )
    claim = store.put_document(store.result_key("vision.json"), vision)
    return {"summary": summarize(vision, plan), "claim": encode(claim)}
