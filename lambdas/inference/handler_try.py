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
from lambdas.inference.stored_evidence import stored_timeline, timelines_of
from lambdas.inference.trial import TrialRequest, several_case, trial_case

__all__ = ["Settings", "handler"]


@handles(Settings, TrialRequest)
def handler(request: TrialRequest, settings: Settings) -> dict[str, Any]:
    """Output: the answer and its evidence, or why there is no answer, and what asking cost.

    ``left_out`` are the ids of those of several assets of which nothing is stored any more.
    """
    store = DocumentStore(settings.results_bucket, request.asset_id, request.attempt)
    left_out: list[str] = []
    if request.among:
        timelines = timelines_of(request.among, settings.results_bucket)
        left_out = [asset.asset_id for asset in request.among if asset.name not in timelines]
        profile, timeline = several_case(request, timelines)
    else:
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
            "left_out": left_out,
        }
    return {"answer": None, "reason": answer.reason, "evidence": [], "usage": usage, "left_out": left_out}
