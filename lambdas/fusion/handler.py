"""Fuse Evidence: reads what the branches left, writes language.json and timeline.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.domain.wire import decode, encode
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.fusion.by_meaning import fuse_by_meaning
from lambdas.fusion.comparable import Material
from lambdas.fusion.language import merge_language
from lambdas.fusion.summary import summarize
from lambdas.fusion.verdict import decide


@dataclass(frozen=True)
class Settings:
    """``embedding_model_ids`` is JSON: a list of the one model that compares by meaning, or of none."""

    results_bucket: str
    evidence_budget_tokens: int
    embedding_model_ids: str


@handles(Settings)
def handler(event: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Output: summary, verdict, reason and the timeline's claim."""
    asset = decode(AssetRef, event["asset"])
    store = DocumentStore(settings.results_bucket, asset.asset_id, asset.attempt)
    branches = event["modalities"]
    use_case = profile(asset.profile)

    def found(modality: str, cls: type[Any]) -> Any:
        claim = branches[modality].get("document")
        return store.get_document(cls, decode(Claim, claim)) if claim else None

    analyses = [
        store.get_document(LanguageAnalysis, decode(Claim, branch["language"]))
        for branch in branches.values()
        if branch.get("language")
    ]
    language = merge_language(analyses, branches)
    store.put_document(store.result_key("language.json"), language)
    material = Material(
        admission=store.get_document(Admission, decode(Claim, event["admission"])),
        transcript=found("speech", Transcript),
        vision=found("vision", Vision),
        passages=found("text", Passages),
        language=language,
    )
    timeline = fuse_by_meaning(
        material,
        use_case.fusion,
        settings.evidence_budget_tokens,
        embedding_model_ids=json.loads(settings.embedding_model_ids),
        store=store,
        retries=decode(Retries, event["retries"]),
    )
    claim = store.put_document(store.result_key("timeline.json"), timeline)
    verdict = decide(use_case, branches, timeline)
    return {
        "summary": summarize(timeline, verdict),
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "claim": encode(claim),
    }
