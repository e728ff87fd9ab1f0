"""Real output and answers of Transcribe: every transcription job parses, the rest is refused in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from braid.aws.service_errors import service_errors
from braid.aws.transcribe.jobs import MEDIA_FORMATS, Transcribe, read_job
from braid.aws.transcribe.output import read_output
from braid.domain.errors import (
    BraidError,
    InvalidServiceOutputError,
    PendingError,
    RefusedByServiceError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.money.accounting import Meter
from braid.domain.profile.sections.speech import SpeechPlan
from braid.media.sound import audio
from lambdas.transcription.utterances import utterances
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by

# What projects that keep the output beside things of their own put into it.
_FOREIGN_MEMBERS = {"TextTranscriptUri"}


def _outputs(shared_data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((shared_data / "aws-transcribe").glob("*/*.json")):
        document = json.loads(path.read_text())
        if "results" in document:
            yield path.name, document
    for name, recorded in _recordings(shared_data):
        if "results" in recorded:
            yield name, {"status": "COMPLETED", **recorded}


def _recordings(shared_data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Answers that were recorded against AWS, with their ids and times replaced by tokens."""
    path = shared_data / "aws-transcribe" / "localstack" / "test_transcribe.snapshot.json"
    for test, record in json.loads(path.read_text()).items():
        for name, answer in record["recorded-content"].items():
            if isinstance(answer, dict):
                yield f"{test.rpartition('::')[2]}/{name}", answer


def test_every_word_of_every_output_is_heard_in_order(shared_data: Path) -> None:
    count = 0
    for name, document in _outputs(shared_data):
        heard = read_output(document)
        assert set(heard.unread) <= _FOREIGN_MEMBERS, name
        words = [item.item.text for item in heard.items if item.item.kind == "word"]
        given = [
            item["alternatives"][0]["content"]
            for item in document["results"]["items"]
            if item["type"] == "pronunciation"
        ]
        assert sorted(words) == sorted(given), name
        assert all(item.item.start_ms <= item.item.end_ms for item in heard.items), name
        count += 1
    assert count >= 15


def test_utterances_read_as_the_service_wrote_the_transcript(shared_data: Path) -> None:
    for name, document in _outputs(shared_data):
        if name == "language-identification-output.json":
            continue  # its items are an excerpt
        heard = read_output(document)
        spoken = utterances(heard.items, heard.language_code or "en-US")
        transcript = document["results"]["transcripts"][0]["transcript"]
        if "channel_labels" in document["results"]:
            # Two people may talk at once: each channel's sentences are whole, the order between them is free.
            assert sorted(" ".join(item.text for item in spoken).split()) == sorted(transcript.split()), name
        else:
            assert " ".join(item.text for item in spoken) == transcript, name


def test_the_same_audio_has_the_same_words_whatever_was_asked_for(shared_data: Path) -> None:
    folder = shared_data / "aws-transcribe" / "aws_transcribe_to_docx"

    def words(name: str) -> list[tuple[str, int, int]]:
        heard = read_output(json.loads((folder / name).read_text()))
        found = [item.item for item in heard.items if item.item.kind == "word"]
        return sorted((item.text, item.start_ms, item.end_ms) for item in found)

    plain = words("01-plain.json")
    # Each channel is heard by itself, which moves times a little and changes what begins a sentence.
    channels = words("02-channel-identification.json")
    assert sorted(text.lower() for text, *_ in channels) == sorted(text.lower() for text, *_ in plain)
    assert words("03-speaker-identification.json") == plain
    assert words("04-alternative-results.json") == plain


@pytest.mark.parametrize(
    ("name", "speakers"),
    [
        ("03-speaker-identification.json", {"spk_0", "spk_1", "spk_2"}),
        ("10-speaker-identification-alternative-results.json", {"spk_0", "spk_1", "spk_2"}),
        ("14-speaker-identification-vocabulary-filter-remove.json", {"spk_0", "spk_1", "spk_2"}),
        ("02-channel-identification.json", {"ch_0", "ch_1"}),
        ("12-channel-identification-vocabulary-filter-remove.json", {"ch_0", "ch_1"}),
        ("01-plain.json", {None}),
    ],
)
def test_every_token_has_its_speaker(shared_data: Path, name: str, speakers: set[str | None]) -> None:
    path = shared_data / "aws-transcribe" / "aws_transcribe_to_docx" / name
    heard = read_output(json.loads(path.read_text()))
    assert {item.speaker for item in heard.items} == speakers


