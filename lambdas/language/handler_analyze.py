"""Analyze Transcript, Analyze Detected Text, Analyze Text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.money.metered import MeteredBefore
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.language.analysis import analyze
from lambdas.language.source_text import SourceName, read_source
from lambdas.language.summary import summarize

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where results and record lie."""

    results_bucket: str
    assets_table: str


@dataclass(frozen=True)
class Request:
    """The state's input: which kind of document ``document`` points to."""

    asset: AssetRef
    source: SourceName
    document: Claim
    retries: Retries
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Writes ``work/.../language-<source>.json``; fusion joins the sources' analyses."""
    AssetRecords(settings.assets_table).check_current(request.asset)
    store = DocumentStore.of(settings.results_bucket, request.asset)
    analysis = analyze(
        read_source(store, request.source, request.document), store=store, retries=request.retries
    )
    claim = store.put_document(store.work_key(f"language-{request.source}.json"), analysis)
    return {
        "summary": summarize(analysis),
        "document": encode(request.document),
        "language": encode(claim),
    }
