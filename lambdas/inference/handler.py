"""Infer Answer: asks a model about the timeline's evidence and writes answer.json, or why there is none.

Beside it a trial: the same question with an edited profile, or another one, and nothing written. And a batch:
that question about many assets, written for a Bedrock batch job, and the job's output read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from braid.aws.converse import Converse
from braid.domain.answer.answer import Answer, Unanswered
from braid.domain.asset.asset import DEFAULT_PROFILE, AssetRef
from braid.domain.claim_check import Claim
from braid.domain.evidence.language import LanguageAnalysis, dominant_language
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.accounting import Meter
from braid.domain.profile.profile import Profile
from braid.domain.wire import decode, encode
from braid.runtime.handler import handles
from braid.runtime.library import model_registry, profile
from braid.runtime.retries import Availability, Retries
from braid.store.documents import DocumentStore
from lambdas.inference.batch import BatchAsset, BatchPart, Reread, read_part, use_case_of, write_part
from lambdas.inference.infer import NoAnswer, infer
from lambdas.inference.output_filter import filtered
from lambdas.inference.prompt import Guardrail
from lambdas.inference.review_rules import review_reasons
from lambdas.inference.spending import spending
from lambdas.inference.trial import TrialRequest, stored_pictures, stored_timeline, trial_case

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
    availability = Availability(decode(Retries, event.get("retries", {})))
    answer = None
    with spending(store) as meter, availability.wanted(OPERATION):
        answer = _ask(use_case, timeline, store, settings, meter, availability)
    if not isinstance(answer, Answer):
        none = answer or NoAnswer(availability.reason(OPERATION))
        availability.list_missing(OPERATION, none.reason)
        unanswered = Unanswered(availability.missing, meter.usage(), none.route, none.guardrail)
        store.put_document(store.result_key("unanswered.json"), unanswered)
        intervened = none.guardrail is not None
        reasons = review_reasons(use_case, asset.asset_id, timeline, None, intervened=intervened)
        summary = f"no answer: {availability.reason(OPERATION)}"
        return {"summary": summary, "claim": None, **_review(reasons)}
    answer = replace(answer, usage=meter.usage(), missing=availability.missing)
    claim = store.put_document(store.result_key("answer.json"), answer)
    sureness = "" if answer.confidence is None else f" with confidence {answer.confidence:.2f}"
    summary = f"{len(answer.claims)} claims{sureness} by {answer.model_id} ({answer.method})"
    reasons = review_reasons(use_case, asset.asset_id, timeline, answer, intervened=False)
    return {"summary": summary, "claim": encode(claim), **_review(reasons)}


@handles(Settings)
def trial(event: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Output: the answer to what a person tries out, or why there is none, and what asking cost."""
    request = decode(TrialRequest, event)
    store = DocumentStore(settings.results_bucket, request.asset_id, request.attempt)
    use_case, timeline = trial_case(request, stored_timeline(store))
    meter = Meter()
    answer = _ask(use_case, timeline, store, settings, meter, Availability(Retries()))
    usage = encode(meter.usage())
    if isinstance(answer, NoAnswer):
        return {"answer": None, "reason": answer.reason, "evidence": [], "usage": usage}
    evidence = [encode(piece) for piece in timeline.evidence]
    return {"answer": encode(answer), "reason": None, "evidence": evidence, "usage": usage}


@handles(Settings)
def batch(event: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Output of ``write``: how many records the part's input file has, and by asset why it isn't among them.

    Output of ``read``: what the job's output ``output_key`` says of each asset, and what asking cost.
    """
    models = json.loads(settings.model_ids)
    store = DocumentStore(settings.results_bucket, "batch", 0)
    if "write" in event:
        part = decode(BatchPart, event["write"])
        lines, refused = write_part(part, _stores(part, settings), models, model_registry())
        if lines:
            store.put_bytes(f"{part.folder}/input/{part.name}.jsonl", lines.encode(), "application/jsonl")
        store.put_document(f"{part.folder}/parts/{part.name}.json", part)
        return {"records": lines.count("\n"), "refused": refused, "model_id": models[part.tier]}
    part = decode(BatchPart, json.loads(store.get_bytes(event["read"]["part_key"])))
    output = store.find_bytes(event["read"]["output_key"]) or b""
    meter, use_case = Meter(), use_case_of(part)
    told = []
    for item in read_part(part, output, _stores(part, settings), models, model_registry(), meter):
        told.append(encode(_held_back(item, use_case, settings, meter)))
    return {"assets": told, "usage": encode(meter.usage())}


def _stores(part: BatchPart, settings: Settings) -> dict[BatchAsset, DocumentStore]:
    bucket = settings.results_bucket
    return {asset: DocumentStore(bucket, asset.asset_id, asset.attempt) for asset in part.assets}


def _held_back(item: Reread, use_case: Profile, settings: Settings, meter: Meter) -> Reread:
    """The same without an answer that the use case's output filters withhold."""
    if item.answer is None:
        return item
    guardrail = _guardrail(use_case, settings)
    kept = filtered(item.answer, use_case.guardrail, guardrail, meter, Availability(Retries()))
    return item if isinstance(kept, Answer) else replace(item, answer=None, reason=kept.reason)


def _guardrail(use_case: Profile, settings: Settings) -> Guardrail:
    """What the use case is held to; one that was never deployed, or a question, to what `general` is."""
    guardrails = json.loads(settings.guardrails)
    return decode(Guardrail, guardrails.get(use_case.name, guardrails[DEFAULT_PROFILE]))


def _ask(
    use_case: Profile,
    timeline: Timeline,
    store: DocumentStore,
    settings: Settings,
    meter: Meter,
    availability: Availability,
) -> Answer | NoAnswer:
    guardrail = _guardrail(use_case, settings)
    answer = infer(
        use_case,
        timeline,
        Converse(meter),
        json.loads(settings.model_ids),
        model_registry(),
        stored_pictures(store, timeline, use_case.inference.max_pictures),
        guardrail,
        dominant_language(store.find_document(LanguageAnalysis, store.result_key("language.json"))),
    )
    if isinstance(answer, NoAnswer):
        return answer
    return filtered(answer, use_case.guardrail, guardrail, meter, availability)


def _review(reasons: tuple[str, ...]) -> dict[str, Any]:
    return {"needs_review": bool(reasons), "review_reasons": list(reasons)}
