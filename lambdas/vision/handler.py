"""Look at Keyframes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.asset import AssetRef
from domain.claim import Claim
from domain.vision import KeyframeList
from domain.wire import decode, encode
from lambdas.aws.documents import DocumentStore
from lambdas.runtime.handler import handles
from lambdas.runtime.retries import Retries
from lambdas.vision.findings import summarize
from lambdas.vision.looking import look_at_keyframes

__all__ = ["Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """``requests_per_second`` holds for each Rekognition operation by itself."""

    results_bucket: str
    requests_per_second: float


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
    store = DocumentStore(settings.results_bucket, request.asset.asset_id, request.asset.attempt)
    vision = look_at_keyframes(
        store.get_document(KeyframeList, request.keyframes),
        store=store,
        retries=request.retries,
        requests_per_second=settings.requests_per_second,
    )
    claim = store.put_document(store.result_key("vision.json"), vision)
    return {"summary": summarize(vision), "claim": encode(claim)}
