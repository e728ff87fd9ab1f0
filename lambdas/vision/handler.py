"""Look at Keyframes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.evidence.vision import KeyframeList
from braid.domain.wire import decode, encode
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.vision.findings import summarize
from lambdas.vision.looking import look_at_keyframes

__all__ = ["Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """``requests_per_second`` holds for each Rekognition operation by itself.

    ``model_ids`` is JSON: the tiers that profiles want descriptions of to inference profile ids.
    """

    results_bucket: str
    requests_per_second: float
    descriptions_per_second: float
    model_ids: str


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    keyframes: Claim
    retries: Retries


@handles(Settings)
def handler(event: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Writes ``vision.json`` of the keyframes that ``keyframes`` lists."""
    request = decode(Request, event)
    plan = profile(request.asset.profile).vision
    store = DocumentStore(settings.results_bucket, request.asset.asset_id, request.asset.attempt)
    vision = look_at_keyframes(
        store.get_document(KeyframeList, request.keyframes),
        plan=plan,
        store=store,
        retries=request.retries,
        requests_per_second=settings.requests_per_second,
        descriptions_per_second=settings.descriptions_per_second,
        model_ids=json.loads(settings.model_ids),
    )
    claim = store.put_document(store.result_key("vision.json"), vision)
    return {"summary": summarize(vision, plan), "claim": encode(claim)}