def test_identified_language(shared_data: Path) -> None:
    folder = shared_data / "aws-transcribe" / "awsdocs-transcribe"
    output = json.loads((folder / "language-identification-output.json").read_text())
    assert read_output(output).language_code == "en-GB"
    job = read_job(json.loads((folder / "get-transcription-job-identify-language.json").read_text()))
    assert (job.language_code, job.language_confidence) == ("de-DE", 0.929965)


def test_recorded_jobs(shared_data: Path) -> None:
    seen = set()
    for name, answer in _recordings(shared_data):
        if "TranscriptionJob" not in answer:
            continue
        status = answer["TranscriptionJob"]["TranscriptionJobStatus"]
        seen.add(status)
        if status == "COMPLETED":
            assert read_job(answer).language_code == "en-GB", name
        elif status == "FAILED":
            with pytest.raises(UnsupportedError, match="Maximum audio duration"):
                read_job(answer)
        else:
            with pytest.raises(PendingError, match="IN_PROGRESS"):
                read_job(answer)
    assert seen == {"COMPLETED", "FAILED", "IN_PROGRESS"}


def test_recorded_answers_of_other_operations_are_refused(shared_data: Path) -> None:
    recordings = dict(_recordings(shared_data))
    listed = recordings["test_list_transcription_jobs/ListJobs"]
    with pytest.raises(InvalidServiceOutputError, match="the answer has no TranscriptionJob"):
        read_job(listed)
    with pytest.raises(InvalidServiceOutputError, match="it has no results, only "):
        read_output(listed)


def test_recorded_errors_are_mapped_by_their_code(shared_data: Path) -> None:
    codes = set()
    for name, answer in _recordings(shared_data):
        if "Error" not in answer:
            continue
        with pytest.raises(BraidError) as raised, service_errors("transcribe:GetTranscriptionJob"):
            raise ClientError(answer, "GetTranscriptionJob")
        assert isinstance(raised.value, RefusedByServiceError), name
        codes.add(answer["Error"]["Code"])
    assert codes == {"BadRequestException", "ConflictException"}


def _output(items: list[dict[str, Any]], **results: Any) -> dict[str, Any]:
    return {"status": "COMPLETED", "results": {"items": items, **results}}


def _word(text: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    alternatives = [{"content": text, "confidence": more.pop("confidence", "0.9")}]
    return {
        "type": "pronunciation",
        "start_time": start,
        "end_time": end,
        "alternatives": alternatives,
        **more,
    }


def test_nobody_was_heard_speaking() -> None:
    assert read_output(_output([], transcripts=[{"transcript": ""}])).items == ()


def test_null_confidence_redaction_and_opening_marks() -> None:
    mark = {"type": "punctuation", "alternatives": [{"content": "¿", "confidence": "0.0"}]}
    redacted = _word("[PII]", "1.0", "1.5")
    redacted["alternatives"] = [{"content": "[PII]", "redactions": [{"confidence": "0.9", "type": "NAME"}]}]
    heard = read_output(_output([mark, _word("qué", "0.25", "0.5", confidence=None), redacted]))
    assert [
        (item.item.text, item.item.start_ms, item.item.end_ms, item.item.confidence) for item in heard.items
    ] == [
        ("¿", 250, 250, None),
        ("qué", 250, 500, None),
        ("[PII]", 1000, 1500, None),
    ]
    assert heard.unread == ()


def test_a_member_that_nobody_knows_yet_is_told_not_dropped() -> None:
    heard = read_output({**_output([_word("hi", "0.0", "0.2", mood="calm")], topics=[]), "version": 2})
    assert heard.unread == ("version", "results.topics", "results.items.mood")
    assert len(heard.items) == 1


@pytest.mark.parametrize(
    ("start", "end", "stands"),
    [("2", "1", (2000, 2000)), ("-0.1", "0.2", (0, 200)), ("-2", "-1", (0, 0))],
)
def test_a_word_at_an_odd_time_is_still_said(start: str, end: str, stands: tuple[int, int]) -> None:
    words = [_word("so", start, end), _word("it", "3", "4")]
    stretch = {"text": "so", "toxicity": 0.9, "categories": {}, "start_time": start, "end_time": end}

    heard = read_output(_output(words, toxicity_detection=[stretch]))

    assert [item.item.text for item in heard.items] == ["so", "it"]
    assert (heard.items[0].item.start_ms, heard.items[0].item.end_ms) == stands
    assert (heard.toxicity[0].start_ms, heard.toxicity[0].end_ms) == stands


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "an object was expected"),
        ({}, "it has no results, only nothing"),
        ({"Error": {"Code": "BadRequestException"}}, "it has no results, only Error"),
        ({"results": {"items": []}, "status": "FAILED"}, "the job is ‹FAILED›"),
        (_output([{"type": "music"}]), "item 0 has no alternatives"),
        (_output([{**_word("la", "0", "1"), "type": "music"}]), "item 0 has the type ‹music›"),
        (_output([_word("la", "one", "2")]), "item 0 has the start_time ‹one›"),
        (_output([_word("la", "inf", "2")]), "item 0 has the start_time ‹inf›"),
        (_output([_word("la", "0", "1", confidence="sure")]), "item 0 has the confidence ‹sure›"),
    ],
)
def test_damaged_output_is_refused_in_words(document: Any, problem: str) -> None:
    with pytest.raises(InvalidServiceOutputError) as refusal:
        read_output(document)
    assert problem in str(refusal.value)


