"""Transcribe over the local speech engine: jobs run in the background, as many at once as an account's may.

What runs shares one engine, so that all but one of them wait for it; what waits in Transcribe's own queue is
read and written as the role that its request names.

Speech in another language than the wanted ones ends as a FAILED job that says so; Amazon Transcribe writes
words of the wanted language that nobody said ("any spoken language that is not the dominant language is
transcribed incorrectly", https://docs.aws.amazon.com/transcribe/latest/dg/lang-id-batch.html). Options that
only add to a transcript are done where an engine can (channels, speakers, redaction) and left out of the
output where none can (toxicity, several languages): no data is made up.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.engines.errors import EngineError, OtherLanguageError
from local.engines.findings import Hearing, Speech
from local.engines.pool import EnginePool
from local.services.protocol import Caller, Events, Objects, Service, ServiceError
from local.services.transcription import request as transcription_request
from local.services.transcription.jobs import Job, JobRegister
from local.services.transcription.languages import (
    language_name,
    scores_by_code,
    spoken_languages,
    transcribe_code,
)
from local.services.transcription.output import transcription_output
from local.services.transcription.redaction import redact

# https://docs.aws.amazon.com/transcribe/latest/dg/limits-guidelines.html
_MIN_MEDIA_SECONDS = 0.5
_MAX_MEDIA_SECONDS = 4 * 3600
_MAX_MEDIA_BYTES = 2 * 1024**3
_ENGINE_TIMEOUT_SECONDS = 4 * 3600.0
_SHORT_TIMEOUT_SECONDS = 120.0
_DEFAULT_PAGE_SIZE = 5  # ListTranscriptionJobs' documented default

# Where nobody speaks; the first two sentences are what Transcribe's users report of it.
_NO_SPEECH = (
    "Your audio file must have a speech segment long enough in duration to perform automatic language"
    " identification. Provide an audio file with someone speaking for a longer period of time and try your"
    " request again. (No speech was found in the media.)"
)

# Transcribe's names for containers that hold the same.
_SAME_FORMAT = {"m4a": "mp4"}


def build_service(objects: Objects, events: Events, engines: EnginePool) -> Service:
    """Transcribe; media is read and transcripts are written with the permissions of the job's caller."""
    transcribe = _Transcribe(objects, events, engines)
    return Service(
        "transcribe",
        {
            "StartTranscriptionJob": transcribe.start_transcription_job,
            "GetTranscriptionJob": transcribe.get_transcription_job,
            "ListTranscriptionJobs": transcribe.list_transcription_jobs,
            "DeleteTranscriptionJob": transcribe.delete_transcription_job,
        },
        limit_jobs=transcribe.limit_jobs,
    )


class _JobError(Exception):
    """The job fails for this reason."""


