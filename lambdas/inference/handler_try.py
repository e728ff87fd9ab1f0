"""Behind `braid try` and `braid ask`: an edited profile, or a question, about stored evidence."""

from __future__ import annotations

from typing import Any

from braid.domain.answer.answer import Answer
from braid.domain.evidence.vision import Vision
from braid.domain.money.accounting import Meter
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.retries import Availability, Retries
from braid.store.documents import DocumentStore
from lambdas.inference.asking import ask
from lambdas.inference.settings import Settings
from lambdas.inference.stored_evidence import stored_timeline
from lambdas.inference.trial import TrialRequest, trial_case

__all__ = ["Settings", "handler"]


@handles(Settings, TrialRequest)
def handler(request: TrialRequest, settings: Settings) -> dict[str, Any]:
    """Output: the answer and its evidence, or why there is no answer, and what asking cost."""
    store = DocumentStore(settings.results_bucket, request.asset_id, request.attempt)
    vision = store.find_document(Vision, store.result_key("vision.json"))
    profile, timeline = trial_case(request, stored_timeline(store), vision)
    meter = Meter()
    answer = ask(
        profile, timeline, store=store, settings=settings, meter=meter, availability=Availability(Retries())
    )
    usage = encode(meter.usage())
    if isinstance(answer, Answer):
        return {
            "answer": encode(answer),
            "reason": None,
            "evidence": encode(timeline.evidence),
            "usage": usage,
        }
    return {"answer": None, "reason": answer.reason, "evidence": [], "usage": usage}
