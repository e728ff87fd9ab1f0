"""Starts a transcription job for each recording of an asset."""

from __future__ import annotations

from collections.abc import Sequence

from braid.aws.transcribe.jobs import Transcribe
from braid.domain.profile.sections.speech import SpeechPlan
from braid.domain.span import timecode
from braid.store.documents import DocumentStore
from lambdas.transcription.sound_plan import Sound, asked_of, job_name_of, numbered

__all__ = ["start_jobs", "summarize"]

_OUTPUT = "transcribe.json"


def start_jobs(
    sounds: Sequence[Sound],
    plan: SpeechPlan,
    first_job_name: str,
    *,
    transcribe: Transcribe,
    store: DocumentStore,
) -> None:
    """Starts the jobs that aren't started yet; their output lies under ``work/``."""
    for number, sound in enumerate(sounds, start=1):
        transcribe.start_job(
            job_name_of(first_job_name, number),
            media_uri=sound.audio.uri,
            media_format=sound.media_format,
            output_bucket=store.bucket,
            output_key=store.work_key(numbered(_OUTPUT, number)),
            plan=asked_of(sound, plan),
        )


def summarize(sounds: Sequence[Sound]) -> str:
    """One line for the Step Functions console."""
    of_whom = f" of {len(sounds)} recordings" if len(sounds) > 1 else ""
    length = timecode(sum(sound.duration_ms for sound in sounds))
    return f"{length} of sound{of_whom} are being transcribed"
