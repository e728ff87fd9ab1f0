"""Analyze Transcript, Analyze Detected Text, Analyze Text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.domain.wire import decode, encode
from braid.runtime.handler import handles
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.language.analysis import analyze
from lambdas.language.source_text import (
    SourceName,
    SourceText,
    text_of_passages,
    text_of_transcript,
    text_of_vision,
)
from lambdas.language.summary import summarize

__all__ = ["Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where results lie."""

    results_bucket: str


@dataclass(frozen=True)
class Request:
    """The state's input: which kind of document ``document`` points to."""

    asset: AssetRef
    source: SourceName
    document: Claim
    retries: Retries


@handles(Settings)
def handler(event: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Writes ``work/.../language-<source>.json``; fusion joins the sources' analyses."""
    request = decode(Request, event)
    store = DocumentStore(settings.results_bucket, request.asset.asset_id, request.asset.attempt)
    analysis = analyze(_read(store, request), store=store, retries=request.retries)
    claim = store.put_document(store.work_key(f"language-{request.source}.json"), analysis)
    return {
        "summary": summarize(analysis),
        "document": encode(request.document),
        "language": encode(claim),
    }


def _read(store: DocumentStore, request: Request) -> SourceText:
    if request.source == "transcript":
        return text_of_transcript(store.get_document(Transcript, request.document))
    if request.source == "detected_text":
        return text_of_vision(store.get_document(Vision, request.document))
    return text_of_passages(store.get_document(Passages, request.document))
