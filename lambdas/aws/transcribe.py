"""Transcribe listens to one audio file: start a job under a name of ours, ask how it stands.

What the finished job wrote is read by ``transcribe_output``. ``Media`` can't name an object version, so the
audio must lie under a key that nobody else writes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.accounting import Meter
from domain.errors import BraidError, PendingError, UnsupportedError
from lambdas.aws.clients import client
from lambdas.aws.service_answers import Members, ServiceAnswer
from lambdas.aws.service_errors import service_errors

__all__ = ["MEDIA_FORMATS", "SHAPES", "FinishedJob", "Transcribe", "read_job"]

MEDIA_FORMATS = ("mp3", "mp4", "wav", "flac", "ogg", "amr", "webm", "m4a")
# "Amazon Transcribe pricing": by the second, fifteen at least for each request.
_MIN_BILLED_SECONDS = 15

_ASKED = "repeats what the request asked for"
_NOT_ASKED = "never asked for"

SHAPES: Mapping[str, Members] = {
    "GetTranscriptionJobResponse": Members(("TranscriptionJob",)),
    "TranscriptionJob": Members(
        (
            "TranscriptionJobName",
            "TranscriptionJobStatus",
            "LanguageCode",
            "FailureReason",
            "IdentifiedLanguageScore",
        ),
        {
            "MediaSampleRateHertz": "the probe knows it",
            "MediaFormat": _ASKED,
            "Media": _ASKED,
            "Transcript": "the output's key was given with the request",
            "StartTime": "the state machine's history has the times",
            "CreationTime": "the state machine's history has the times",
            "CompletionTime": "the state machine's history has the times",
            "Settings": _ASKED,
            "ModelSettings": _NOT_ASKED,
            "JobExecutionSettings": _NOT_ASKED,
            "ContentRedaction": _NOT_ASKED,
            "IdentifyLanguage": _ASKED,
            "IdentifyMultipleLanguages": _NOT_ASKED,
            "LanguageOptions": _ASKED,
            "LanguageCodes": _NOT_ASKED,
            "Tags": _NOT_ASKED,
            "Subtitles": _NOT_ASKED,
            "LanguageIdSettings": _NOT_ASKED,
            "ToxicityDetection": _NOT_ASKED,
        },
    ),
}


@dataclass(frozen=True)
class FinishedJob:
    """A completed job: the language that was given or identified, and how sure that is (0 to 1)."""

    job_name: str
    language_code: str | None
    language_confidence: float | None


class Transcribe:
    """Starts and reads jobs. Raises the classes of ``domain.errors``."""

    def __init__(self, meter: Meter, *, transcribe: Any = None) -> None:
        self._meter = meter
        self._client = transcribe or client("transcribe")

    def start_job(
        self,
        job_name: str,
        *,
        media_uri: str,
        media_format: str,
        output_bucket: str,
        output_key: str,
        language_code: str | None = None,
        max_speakers: int | None = None,
    ) -> None:
        """Starts the job; does nothing where one of that name has been started before.

        ``job_name`` is at most 200 of ``[0-9a-zA-Z._-]``. Without ``language_code`` (``en-US``) the language
        is identified; with ``max_speakers`` (2 to 30) speakers are told apart.
        """
        language: dict[str, Any] = (
            {"LanguageCode": language_code} if language_code else {"IdentifyLanguage": True}
        )
        speakers: dict[str, Any] = (
            {"Settings": {"ShowSpeakerLabels": True, "MaxSpeakerLabels": max_speakers}}
            if max_speakers
            else {}
        )
        try:
            with service_errors(
                "transcribe:StartTranscriptionJob", {"ConflictException": _AlreadyStartedError}
            ):
                self._client.start_transcription_job(
                    TranscriptionJobName=job_name,
                    Media={"MediaFileUri": media_uri},
                    MediaFormat=media_format,
                    OutputBucketName=output_bucket,
                    OutputKey=output_key,
                    **language,
                    **speakers,
                )
        except _AlreadyStartedError:
            # The name is a function of asset and attempt: an earlier try of this step started it.
            return

    def finished_job(self, job_name: str, *, audio_duration_ms: int) -> FinishedJob:
        """The job if it is completed; its audio's seconds, which are billed now, are counted.

        Raises ``PendingError`` while it waits or runs, ``UnsupportedError`` with the service's reason where
        it failed: a job's name can't be used again, so trying again can't help.
        """
        with service_errors("transcribe:GetTranscriptionJob"):
            response = self._client.get_transcription_job(TranscriptionJobName=job_name)
        job = read_job(response)
        seconds = max(_MIN_BILLED_SECONDS, math.ceil(audio_duration_ms / 1000))
        self._meter.count("transcribe", "StartTranscriptionJob", "second", seconds)
        return job


class _AlreadyStartedError(BraidError):
    """A job of that name exists; never leaves this file."""


def read_job(response: Mapping[str, Any]) -> FinishedJob:
    """Reads an answer of GetTranscriptionJob; raises as ``Transcribe.finished_job`` does."""
    answer = ServiceAnswer.whole(
        "transcribe:GetTranscriptionJob", response, SHAPES["GetTranscriptionJobResponse"]
    )
    job = answer.object("TranscriptionJob", SHAPES["TranscriptionJob"])
    name = job.text("TranscriptionJobName")
    status = job.one_of("TranscriptionJobStatus", ("QUEUED", "IN_PROGRESS", "FAILED", "COMPLETED"))
    if status == "FAILED":
        reason = job.text("FailureReason") if "FailureReason" in job else "no reason given"
        raise UnsupportedError(f"transcribe: {reason}")
    if status != "COMPLETED":
        raise PendingError(f"transcription job {name} is {status}")
    return FinishedJob(
        job_name=name,
        language_code=job.text("LanguageCode") if "LanguageCode" in job else None,
        language_confidence=job.ratio("IdentifiedLanguageScore")
        if "IdentifiedLanguageScore" in job
        else None,
    )
