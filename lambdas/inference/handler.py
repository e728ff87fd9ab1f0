"""Infer Answer: asks a model about the timeline's evidence and writes answer.json, or why there is none."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from domain.accounting import Meter
from domain.answer import Unanswered
from domain.asset import AssetRef
from domain.claim import Claim
from domain.timeline import Timeline
from domain.wire import decode, encode
from lambdas.aws.converse import Converse
from lambdas.aws.documents import DocumentStore
from lambdas.inference.infer import NoAnswer, infer
from lambdas.inference.pictures import picture_names, within_request
from lambdas.inference.prompt import Guardrail
from lambdas.inference.review_rules import review_reasons
from lambdas.runtime.handler import handles
from lambdas.runtime.library import model_registry, profile
from lambdas.runtime.retries import Availability, Retries

OPERATION = "bedrock:Converse"


@dataclass(frozen=True)
class Settings:
    """What the function is configured with.

    ``model_ids`` is JSON: tier to inference profile id; ``guardrails`` is JSON: profile to ``id`` and
    ``version``.
    """

    results_bucket: str
    model_ids: str
    guardrails: str


@handles(Settings)
def handler(event: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Output: summary, the answer's claim or nothing, and why a person has to look at it first."""
    asset = decode(AssetRef, event["asset"])
    store = DocumentStore(settings.results_bucket, asset.asset_id, asset.attempt)
    timeline = store.get_document(Timeline, decode(Claim, event["timeline"]))
    use_case = profile(asset.profile)
    meter = Meter()
    availability = Availability(decode(Retries, event.get("retries", {})))
    names = picture_names(timeline.evidence, use_case.inference.max_pictures)
    pictures = within_request(
        {name: store.get_bytes(store.result_key(f"keyframes/{name}.jpg")) for name in names}
    )
    answer = None
    with availability.wanted(OPERATION):
        answer = infer(
            use_case,
            timeline,
            Converse(meter),
            json.loads(settings.model_ids),
            model_registry(),
            pictures,
            decode(Guardrail, json.loads(settings.guardrails)[use_case.name]),
        )
    if isinstance(answer, NoAnswer):
        availability.list_missing(OPERATION, answer.reason)
    if answer is None or isinstance(answer, NoAnswer):
        unanswered = Unanswered(availability.missing, meter.usage())
        store.put_document(store.work_key("inference-missing.json"), unanswered)
        intervened = isinstance(answer, NoAnswer) and answer.guardrail is not None
        reasons = review_reasons(use_case, asset.asset_id, timeline, None, intervened=intervened)
        summary = f"no answer: {availability.missing[0].reason}"
        return {"summary": summary, "claim": None, **_review(reasons)}
    claim = store.put_document(store.result_key("answer.json"), replace(answer, usage=meter.usage()))
    summary = (
        f"{len(answer.claims)} claims with confidence {answer.confidence:.2f} by {answer.model_id}"
        f" ({answer.method})"
    )
    reasons = review_reasons(use_case, asset.asset_id, timeline, answer, intervened=False)
    return {"summary": summary, "claim": encode(claim), **_review(reasons)}


def _review(reasons: tuple[str, ...]) -> dict[str, Any]:
    return {"needs_review": bool(reasons), "review_reasons": list(reasons)}
