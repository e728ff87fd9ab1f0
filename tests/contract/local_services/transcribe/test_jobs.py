"""Jobs of the local Transcribe: names, lists, what is refused at the start, what fails and why."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from local.engines.findings import Speech
from local.engines.pool import EnginePool
from local.services.protocol import ServiceError
from tests.contract.local_services.transcribe.transcribing import MEDIA, Engines, Transcribing, two_sentences


def test_a_name_is_taken_once_until_it_is_deleted(heard: Transcribing) -> None:
    heard.start()
    with pytest.raises(ServiceError, match="already exists") as conflict:
        heard.start()
    assert conflict.value.code == "ConflictException"
    heard.finished()
    heard.client.call("DeleteTranscriptionJob", TranscriptionJobName="job-1")
    with pytest.raises(ServiceError, match="couldn't be found") as missing:
        heard.client.call("GetTranscriptionJob", TranscriptionJobName="job-1")
    assert missing.value.code == "BadRequestException"
    heard.start()


def test_jobs_are_listed_newest_first_in_pages(heard: Transcribing) -> None:
    for position in range(7):
        heard.start(f"talk-{position}")
        heard.finished(f"talk-{position}")
    first = heard.client.call("ListTranscriptionJobs", Status="COMPLETED")
    names = [job["TranscriptionJobName"] for job in first["TranscriptionJobSummaries"]]
    assert names == [f"talk-{position}" for position in (6, 5, 4, 3, 2)]
    rest = heard.client.call("ListTranscriptionJobs", NextToken=first["NextToken"])
    assert [job["TranscriptionJobName"] for job in rest["TranscriptionJobSummaries"]] == ["talk-1", "talk-0"]
    assert "NextToken" not in rest
    assert (
        heard.client.call("ListTranscriptionJobs", JobNameContains="none")["TranscriptionJobSummaries"] == []
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"LanguageCode": None}, "language code is missing"),
        ({"LanguageCode": "en-US", "IdentifyLanguage": True}, "Give only one of"),
        ({"Media": {"MediaFileUri": "https://example.com/talk.wav"}}, "s3://bucket/key"),
        ({"OutputBucketName": None}, "OutputBucketName is missing"),
        ({"JobExecutionSettings": {"AllowDeferredExecution": True}}, "must be given together"),
        ({"Settings": {"ShowSpeakerLabels": True}}, "must be given together"),
        (
            {"Settings": {"ShowSpeakerLabels": True, "MaxSpeakerLabels": 2, "ChannelIdentification": True}},
            "can't set both",
        ),
        ({"Settings": {"VocabularyName": "names"}}, "vocabulary 'names' couldn't be found"),
        ({"Settings": {"VocabularyFilterName": "rude"}}, "needs VocabularyFilterMethod"),
        (
            {"Settings": {"VocabularyFilterName": "rude", "VocabularyFilterMethod": "mask"}},
            "vocabulary filter 'rude' couldn't be found",
        ),
        ({"ModelSettings": {"LanguageModelName": "law"}}, "language model 'law' couldn't be found"),
        (
            {
                "LanguageCode": None,
                "IdentifyLanguage": True,
                "LanguageIdSettings": {"en-US": {"VocabularyName": "names"}},
            },
            "vocabulary 'names' couldn't be found",
        ),
        (
            {"LanguageCode": "en-GB", "ToxicityDetection": [{"ToxicityCategories": ["ALL"]}]},
            "ToxicityDetection",
        ),
        (
            {
                "LanguageCode": None,
                "IdentifyLanguage": True,
                "ContentRedaction": {"RedactionType": "PII", "RedactionOutput": "redacted"},
            },
            "ContentRedaction isn't supported",
        ),
    ],
)
def test_what_transcribe_refuses_at_the_start(
    heard: Transcribing, options: dict[str, Any], message: str
) -> None:
    request = {
        "TranscriptionJobName": "job-1",
        "LanguageCode": "en-US",
        "Media": MEDIA,
        "OutputBucketName": "results",
    } | options
    with pytest.raises(ServiceError, match=message) as refusal:
        heard.client.call(
            "StartTranscriptionJob", **{name: value for name, value in request.items() if value is not None}
        )
    assert refusal.value.code == "BadRequestException"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"Settings": {"ShowAlternatives": True, "MaxAlternatives": 2}}, "one transcript"),
        ({"Subtitles": {"Formats": ["vtt"]}}, "subtitles"),
        ({"MediaFormat": "mp3"}, "does not match the detected media format"),
        ({"MediaSampleRateHertz": 8000}, "does not match the detected sample rate"),
        ({"Media": {"MediaFileUri": "s3://media/absent.wav"}}, "s3://media/absent.wav can't be read"),
        ({"Media": {"MediaFileUri": "s3://denied/talk.wav"}}, "s3://denied/talk.wav can't be read"),
        ({"OutputBucketName": "denied"}, "can't be written to s3://denied/"),
    ],
)
def test_what_cannot_be_done_ends_as_a_failed_job_with_its_reason(
    heard: Transcribing, options: dict[str, Any], reason: str
) -> None:
    heard.start(**options)
    job = heard.finished()
    assert job["TranscriptionJobStatus"] == "FAILED"
    assert reason in job["FailureReason"]
    assert "TranscriptFileUri" not in job["Transcript"]
    assert heard.wait_for_event()[2]["TranscriptionJobStatus"] == "FAILED"
    assert not any(bucket == "results" for bucket, _ in heard.folder.stored)


def test_the_engine_reads_the_media_from_a_file_that_goes_with_the_job() -> None:
    service = Transcribing(Engines(two_sentences()))
    service.start()
    service.finished()
    ((file, media),) = service.engines.media
    assert media == b"sound"
    assert not file.parent.exists()


WAITING = {"AllowDeferredExecution": True, "DataAccessRoleArn": "arn:aws:iam::000000000000:role/queue"}


class Slow:
    """An engine that is busy with each recording until it is let go."""

    def __init__(self) -> None:
        self.heard = 0
        self.go = threading.Semaphore(0)

    def __call__(self) -> Speech:
        self.heard += 1
        assert self.go.acquire(timeout=60)
        return two_sentences()


def statuses(service: Transcribing) -> dict[str, str]:
    listed = service.client.call("ListTranscriptionJobs")["TranscriptionJobSummaries"]
    return {job["TranscriptionJobName"]: job["TranscriptionJobStatus"] for job in listed}


def test_jobs_beyond_the_limit_queue_and_a_deleted_one_never_starts() -> None:
    engine = Slow()
    service = Transcribing(Engines(engine))
    service.client.service.limit_jobs(1)
    for name in ("a", "b", "c"):
        service.start(name, OutputKey=f"{name}.json", JobExecutionSettings=WAITING)
    assert statuses(service) == {"a": "IN_PROGRESS", "b": "QUEUED", "c": "QUEUED"}
    service.client.call("DeleteTranscriptionJob", TranscriptionJobName="b")
    engine.go.release(2)
    service.finished("a")
    service.finished("c")
    assert engine.heard == 2
    assert ("results", "b.json") not in service.folder.stored


def test_a_job_that_may_not_wait_is_refused_beyond_the_limit() -> None:
    engine = Slow()
    service = Transcribing(Engines(engine))
    service.client.service.limit_jobs(1)
    service.start("a")
    with pytest.raises(ServiceError) as refusal:
        service.start("b")
    assert refusal.value.code == "LimitExceededException"
    engine.go.release(2)
    service.finished("a")
    service.start("b")
    assert service.finished("b")["TranscriptionJobStatus"] == "COMPLETED"


def test_what_waited_is_read_and_written_as_the_role() -> None:
    engine = Slow()
    service = Transcribing(Engines(engine))
    service.client.service.limit_jobs(1)
    for name in ("a", "b"):
        service.start(name, OutputKey=f"{name}.json", JobExecutionSettings=WAITING)
    engine.go.release(2)
    for name in ("a", "b"):
        assert service.finished(name)["TranscriptionJobStatus"] == "COMPLETED"
    assert service.folder.roles == [WAITING["DataAccessRoleArn"]] * 2


@pytest.mark.parametrize("name", ["derived/truncated.wav", "derived/zero-byte.mp4", "pocketsphinx/bad.wav"])
def test_broken_media_fails_the_job(engines: EnginePool, shared_data: Path, name: str) -> None:
    service = Transcribing(engines)
    service.folder.stored["media", "talk.wav"] = (shared_data / "media-malformed" / name).read_bytes()
    service.start()
    job = service.finished()
    assert job["TranscriptionJobStatus"] == "FAILED"
    assert job["FailureReason"]
