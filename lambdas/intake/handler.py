"""The intake's entry: Admit Asset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from braid.admission.examined import Limits
from braid.aws.s3_file import S3File
from braid.aws.source_objects import SourceObjects
from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.errors import PendingError
from braid.domain.wire import decode, encode
from braid.runtime.handler import handles
from braid.runtime.library import profile, profile_names
from braid.runtime.now import utc_now
from braid.runtime.retries import Retries
from braid.runtime.shortening import shortened
from braid.store.documents import DocumentStore
from braid.store.duplicate_marks import DuplicateMarks
from braid.store.records import AssetRecords
from lambdas.intake.admitting import AdmissionVerdict, admit
from lambdas.intake.bundle import FoundObject, Waiting

__all__ = ["Settings", "handler"]

# The reason travels through states: a manifest can be wrong in many long words.
_MAX_REASON_BYTES = 1500


@dataclass(frozen=True)
class Settings:
    """What the stack provides."""

    assets_table: str
    results_bucket: str
    max_object_bytes: int
    max_duration_seconds: int
    max_pages: int
    max_image_pixels: int
    bundle_wait_seconds: int

    @property
    def limits(self) -> Limits:
        """The limits that one file is held to."""
        return Limits(self.max_object_bytes, self.max_duration_seconds, self.max_pages, self.max_image_pixels)


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    execution_arn: str
    started_at: str
    retries: Retries


@handles(Settings)
def handler(event: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Stores ``admission.json``, moves the record on, and says whether the asset is admitted."""
    request = decode(Request, event)
    asset, records = request.asset, AssetRecords(settings.assets_table)
    duplicate_marks = DuplicateMarks(settings.assets_table, records)
    now = utc_now()
    try:
        verdict = admit(
            asset,
            sources=SourceObjects(asset.source.bucket),
            open_object=lambda found: _open(asset.source.bucket, found),
            profiles=profile_names(),
            use_case=profile,
            claim_content=lambda content: duplicate_marks.claim(asset, content, now=now),
            limits=settings.limits,
            waiting=Waiting(request.started_at, now, settings.bundle_wait_seconds),
        )
    except PendingError as error:
        records.process(asset, execution_arn=request.execution_arn, now=now, reason=str(error))
        raise
    admission = verdict.admission
    store = DocumentStore(settings.results_bucket, asset.asset_id, asset.attempt)
    claim = store.put_document(store.result_key("admission.json"), admission)
    records.process(
        asset,
        execution_arn=request.execution_arn,
        now=utc_now(),
        media_type=admission.media_type,
        modalities=admission.modalities,
        gates=admission.gates,
    )
    return {"claim": encode(claim), **_told(verdict)}


def _open(bucket: str, found: FoundObject) -> BinaryIO:
    file = S3File(bucket, found.key, found.head.version_id, found.head.size_bytes)
    return cast(BinaryIO, file)  # a raw file has every method that decoders use of a BinaryIO


def _told(verdict: AdmissionVerdict) -> dict[str, Any]:
    return {
        "admitted": verdict.is_admitted,
        "summary": verdict.summary,
        "reason": verdict.reason and shortened(verdict.reason, _MAX_REASON_BYTES),
        "modalities": {modality.value: modality in verdict.admission.modalities for modality in Modality},
    }
