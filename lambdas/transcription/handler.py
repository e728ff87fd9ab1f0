"""Start Transcription and Collect Transcript."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from braid.aws.s3_file import open_member
from braid.aws.transcribe import Transcribe
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import AssetRef, execution_name
from braid.domain.claim_check import Claim
from braid.domain.money.accounting import Meter
from braid.domain.span import timecode
from braid.domain.wire import decode, encode
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.transcription.collecting import collect_recordings
from lambdas.transcription.sound_plan import (
    SOUNDS_DOCUMENT,
    Sounds,
    asked_of,
    job_name_of,
    numbered,
    speaking_members,
    unheard_members,
)
from lambdas.transcription.transcript import build_transcript, summarize

__all__ = ["CollectSettings", "StartSettings", "collect", "start"]

_OUTPUT = "transcribe.json"


@dataclass(frozen=True)
class StartSettings:
    """Where results lie; ``deployment_name`` begins the job's name, which is unique in an account."""

    results_bucket: str
    deployment_name: str


@dataclass(frozen=True)
class CollectSettings:
    """Where results lie."""

    results_bucket: str
    deployment_name: str


@dataclass(frozen=True)
class StartRequest:
    """The input of Start Transcription."""

    asset: AssetRef
    admission: Claim
    retries: Retries


@dataclass(frozen=True)
class CollectRequest:
    """The input of Collect Transcript."""

    asset: AssetRef
    admission: Claim
    retries: Retries
    job_name: str


@handles(StartSettings)
def start(event: dict[str, Any], settings: StartSettings) -> dict[str, Any]:
    """Writes the sound to ``work/`` and starts a job for each recording, once, under a name made of asset and
    attempt."""
    # Only this function's layer has the decoder; collect imports this module without it.
    from lambdas.transcription.sound_track import write_sounds

    request = decode(StartRequest, event)
    store = DocumentStore(settings.results_bucket, request.asset.asset_id, request.asset.attempt)
    plan = profile(request.asset.profile).speech
    members = speaking_members(store.get_document(Admission, request.admission))
    sounds = write_sounds(members, open_member, store).sounds
    job_name = f"{settings.deployment_name}-{execution_name(request.asset.asset_id, request.asset.attempt)}"
    transcribe = Transcribe(Meter())
    for number, sound in enumerate(sounds, start=1):
        transcribe.start_job(
            job_name_of(job_name, number),
            media_uri=sound.audio.uri,
            media_format=sound.media_format,
            output_bucket=store.bucket,
            output_key=store.work_key(numbered(_OUTPUT, number)),
            plan=asked_of(sound, plan),
        )
    of_whom = f" of {len(sounds)} recordings" if len(sounds) > 1 else ""
    length = timecode(sum(sound.duration_ms for sound in sounds))
    return {"summary": f"{length} of sound{of_whom} are being transcribed", "job_name": job_name}


@handles(CollectSettings)
def collect(event: dict[str, Any], settings: CollectSettings) -> dict[str, Any]:
    """Writes ``transcript.json`` once every job is done."""
    request = decode(CollectRequest, event)
    store = DocumentStore(settings.results_bucket, request.asset.asset_id, request.asset.attempt)
    use_case = profile(request.asset.profile)
    meter = Meter()
    collected = collect_recordings(
        decode(Sounds, json.loads(store.get_bytes(store.work_key(SOUNDS_DOCUMENT)))),
        use_case.speech,
        first_job_name=request.job_name,
        transcribe=Transcribe(meter),
        store=store,
    )
    admission = store.get_document(Admission, request.admission)
    transcript = build_transcript(
        collected.recordings,
        use_case.gates.word_confidence,
        duration_ms=admission.duration_ms,
        missing=(*unheard_members(admission), *collected.missing),
        usage=meter.usage(),
    )
    claim = store.put_document(store.result_key("transcript.json"), transcript)
    return {"summary": summarize(transcript), "claim": encode(claim)}
