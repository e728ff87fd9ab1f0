"""Start Transcription and Collect Transcript."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from domain.accounting import Meter
from domain.admission import Admission
from domain.asset import AssetRef, execution_name
from domain.claim import Claim
from domain.errors import InvalidServiceOutputError
from domain.span import timecode
from domain.wire import decode, encode
from lambdas.aws.documents import DocumentStore
from lambdas.aws.s3_file import open_member
from lambdas.aws.transcribe import Transcribe
from lambdas.aws.transcribe_output import read_output
from lambdas.runtime.handler import handles
from lambdas.runtime.retries import Retries
from lambdas.transcription.speaking import SOUND_DOCUMENT, Sound, silent_members, speaking_member
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
    """Writes the sound to ``work/`` and starts the job, once, under a name made of asset and attempt."""
    # Only this function's layer has the decoder; collect imports this module without it.
    from lambdas.transcription.sound_track import write_sound

    request = decode(StartRequest, event)
    store = DocumentStore(settings.results_bucket, request.asset.asset_id, request.asset.attempt)
    member = speaking_member(store.get_document(Admission, request.admission))
    sound = write_sound(member, open_member(member), store)
    job_name = f"{settings.deployment_name}-{execution_name(request.asset.asset_id, request.asset.attempt)}"
    Transcribe(Meter()).start_job(
        job_name,
        media_uri=sound.audio.uri,
        media_format=sound.media_format,
        output_bucket=store.bucket,
        output_key=store.work_key(_OUTPUT),
    )
    return {"summary": f"{timecode(sound.duration_ms)} of sound are being transcribed", "job_name": job_name}


@handles(CollectSettings)
def collect(event: dict[str, Any], settings: CollectSettings) -> dict[str, Any]:
    """Writes ``transcript.json`` once the job is done."""
    request = decode(CollectRequest, event)
    store = DocumentStore(settings.results_bucket, request.asset.asset_id, request.asset.attempt)
    sound = decode(Sound, json.loads(store.get_bytes(store.work_key(SOUND_DOCUMENT))))
    meter = Meter()
    job = Transcribe(meter).finished_job(request.job_name, audio_duration_ms=sound.duration_ms)
    admission = store.get_document(Admission, request.admission)
    transcript = build_transcript(
        read_output(_read_json(store.get_bytes(store.work_key(_OUTPUT)))),
        job,
        start_ms=sound.start_ms,
        duration_ms=admission.duration_ms,
        missing=silent_members(admission),
        usage=meter.usage(),
    )
    claim = store.put_document(store.result_key("transcript.json"), transcript)
    return {"summary": summarize(transcript), "claim": encode(claim)}


def _read_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise InvalidServiceOutputError(f"transcribe: the job's output is no JSON: {error}") from error
