"""Asks how the jobs of an asset's recordings stand and reads what they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.aws.transcribe.jobs import FinishedJob, Transcribe
from braid.aws.transcribe.output import read_output
from braid.domain.errors import (
    BraidError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    UnsupportedError,
)
from braid.domain.json_text import parse_json
from braid.domain.money.accounting import MissingOperation
from braid.domain.profile.sections.speech import SpeechPlan
from braid.store.documents import DocumentStore
from lambdas.transcription.sound_plan import (
    SOUNDS_DOCUMENT,
    Sound,
    Sounds,
    asked_of,
    job_name_of,
    missing_member,
)
from lambdas.transcription.transcript import Recording

__all__ = ["Collected", "collect_recordings", "stored_sounds"]


@dataclass(frozen=True)
class Collected:
    """The recordings that were heard, at least one, and those that weren't, with the reason."""

    recordings: tuple[Recording, ...]
    missing: tuple[MissingOperation, ...]


def stored_sounds(store: DocumentStore) -> Sounds:
    """What ``write_sounds`` wrote when the jobs were started."""
    return store.stored_document(Sounds, store.work_key(SOUNDS_DOCUMENT))


def collect_recordings(
    sounds: Sounds, plan: SpeechPlan, *, first_job_name: str, transcribe: Transcribe, store: DocumentStore
) -> Collected:
    """Reads every job's output once all of them are done.

    Raises ``PendingError`` while one still runs. A job that failed, or whose output can't be read or names no
    language, costs its recording; where that leaves none, its error is raised.
    """
    recordings: list[Recording] = []
    missing = list(sounds.missing)
    is_one_of_several = len(sounds.sounds) + len(sounds.missing) > 1
    jobs: list[tuple[Sound, FinishedJob]] = []
    failure: BraidError | None = None
    for number, sound in enumerate(sounds.sounds, start=1):
        if number in sounds.refused:
            continue
        try:
            job = transcribe.finished_job(
                job_name_of(first_job_name, number),
                audio_duration_ms=sound.duration_ms,
                plan=asked_of(sound, plan),
            )
            jobs.append((sound, job))
        except (UnsupportedError, InvalidServiceOutputError, RefusedByServiceError) as error:
            failure = failure or error
            missing.append(missing_member(sound.member, str(error)))
    for sound, job in jobs:
        member = sound.member if is_one_of_several else ""
        try:
            output = _read_json(store.get_bytes(job.output_key(store.bucket, redacted=bool(plan.redact_pii))))
            asked = asked_of(sound, plan)
            recording = Recording(read_output(output), job, asked, sound.start_ms, member)
            if recording.language_code:  # raises where none was recognised, as where nobody speaks
                recordings.append(recording)
        except InvalidServiceOutputError as error:
            failure = failure or error
            missing.append(missing_member(sound.member, str(error)))
    if not recordings and failure is not None:
        raise failure
    return Collected(tuple(recordings), tuple(missing))


def _read_json(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError as error:
        raise InvalidServiceOutputError("transcribe: the job's output is no JSON") from error
