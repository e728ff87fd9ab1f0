"""Starts a transcription job for each recording of an asset."""

from __future__ import annotations

from dataclasses import replace

from braid.aws.transcribe.jobs import Transcribe
from braid.domain.errors import RefusedByServiceError, UnsupportedError
from braid.domain.money.accounting import MissingOperation
from braid.domain.profile.sections.speech import SpeechPlan
from braid.domain.span import timecode
from braid.runtime.missing_reasons import plain_reason
from braid.store.documents import DocumentStore
from lambdas.transcription.sound_plan import (
    SOUNDS_DOCUMENT,
    Sounds,
    asked_of,
    job_name_of,
    missing_member,
    numbered,
)

__all__ = ["start_jobs", "summarize"]

_OUTPUT = "transcribe.json"


def start_jobs(
    sounds: Sounds,
    plan: SpeechPlan,
    first_job_name: str,
    *,
    transcribe: Transcribe,
    store: DocumentStore,
) -> Sounds:
    """Starts the jobs that aren't started yet; their output lies under ``work/``.

    A recording that Transcribe refuses costs itself, and is missing from then on; where it refuses all of
    them, its error is raised.
    """
    refused: dict[int, MissingOperation] = {}
    for number, sound in enumerate(sounds.sounds, start=1):
        try:
            transcribe.start_job(
                job_name_of(first_job_name, number),
                media_uri=sound.audio.uri,
                media_format=sound.media_format,
                output_bucket=store.bucket,
                output_key=store.work_key(numbered(_OUTPUT, number)),
                plan=asked_of(sound, plan),
            )
        except (UnsupportedError, RefusedByServiceError) as error:
            refused[number] = missing_member(sound.member, plain_reason(str(error)))
            if len(refused) == len(sounds.sounds):
                raise
    if not refused:
        return sounds
    left = replace(sounds, missing=(*sounds.missing, *refused.values()), refused=tuple(refused))
    store.put_document(store.work_key(SOUNDS_DOCUMENT), left)
    return left


def summarize(sounds: Sounds) -> str:
    """One line for the Step Functions console."""
    heard = [sound for number, sound in enumerate(sounds.sounds, start=1) if number not in sounds.refused]
    of_whom = f" of {len(heard)} recordings" if len(heard) > 1 else ""
    length = timecode(sum(sound.duration_ms for sound in heard))
    return f"{length} of sound{of_whom} are being transcribed"
