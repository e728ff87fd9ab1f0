"""Fuse Evidence: reads what the branches left, writes language.json and timeline.json."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.asset.branch_outcome import BranchOutcome
from braid.domain.claim_check import Claim
from braid.domain.money.metered import MeteredBefore
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.fusion.choose.summary import summarize
from lambdas.fusion.choose.verdict import decide
from lambdas.fusion.observe.branch_documents import read_branches
from lambdas.fusion.semantic.fuse_by_meaning import fuse_by_meaning

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """``embedding_model_ids`` has the one model that compares by meaning, or none."""

    results_bucket: str
    evidence_budget_tokens: int
    embedding_model_ids: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    admission: Claim
    retries: Retries
    modalities: dict[Modality, BranchOutcome]
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: summary, verdict, reason and the timeline's claim."""
    store = DocumentStore.of(settings.results_bucket, request.asset)
    asked = profile(request.asset.profile)
    timeline = fuse_by_meaning(
        read_branches(request.modalities, request.admission, store),
        asked.fusion,
        settings.evidence_budget_tokens,
        embedding_model_ids=settings.embedding_model_ids,
        store=store,
        retries=request.retries,
    )
    claim = store.put_document(store.result_key("timeline.json"), timeline)
    verdict = decide(asked, request.modalities, timeline)
    return {
        "summary": summarize(timeline, verdict),
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "claim": encode(claim),
    }
