"""Transcription jobs: what was asked, where each one stands, and how it is shown.

Jobs live in memory, as long as the embedded AWS runs.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from local.services.protocol import Caller, ServiceError
from local.services.transcription.request import redacted_key

_ECHOED = (
    "LanguageCode",
    "Media",
    "MediaFormat",
    "MediaSampleRateHertz",
    "LanguageOptions",
    "ContentRedaction",
    "ToxicityDetection",
    "Tags",
    "JobExecutionSettings",
)

# "Amazon Transcribe endpoints and quotas": batch jobs of a new account, and how many more may wait.
_RUNNING_AT_MOST = 250
_QUEUED_AT_MOST = 10_000


@dataclass(frozen=True)
class Job:
    """One job at one moment; a change of state makes a new one."""

    name: str
    caller: Caller
    request: Mapping[str, Any]
    output_bucket: str
    output_key: str
    created: datetime
    status: str = "QUEUED"
    started: datetime | None = None
    completed: datetime | None = None
    failure_reason: str | None = None
    media_format: str | None = None
    sample_rate_hz: int | None = None
    language_code: str | None = None
    identified_score: float | None = None
    was_queued: bool = False

    @property
    def role_arn(self) -> str | None:
        """The role that the service assumes for a job that may wait in its queue."""
        arn = (self.request.get("JobExecutionSettings") or {}).get("DataAccessRoleArn")
        return None if arn is None else str(arn)

    @property
    def may_wait(self) -> bool:
        """Whether the job is queued where as many run as may."""
        return bool((self.request.get("JobExecutionSettings") or {}).get("AllowDeferredExecution"))

    def start(self) -> Job:
        """IN_PROGRESS from now."""
        return replace(self, status="IN_PROGRESS", started=datetime.now(UTC))

    def fail(self, reason: str) -> Job:
        """FAILED now, for a reason that a person reads."""
        return replace(self, status="FAILED", completed=datetime.now(UTC), failure_reason=reason)

    def complete(
        self, *, media_format: str, sample_rate_hz: int, language_code: str, identified_score: float | None
    ) -> Job:
        """COMPLETED now, with what was learnt about the media."""
        return replace(
            self,
            status="COMPLETED",
            completed=datetime.now(UTC),
            media_format=media_format,
            sample_rate_hz=sample_rate_hz,
            language_code=language_code,
            identified_score=identified_score,
        )

    def description(self) -> dict[str, Any]:
        """``TranscriptionJob`` as GetTranscriptionJob shows it."""
        settings = {"ChannelIdentification": False, "ShowAlternatives": False}
        shown = {name: self.request[name] for name in _ECHOED if name in self.request} | {
            "TranscriptionJobName": self.name,
            "TranscriptionJobStatus": self.status,
            "Settings": settings | dict(self.request.get("Settings") or {}),
            "Transcript": self._transcript() if self.status == "COMPLETED" else {},
            "CreationTime": self.created,
        }
        optional = {
            "StartTime": self.started,
            "CompletionTime": self.completed,
            "FailureReason": self.failure_reason,
            "MediaFormat": self.media_format,
            "MediaSampleRateHertz": self.sample_rate_hz,
            "LanguageCode": self.language_code,
            "IdentifiedLanguageScore": self.identified_score,
            "IdentifyLanguage": self.request.get("IdentifyLanguage"),
            "IdentifyMultipleLanguages": self.request.get("IdentifyMultipleLanguages"),
        }
        return shown | {name: value for name, value in optional.items() if value is not None}

    def summary(self) -> dict[str, Any]:
        """``TranscriptionJobSummary`` as ListTranscriptionJobs shows it."""
        members = (
            "TranscriptionJobName",
            "CreationTime",
            "StartTime",
            "CompletionTime",
            "LanguageCode",
            "TranscriptionJobStatus",
            "FailureReason",
            "IdentifyLanguage",
            "IdentifiedLanguageScore",
        )
        description = self.description()
        shown = {member: description[member] for member in members if member in description}
        return shown | {"OutputLocationType": "CUSTOMER_BUCKET"}

    def output_keys(self) -> dict[str, str]:
        """What the job writes: members of its ``Transcript`` and the key of each.

        Redaction writes a file of its own; the unredacted one is there only where both were asked for.
        """
        redaction = self.request.get("ContentRedaction")
        keys = {}
        if redaction is None or redaction["RedactionOutput"] == "redacted_and_unredacted":
            keys["TranscriptFileUri"] = self.output_key
        if redaction is not None:
            keys["RedactedTranscriptFileUri"] = redacted_key(self.output_key)
        return keys

    def _transcript(self) -> dict[str, str]:
        host = f"https://s3.{self.caller.region}.amazonaws.com"
        return {name: f"{host}/{self.output_bucket}/{quote(key)}" for name, key in self.output_keys().items()}


class JobRegister:
    """All jobs, a name being unique in an account and region. Safe to share between threads."""

    def __init__(self) -> None:
        self._jobs: dict[tuple[str, str, str], Job] = {}
        self._lock = threading.Lock()
        self._at_most = _RUNNING_AT_MOST

    def limit(self, jobs: int | None) -> None:
        """How many jobs run at once; None: as many as a new account's."""
        with self._lock:
            self._at_most = _RUNNING_AT_MOST if jobs is None else jobs

    def add(self, job: Job) -> Job:
        """Takes a new job: IN_PROGRESS where there is room for it, else QUEUED where it may wait.

        Raises ``ServiceError`` ConflictException where the name is taken, LimitExceededException where as
        many run as may and it may not wait, or as many wait as can.
        """
        with self._lock:
            if _key(job.caller, job.name) in self._jobs:
                raise ServiceError(
                    "ConflictException", "The requested job name already exists. Use a different job name."
                )
            waiting = self._count("QUEUED")
            if self._count("IN_PROGRESS") < self._at_most and not waiting:
                job = job.start()
            elif not job.may_wait or waiting >= _QUEUED_AT_MOST:
                raise ServiceError("LimitExceededException", "You have too many transcription jobs at once.")
            self._jobs[_key(job.caller, job.name)] = job
        return job

    def start_next(self) -> Job | None:
        """The job that has waited longest, IN_PROGRESS now, if there is one and room for it."""
        with self._lock:
            waiting = (job for job in self._jobs.values() if job.status == "QUEUED")
            if self._count("IN_PROGRESS") >= self._at_most or (job := next(waiting, None)) is None:
                return None
            self._jobs[_key(job.caller, job.name)] = started = replace(job.start(), was_queued=True)
        return started

    def is_known(self, job: Job) -> bool:
        """Whether it hasn't been deleted."""
        with self._lock:
            return _key(job.caller, job.name) in self._jobs

    def _count(self, status: str) -> int:
        return sum(job.status == status for job in self._jobs.values())

    def update(self, job: Job) -> bool:
        """Replaces a job; False if it has been deleted meanwhile."""
        with self._lock:
            known = _key(job.caller, job.name) in self._jobs
            if known:
                self._jobs[_key(job.caller, job.name)] = job
            return known

    def get(self, caller: Caller, name: str) -> Job:
        """The job of that name. Raises ``ServiceError`` BadRequestException where there is none."""
        with self._lock:
            job = self._jobs.get(_key(caller, name))
        if job is None:
            raise _not_found()
        return job

    def delete(self, caller: Caller, name: str) -> None:
        """Forgets the job. Raises as ``get`` does."""
        with self._lock:
            if self._jobs.pop(_key(caller, name), None) is None:
                raise _not_found()

    def newest_first(self, caller: Caller) -> Iterator[Job]:
        """The jobs of the caller's account and region."""
        with self._lock:
            jobs = [
                job
                for job in self._jobs.values()
                if (job.caller.account_id, job.caller.region) == (caller.account_id, caller.region)
            ]
        return iter(sorted(jobs, key=lambda job: job.created, reverse=True))


def _key(caller: Caller, name: str) -> tuple[str, str, str]:
    return caller.account_id, caller.region, name


def _not_found() -> ServiceError:
    return ServiceError(
        "BadRequestException",
        "The requested job couldn't be found. Check the job name and try your request again.",
    )