class _Transcribe:
    def __init__(self, objects: Objects, events: Events, engines: EnginePool) -> None:
        self._objects = objects
        self._events = events
        self._engines = engines
        self._jobs = JobRegister()
        self._turn = threading.Lock()

    def start_transcription_job(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        transcription_request.check(request)
        bucket, key = transcription_request.output_location(request)
        name = request["TranscriptionJobName"]
        job = self._jobs.add(Job(name, caller, dict(request), bucket, key, datetime.now(UTC)))
        if job.started is not None:
            self._begin(job)
        return {"TranscriptionJob": job.description()}

    def limit_jobs(self, jobs: int | None) -> None:
        self._jobs.limit(jobs)
        self._begin_waiting()

    def _begin(self, job: Job) -> None:
        # A daemon, because no job outlives the embedded AWS.
        threading.Thread(target=self._work, args=(job,), name=f"transcribe-{job.name}", daemon=True).start()

    def _begin_waiting(self) -> None:
        while (job := self._jobs.start_next()) is not None:
            self._begin(job)

    def get_transcription_job(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        return {"TranscriptionJob": self._jobs.get(caller, request["TranscriptionJobName"]).description()}

    def list_transcription_jobs(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        status, part = request.get("Status"), request.get("JobNameContains", "")
        jobs = [
            job
            for job in self._jobs.newest_first(caller)
            if part.lower() in job.name.lower() and status in (None, job.status)
        ]
        token = request.get("NextToken", "0")
        if not token.isdecimal():
            raise ServiceError("BadRequestException", "The NextToken isn't one of ours.")
        first, size = int(token), request.get("MaxResults", _DEFAULT_PAGE_SIZE)
        page = {"TranscriptionJobSummaries": [job.summary() for job in jobs[first : first + size]]}
        return (
            page
            | ({"Status": status} if status else {})
            | ({"NextToken": str(first + size)} if first + size < len(jobs) else {})
        )

    def delete_transcription_job(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        self._jobs.delete(caller, request["TranscriptionJobName"])
        return {}

    def _work(self, job: Job) -> None:
        """Takes a job to its end; jobs wait for each other, there being one speech engine."""
        with self._turn:
            if not self._jobs.is_known(job):
                self._begin_waiting()
                return  # deleted while it waited
            try:
                finished = self._transcribe(job)
            except _JobError as failure:
                finished = job.fail(str(failure))
            except Exception as error:  # noqa: BLE001 - a bug of ours must end the job, not leave it running
                finished = job.fail(f"internal failure: {type(error).__name__}: {error}")
            known = self._jobs.update(finished)
        self._begin_waiting()
        if known:
            detail = {"TranscriptionJobName": finished.name, "TranscriptionJobStatus": finished.status}
            self._events.put(finished.caller, "aws.transcribe", "Transcribe Job State Change", detail)

    def _transcribe(self, job: Job) -> Job:
        reason = transcription_request.unavailable(job.request)
        if reason is not None:
            raise _JobError(f"The embedded Transcribe can't do this job: {reason}.")
        heard = self._recognise(job)
        channels = heard.channels
        language_code, scores = job.request.get("LanguageCode"), []
        if language_code is None:
            if heard.language is None:
                raise _JobError(_NO_SPEECH)
            codes = transcription_request.wanted_codes(job.request)
            language_code = transcribe_code(heard.language, codes)
            scores = scores_by_code(heard.languages, codes)
        for member, key in job.output_keys().items():
            is_redacted = member == "RedactedTranscriptFileUri"
            document = transcription_output(
                self._redacted(channels, job.request) if is_redacted else channels,
                job_name=job.name,
                account_id=job.caller.account_id,
                language_code=language_code,
                language_scores=scores,
                by_channel=_wants_channels(job.request),
                has_speakers=_has_speakers(job.request, channels),
                is_redacted=is_redacted,
            )
            self._write(job, key, document)
        return job.complete(
            media_format=job.request.get("MediaFormat", channels[0].media_format),
            sample_rate_hz=channels[0].sample_rate_hz,
            language_code=language_code,
            identified_score=dict(scores).get(language_code),
        )

    def _write(self, job: Job, key: str, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        try:
            self._objects_of(job).write(job.caller, job.output_bucket, key, body, "application/json")
        except ServiceError as error:
            raise _JobError(
                f"The transcript can't be written to s3://{job.output_bucket}/{key}: {error}"
            ) from error

    def _objects_of(self, job: Job) -> Objects:
        """S3 as the job reads it. "Amazon Transcribe assumes this role to read queued media files"."""
        waited = job.was_queued and job.role_arn is not None
        return self._objects.as_role(str(job.role_arn)) if waited else self._objects

    def _redacted(self, channels: Sequence[Speech], request: Mapping[str, Any]) -> tuple[Speech, ...]:
        types = request["ContentRedaction"].get("PiiEntityTypes") or ()
        redacted = []
        for speech in channels:
            try:
                findings = self._engines.run(
                    "text.spoken_pii:spoken_personal_data",
                    [word.text for word in speech.words()],
                    timeout_seconds=_SHORT_TIMEOUT_SECONDS,
                    turn_seconds=None,
                )
            except EngineError as error:
                raise _JobError(f"The transcript can't be redacted: {error}") from error
            redacted.append(redact(speech, findings, types))
        return tuple(redacted)

    def _recognise(self, job: Job) -> Hearing:
        bucket, key = transcription_request.media_location(job.request)
        try:
            media = self._objects_of(job).read(job.caller, bucket, key)
        except ServiceError as error:
            raise _JobError(f"The media s3://{bucket}/{key} can't be read: {error}") from error
        if len(media) > _MAX_MEDIA_BYTES:
            raise _JobError("Invalid file size: file size too large. The limit is 2 GB.")
        with tempfile.TemporaryDirectory(prefix="transcribe-") as folder:
            file = Path(folder) / "media"
            file.write_bytes(media)
            del media  # the file is what the engine reads, perhaps for hours
            heard = self._heard(job, file)
        _check_media(job.request, heard.channels[0])
        return heard

    def _heard(self, job: Job, file: Path) -> Hearing:
        try:
            heard: Hearing = self._engines.run(
                "speech.recognition:transcribe",
                file,
                languages=spoken_languages(transcription_request.wanted_codes(job.request)),
                identify="LanguageCode" not in job.request,
                by_channel=_wants_channels(job.request),
                max_speakers=_max_speakers(job.request),
                timeout_seconds=_ENGINE_TIMEOUT_SECONDS,
                turn_seconds=None,  # a job waits in the queue as long as it takes
            )
        except OtherLanguageError as error:
            raise _JobError(_other_language(job.request, error)) from error
        except EngineError as error:
            bucket, key = transcription_request.media_location(job.request)
            raise _JobError(f"The media s3://{bucket}/{key} can't be transcribed: {error}") from error
        return heard


def _wants_channels(request: Mapping[str, Any]) -> bool:
    return bool((request.get("Settings") or {}).get("ChannelIdentification"))


def _max_speakers(request: Mapping[str, Any]) -> int:
    """How many speakers to tell apart at most; 0: none."""
    settings = request.get("Settings") or {}
    return int(settings["MaxSpeakerLabels"]) if settings.get("ShowSpeakerLabels") else 0


def _has_speakers(request: Mapping[str, Any], channels: Sequence[Speech]) -> bool:
    """Whether speakers were asked for and told apart; nobody speaking is told apart too."""
    words = [word for speech in channels for word in speech.words()]
    return bool(_max_speakers(request)) and all(word.speaker is not None for word in words)


def _check_media(request: Mapping[str, Any], speech: Speech) -> None:
    """What Transcribe finds only once it has decoded the media."""
    stated = request.get("MediaFormat")
    if stated and _SAME_FORMAT.get(stated, stated) != speech.media_format:
        raise _JobError(
            "The media format provided does not match the detected media format."
            f" ({stated} was given, {speech.media_format} was found)"
        )
    rate = request.get("MediaSampleRateHertz")
    if rate and rate != speech.sample_rate_hz:
        raise _JobError(
            "The sample rate provided does not match the detected sample rate."
            f" ({rate} was given, {speech.sample_rate_hz} was found)"
        )
    if speech.duration_seconds < _MIN_MEDIA_SECONDS:
        raise _JobError(
            f"Invalid file size: the sound lasts {speech.duration_seconds:.2f} seconds,"
            f" {_MIN_MEDIA_SECONDS} is the least."
        )
    if speech.duration_seconds > _MAX_MEDIA_SECONDS:
        raise _JobError("Invalid file size: file size too large. Maximum audio duration is 4 hours.")


def _other_language(request: Mapping[str, Any], error: OtherLanguageError) -> str:
    """What a person reads where none of the wanted languages is spoken."""
    codes = transcription_request.wanted_codes(request)
    if error.heard is None:
        return f"The language can't be transcribed: {error}."
    language, probability = error.heard
    sounds = f"the speech sounds like {language_name(language)} (probability {probability:.2f})"
    if not codes:
        return f"Language identification failed: {sounds}, which Transcribe doesn't know."
    wanted = "its LanguageCode is" if "LanguageCode" in request else "its LanguageOptions are"
    return f"The job can't transcribe this language: {sounds}, but {wanted} {', '.join(codes)}."
