"""Read Text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from braid.aws.s3.s3_file import open_member
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.claim_check import Claim
from braid.domain.money.metered import MeteredBefore
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.retries import Availability, Retries
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.reading.pages.ocr import PageReader
from lambdas.reading.passages import read_passages, summarize

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where results and record lie, how many pages are read of a document, and how much text an asset has."""

    results_bucket: str
    assets_table: str
    max_pages: int
    max_text_characters: int


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    admission: Claim
    retries: Retries
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Writes ``passages.json``."""
    AssetRecords(settings.assets_table).check_current(request.asset)
    store = DocumentStore.of(settings.results_bucket, request.asset)
    availability = Availability(request.retries)
    passages = read_passages(
        store.get_document(Admission, request.admission).speaking(Modality.TEXT),
        open_file=open_member,
        page_reader=PageReader(store, availability),
        availability=availability,
        max_pages=settings.max_pages,
        max_text_characters=settings.max_text_characters,
    )
    claim = store.put_document(store.result_key("passages.json"), passages)
    return {"summary": summarize(passages), "claim": encode(claim)}
