"""Collect Transcript."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from braid.aws.transcribe.jobs import Transcribe
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.money.accounting import Meter
from braid.domain.money.metered import MeteredBefore
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.transcription.collecting import collect_recordings, stored_sounds
from lambdas.transcription.sound_plan import unheard_members
from lambdas.transcription.transcript import build_transcript, summarize

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where results lie."""

    results_bucket: str


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    admission: Claim
    retries: Retries
    job_name: str
    metered: MeteredBefore = field(default_factory=MeteredBefore)


# A try that finds a job running has read the list of sounds.
@handles(Settings, Request, failed_try={"s3:GetObject": 1})
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Writes ``transcript.json`` once every job is done."""
    store = DocumentStore.of(settings.results_bucket, request.asset)
    asked, meter = profile(request.asset.profile), Meter()
    collected = collect_recordings(
        stored_sounds(store),
        asked.speech,
        first_job_name=request.job_name,
        transcribe=Transcribe(meter),
        store=store,
    )
    admission = store.get_document(Admission, request.admission)
    transcript = build_transcript(
        collected.recordings,
        asked.gates.word_confidence,
        duration_ms=admission.duration_ms,
        missing=(*unheard_members(admission), *collected.missing),
        usage=meter.usage(),
    )
    claim = store.put_document(store.result_key("transcript.json"), transcript)
    return {"summary": summarize(transcript), "claim": encode(claim)}