def test_a_job_is_started_once_and_its_requests_are_valid() -> None:
    jobs: dict[str, dict[str, Any]] = {}

    def start(members: dict[str, Any]) -> dict[str, Any]:
        if members["TranscriptionJobName"] in jobs:
            raise ServiceError("ConflictException", "The requested job name already exists.")
        jobs[members["TranscriptionJobName"]] = members
        return {"TranscriptionJob": {"TranscriptionJobName": members["TranscriptionJobName"]}}

    client = answered_by("transcribe", {"StartTranscriptionJob": start})
    role_arn = "arn:aws:iam::000000000000:role/queue"
    transcribe = Transcribe(Meter(), data_access_role_arn=role_arn, transcribe=client)
    for _try in range(2):
        transcribe.start_job(
            "braid-dev-talk-1",
            media_uri="s3://results/work/talk/1/audio.flac",
            media_format="flac",
            output_bucket="results",
            output_key="work/talk/1/transcribe.json",
            plan=SpeechPlan(),
        )
    assert jobs["braid-dev-talk-1"]["IdentifyLanguage"] is True
    assert "Settings" not in jobs["braid-dev-talk-1"]
    assert jobs["braid-dev-talk-1"]["JobExecutionSettings"] == {
        "AllowDeferredExecution": True,
        "DataAccessRoleArn": role_arn,
    }
    assert len(jobs) == 1


def test_too_many_jobs_at_once_is_a_throttle() -> None:
    def refuse(_members: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError("LimitExceededException", "too many concurrent jobs")

    transcribe = Transcribe(Meter(), transcribe=answered_by("transcribe", {"GetTranscriptionJob": refuse}))
    with pytest.raises(ThrottledError):
        transcribe.finished_job("talk", audio_duration_ms=1000, plan=SpeechPlan())


@pytest.mark.parametrize(("duration_ms", "seconds"), [(0, 15), (14_000, 15), (15_001, 16), (61_500, 62)])
def test_a_finished_job_is_billed_by_the_second_fifteen_at_least(duration_ms: int, seconds: int) -> None:
    job = {"TranscriptionJobName": "talk", "TranscriptionJobStatus": "COMPLETED", "LanguageCode": "en-US"}
    client = answered_by("transcribe", {"GetTranscriptionJob": lambda members: {"TranscriptionJob": job}})
    meter = Meter()
    Transcribe(meter, transcribe=client).finished_job(
        "talk", audio_duration_ms=duration_ms, plan=SpeechPlan()
    )
    (used,) = meter.usage()
    assert (used.operation, used.unit, used.quantity) == ("StartTranscriptionJob", "second", seconds)


def test_every_format_that_is_written_is_one_that_the_service_takes() -> None:
    assert set(audio.MEDIA_FORMATS) <= set(MEDIA_FORMATS)
