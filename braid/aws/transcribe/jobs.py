"""Transcribe listens to one audio file: start a job under a name of ours, ask how it stands.

What the finished job wrote is read by ``transcribe_output``. ``Media`` can't name an object version, so the
audio must lie under a key that nobody else writes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from braid.aws.clients import client
from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.aws.transcribe.options import billed_extras, job_options
from braid.domain.errors import BraidError, InvalidServiceOutputError, PendingError, UnsupportedError
from braid.domain.money.accounting import Meter
from braid.domain.profile.sections.speech import SpeechPlan

__all__ = ["MEDIA_FORMATS", "FinishedJob", "Transcribe", "delete_jobs", "read_job"]

MEDIA_FORMATS = ("mp3", "mp4", "wav", "flac", "ogg", "amr", "webm", "m4a")
# "Amazon Transcribe pricing": by the second, fifteen at least for each request.
_MIN_BILLED_SECONDS = 15


@dataclass(frozen=True)
class FinishedJob:
    """A completed job: the language that was given or identified, and how sure that is (0 to 1).

    Of several identified languages ``language_code`` is the one that the service names first. The URIs are
    where the service says that it wrote; ``None`` where it wrote none.
    """

    job_name: str
    language_code: str | None
    language_confidence: float | None
    transcript_uri: str | None = None
    redacted_uri: str | None = None

    def output_key(self, bucket: str, *, redacted: bool) -> str:
        """The key in ``bucket`` of the output to read. Redaction has a file, and a name, of its own.

        Raises ``InvalidServiceOutputError`` where it isn't there: what should have been redacted is never
        read from the other file.
        """
        uri = self.redacted_uri if redacted else self.transcript_uri
        wanted = "a redacted transcript" if redacted else "a transcript"
        if uri is None:
            raise InvalidServiceOutputError(f"transcribe: job {self.job_name} wrote no file of {wanted}")
        return _key_in(bucket, uri)


def _key_in(bucket: str, uri: str) -> str:
    """The key of ``https://s3.<region>.amazonaws.com/<bucket>/<key>``, or of a host that opens with the
    bucket's name."""
    parts = urlsplit(uri)
    path = unquote(parts.path).removeprefix("/")
    if path.startswith(f"{bucket}/"):
        return path.removeprefix(f"{bucket}/")
    if parts.netloc.startswith(f"{bucket}."):
        return path
    raise InvalidServiceOutputError(f"transcribe: the transcript lies at {uri:.200}, not in bucket {bucket}")


class Transcribe:
    """Starts and reads jobs. Raises the classes of ``braid.domain.errors``.

    ``data_access_role_arn`` is the role as which the service reads the audio of jobs that wait in its queue,
    and writes their output. Without one, a job beyond those that an account may run at once is a throttle.
    """

    def __init__(
        self, meter: Meter, *, data_access_role_arn: str | None = None, transcribe: Any = None
    ) -> None:
        self._meter = meter
        self._role_arn = data_access_role_arn
        self._client = transcribe or client("transcribe")

    def start_job(
        self,
        job_name: str,
        *,
        media_uri: str,
        media_format: str,
        output_bucket: str,
        output_key: str,
        plan: SpeechPlan,
    ) -> None:
        """Starts the job; does nothing where one of that name has been started before.

        ``job_name`` is at most 200 of ``[0-9a-zA-Z._-]``.
        """
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
                    **self._queueing(),
                    **job_options(plan),
                )
        except _AlreadyStartedError:
            # The name is a function of asset and attempt: an earlier try of this step started it.
            return

    def _queueing(self) -> dict[str, Any]:
        if self._role_arn is None:
            return {}
        # https://docs.aws.amazon.com/transcribe/latest/dg/job-queueing.html: the two belong together.
        return {"JobExecutionSettings": {"AllowDeferredExecution": True, "DataAccessRoleArn": self._role_arn}}

    def finished_job(self, job_name: str, *, audio_duration_ms: int, plan: SpeechPlan) -> FinishedJob:
        """The job if it is completed; its audio's seconds, which are billed now, are counted.

        Raises ``PendingError`` while it waits or runs, ``UnsupportedError`` with the service's reason where
        it failed: a job's name can't be used again, so trying again can't help.
        """
        with service_errors("transcribe:GetTranscriptionJob"):
            response = self._client.get_transcription_job(TranscriptionJobName=job_name)
        job = read_job(response)
        seconds = max(_MIN_BILLED_SECONDS, math.ceil(audio_duration_ms / 1000))
        # Channels of one recording are billed once.
        self._meter.count("transcribe", "StartTranscriptionJob", "second", seconds)
        for extra in billed_extras(plan):
            self._meter.count("transcribe", f"StartTranscriptionJob:{extra}", "second", seconds)
        return job


class _AlreadyStartedError(BraidError):
    """A job of that name exists; never leaves this file."""


def delete_jobs(asset_id: str, *, transcribe: Any = None) -> None:
    """Deletes an asset's jobs, which name the file that they heard; Transcribe keeps them for 90 days."""
    transcribe = transcribe or client("transcribe")
    request: dict[str, Any] = {"JobNameContains": asset_id, "MaxResults": 100}
    names: list[str] = []
    while True:  # botocore has no paginator for it
        with service_errors("transcribe:ListTranscriptionJobs"):
            found = transcribe.list_transcription_jobs(**request)
        names += [job["TranscriptionJobName"] for job in found.get("TranscriptionJobSummaries", [])]
        if "NextToken" not in found:
            break
        request["NextToken"] = found["NextToken"]
    for name in names:
        with service_errors("transcribe:DeleteTranscriptionJob"):
            transcribe.delete_transcription_job(TranscriptionJobName=name)


def read_job(response: Mapping[str, Any]) -> FinishedJob:
    """Reads an answer of GetTranscriptionJob; raises as ``Transcribe.finished_job`` does."""
    answer = ServiceAnswer.whole("transcribe:GetTranscriptionJob", response, "TranscriptionJob")
    job = answer.object("TranscriptionJob")
    name = job.text("TranscriptionJobName")
    status = job.one_of("TranscriptionJobStatus", ("QUEUED", "IN_PROGRESS", "FAILED", "COMPLETED"))
    if status == "FAILED":
        reason = job.text("FailureReason") if "FailureReason" in job else "no reason given"
        raise UnsupportedError(reason)
    if status != "COMPLETED":
        raise PendingError(f"transcription job {name} is {status}")
    languages = job.objects("LanguageCodes")
    identified = next((item.text("LanguageCode") for item in languages if "LanguageCode" in item), None)
    written = job.object("Transcript") if "Transcript" in job else None
    return FinishedJob(
        job_name=name,
        language_code=job.text("LanguageCode") if "LanguageCode" in job else identified,
        language_confidence=job.ratio("IdentifiedLanguageScore")
        if "IdentifiedLanguageScore" in job
        else None,
        transcript_uri=_uri(written, "TranscriptFileUri"),
        redacted_uri=_uri(written, "RedactedTranscriptFileUri"),
    )


def _uri(written: ServiceAnswer | None, name: str) -> str | None:
    return written.text(name) if written is not None and name in written else None
