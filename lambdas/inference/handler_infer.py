"""Infer Answer, and Answer Missing, which tells what it died of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from braid.domain.asset.asset import AssetRef
from braid.domain.asset.failure import Failure
from braid.domain.claim_check import Claim
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.metered import MeteredBefore
from braid.domain.profile.sections.budget import Budget
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.inference.answering import answer_asset
from lambdas.inference.settings import Settings as AnswerSettings

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings(AnswerSettings):
    """What asking takes, and where the record lies."""

    assets_table: str


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    timeline: Claim
    retries: Retries
    failure: Failure | None = None
    budget: Budget = field(default_factory=Budget)
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: summary, the answer's claim or nothing, and why a person has to look at it first."""
    AssetRecords(settings.assets_table).check_current(request.asset)
    store = DocumentStore.of(settings.results_bucket, request.asset)
    asked = profile(request.asset.profile)
    answered = answer_asset(
        request.asset,
        asked.downgraded() if request.budget.is_downgraded else asked,
        store.get_document(Timeline, request.timeline),
        store=store,
        settings=settings,
        retries=request.retries,
        failure=request.failure,
    )
    reasons = [*answered.review_reasons, *filter(None, [request.budget.review_reason])]
    return {
        "summary": answered.summary,
        "claim": encode(answered.claim),
        "needs_review": bool(reasons),
        "review_reasons": reasons,
    }
