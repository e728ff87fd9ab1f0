"""Mark Draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from braid.aws.signing import SigningKey
from braid.domain.generation.draft import Draft
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.store.documents import DocumentStore
from lambdas.generation.marking import mark_draft, signing_of
from lambdas.generation.step import StepRequest

__all__ = ["MARKED", "Settings", "handler"]

MARKED = "draft-unchecked.json"


@dataclass(frozen=True)
class Settings:
    """Where results lie, which key signs, and in whose name."""

    results_bucket: str
    signing_key_id: str
    organisation: str


@handles(Settings, StepRequest)
def handler(request: StepRequest, settings: Settings) -> dict[str, Any]:
    """Output: the claim of the marked draft."""
    store = DocumentStore.of(settings.results_bucket, request.asset)
    signing = signing_of(
        SigningKey(settings.signing_key_id),
        store,
        organisation=settings.organisation,
        clock=lambda: datetime.now(UTC),
    )
    draft = mark_draft(store.get_document(Draft, request.before), store=store, signing=signing)
    claim = store.put_document(store.work_key(MARKED), draft)
    mark = "" if draft.watermark is None else f", watermark {draft.watermark:08x}"
    return {"claim": encode(claim), "summary": f"signed by {draft.issuer}{mark}"}
