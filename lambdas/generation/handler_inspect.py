"""Check Output."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from braid.aws.rekognition import Rekognition
from braid.domain.errors import InvalidAssetError
from braid.domain.generation.draft import Draft
from braid.domain.quoting import shortened
from braid.domain.wire import encode
from braid.models.guardrails import assess_picture
from braid.models.question import Guardrail
from braid.runtime.handler import handles
from braid.runtime.retries import Availability
from braid.store.documents import DocumentStore
from lambdas.generation.inspecting import inspect_draft, quarantine
from lambdas.generation.step import StepRequest

__all__ = ["Settings", "handler"]

DRAFT = "draft.json"
_MAX_REASON_BYTES = 300


@dataclass(frozen=True)
class Settings:
    """Where results lie, and the guardrail of pictures where the region has one: at most one."""

    results_bucket: str
    guardrails: tuple[Guardrail, ...]


@handles(Settings, StepRequest)
def handler(request: StepRequest, settings: Settings) -> dict[str, Any]:
    """Output: the claim of ``draft.json``, and why it waits. What is blocked is quarantined and refused."""
    store = DocumentStore.of(settings.results_bucket, request.asset)
    draft = inspect_draft(
        store.get_document(Draft, request.before),
        store=store,
        moderation=Rekognition,
        guardrail=partial(assess_picture, settings.guardrails[0]) if settings.guardrails else None,
        availability=Availability(request.retries),
    )
    claim = store.put_document(store.result_key(DRAFT), draft)
    if draft.blocked:
        quarantine(draft, store=store)
        why = ", ".join(check.sentence for check in draft.blocked)
        raise InvalidAssetError(
            f"What was made is quarantined and was shown to nobody: {why}. Word the prompt another way."
        )
    return {
        "claim": encode(claim),
        "review_reasons": [shortened(reason, _MAX_REASON_BYTES) for reason in draft.reasons[:5]],
        "requested_by": shortened(draft.plan.request.requested_by, 200),
        "summary": "; ".join(check.outcome for check in draft.checks) or "nothing to check",
    }
