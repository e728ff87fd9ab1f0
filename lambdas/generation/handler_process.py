"""Process Output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.domain.claim_check import Claim
from braid.domain.generation.draft import GenerationPlan
from braid.domain.generation.outcomes import MadeOutput
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.store.documents import DocumentStore
from lambdas.generation.processing import UNMARKED, process_output
from lambdas.generation.step import StepRequest

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where results lie."""

    results_bucket: str


@dataclass(frozen=True, kw_only=True)
class Request(StepRequest):
    """The state's input; ``before`` is the output's claim."""

    plan: Claim


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: the claim of the draft that isn't marked yet."""
    store = DocumentStore.of(settings.results_bucket, request.asset)
    plan = store.get_document(GenerationPlan, request.plan)
    made = store.get_document(MadeOutput, request.before)
    draft = process_output(request.asset, plan, made, store=store)
    claim = store.put_document(store.work_key(UNMARKED), draft)
    return {"claim": encode(claim), "summary": f"{draft.width} x {draft.height}, {draft.file.media_type}"}
