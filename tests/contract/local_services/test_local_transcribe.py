"""The local Transcribe speaks Transcribe: jobs, errors, events and the output file."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from braid.aws.transcribe.output import read_output
from evaluation.speech.scoring import compare
from lambdas.transcription.utterances import utterances
from local.engines.errors import EngineMissingError, OtherLanguageError
from local.engines.findings import Hearing, Speech, SpeechSegment, SpokenWord
from local.engines.pool import EnginePool
from local.engines.text.spoken_pii import spoken_personal_data
from local.services.protocol import ServiceError
from local.services.transcription import transcribe
from tests.local.needed_weights import needs_weights
from tests.local.service_calls import EventLog, Folder, ServiceClient
from tests.local.spoken import SENTENCES, spoken

MEDIA = {"MediaFileUri": "s3://media/talk.wav"}


@dataclass
class Transcribing:
    """A service over given engines, with what it reads, writes and tells."""

    engines: Any
    folder: Folder = field(default_factory=lambda: Folder({("media", "talk.wav"): b"sound"}))
    events: EventLog = field(default_factory=EventLog)

    def __post_init__(self) -> None:
        self.client = ServiceClient(transcribe.build_service(self.folder, self.events, self.engines))

    def start(self, name: str = "job-1", **options: Any) -> dict[str, Any]:
        request: dict[str, Any] = {
            "TranscriptionJobName": name,
            "Media": MEDIA,
            "OutputBucketName": "results",
            "OutputKey": "work/transcribe.json",
        }
        if not options.keys() & {"IdentifyLanguage", "IdentifyMultipleLanguages"}:
            request["LanguageCode"] = "en-US"
        job = self.client.call("StartTranscriptionJob", **(request | options))["TranscriptionJob"]
        return dict(job)

    def finished(self, name: str = "job-1", seconds: float = 60.0) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.client.call("GetTranscriptionJob", TranscriptionJobName=name)[
                "TranscriptionJob"
            ]
            if job["TranscriptionJobStatus"] in ("COMPLETED", "FAILED"):
                return job
            time.sleep(0.02)
        raise AssertionError(f"{name} still runs after {seconds} s")

    def wait_for_event(self) -> tuple[str, str, dict[str, Any]]:
        deadline = time.monotonic() + 60
        while not self.events.events and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.events.events[-1]

    def output(self) -> dict[str, Any]:
        return dict(json.loads(self.folder.stored["results", "work/transcribe.json"]))


class Engines:
    """An engine pool that heard something already, or fails as told; it keeps what it was asked."""

    def __init__(self, outcome: Speech | Hearing | Exception | Callable[[], Speech]) -> None:
        self._outcome = outcome
        self.asked: list[dict[str, Any]] = []

    def run(self, task: str, *args: Any, **options: Any) -> Any:
        if task == "text.spoken_pii:spoken_personal_data":
            return spoken_personal_data(*args)
        assert task == "speech.recognition:transcribe"
        self.asked.append(options)
        if options["by_channel"]:
            return Hearing((_speech(), _speech(shift=0.25)), "en", (("en", 0.9),))
        outcome = self._outcome() if callable(self._outcome) else self._outcome
        if isinstance(outcome, Exception):
            raise outcome
        return outcome if isinstance(outcome, Hearing) else _hearing(outcome)


def _hearing(*channels: Speech) -> Hearing:
    is_spoken = any(speech.segments for speech in channels)
    return Hearing(channels, "en" if is_spoken else None, (("en", 0.9), ("nn", 0.04)) if is_spoken else ())


def _speech(confidence: float = 0.9, duration: float = 4.0, shift: float = 0.0) -> Speech:
    words = (
        SpokenWord("Hello", 0.5 + shift, 0.9 + shift, confidence, after=","),
        SpokenWord("there", 0.9 + shift, 1.25 + shift, confidence, after="."),
        SpokenWord("Again", 2.5 + shift, 3.0 + shift, confidence, after="?"),
    )
    segments = (SpeechSegment(words[:2]), SpeechSegment(words[2:]))
    return Speech(duration, 16_000, "wav", segments if duration > 1 else ())


@pytest.fixture
def heard() -> Transcribing:
    return Transcribing(Engines(_speech()))


@needs_weights("whisper-base")
def test_real_speech_becomes_a_transcript_of_transcribes_shape(engines: EnginePool, tmp_path: Path) -> None:
    service = Transcribing(engines)
    service.folder.stored["media", "talk.wav"] = spoken(tmp_path, SENTENCES).read_bytes()
    started = service.start(IdentifyLanguage=True, MediaFormat="wav")
    assert started["TranscriptionJobStatus"] in ("QUEUED", "IN_PROGRESS")

    job = service.finished()
    assert job["TranscriptionJobStatus"] == "COMPLETED", job.get("FailureReason")
    assert job["LanguageCode"] == "en-US"
    assert 0.8 < job["IdentifiedLanguageScore"] <= 1
    assert job["MediaFormat"] == "wav"
    assert job["Transcript"]["TranscriptFileUri"].endswith("/results/work/transcribe.json")
    assert job["CreationTime"] <= job["StartTime"] <= job["CompletionTime"]
    assert service.folder.media_types["results", "work/transcribe.json"] == "application/json"

    output = service.output()
    transcript = output["results"]["transcripts"][0]["transcript"]
    assert compare(transcript.split(), SENTENCES).error_rate <= 0.06
    assert transcript.startswith("The quarterly numbers")
    assert any(item["type"] == "punctuation" for item in output["results"]["items"])
    assert service.wait_for_event() == (
        "aws.transcribe",
        "Transcribe Job State Change",
        {"TranscriptionJobName": "job-1", "TranscriptionJobStatus": "COMPLETED"},
    )


def test_the_output_has_what_the_real_one_has_spelt_the_same(heard: Transcribing) -> None:
    heard.start(IdentifyLanguage=True)
    heard.finished()
    output = heard.output()
    assert output["jobName"] == "job-1"
    assert output["accountId"] == "111122223333"
    assert output["status"] == "COMPLETED"
    results = output["results"]
    assert results["transcripts"] == [{"transcript": "Hello, there. Again?"}]
    assert results["language_code"] == "en-US"
    assert results["language_identification"] == [{"score": "0.9000", "code": "en-US"}]
    assert results["items"][1:3] == [
        {"id": 1, "type": "punctuation", "alternatives": [{"confidence": "0.0", "content": ","}]},
        {
            "id": 2,
            "type": "pronunciation",
            "alternatives": [{"confidence": "0.9", "content": "there"}],
            "start_time": "0.9",
            "end_time": "1.25",
        },
    ]
    first, second = results["audio_segments"]
    assert first == {
        "id": 0,
        "transcript": "Hello, there.",
        "start_time": "0.5",
        "end_time": "1.25",
        "items": [0, 1, 2, 3],
    }
    assert (second["transcript"], second["items"]) == ("Again?", [4, 5])


def test_keys_and_spellings_are_those_of_recorded_outputs(heard: Transcribing, shared_data: Path) -> None:
    heard.start()
    heard.finished()
    output = heard.output()
    folder = shared_data / "aws-transcribe" / "aws_transcribe_to_docx"
    recorded = json.loads((folder / "01-plain.json").read_text())
    assert set(recorded) == set(output)
    snapshots = json.loads(
        (shared_data / "aws-transcribe" / "localstack" / "test_transcribe.snapshot.json").read_text()
    )
    (diarized,) = (
        value for key, value in snapshots.items() if key.endswith("test_transcribe_speaker_diarization")
    )
    newest = diarized["recorded-content"]["transcribe_speaker_diarization"]["results"]
    assert set(output["results"]) == set(newest) - {"speaker_labels"}
    for kind in ("pronunciation", "punctuation"):
        ours, theirs = (
            next(item for item in results["items"] if item["type"] == kind)
            for results in (output["results"], newest)
        )
        assert set(ours) == set(theirs) - {"speaker_label"}
    assert set(output["results"]["audio_segments"][0]) == set(newest["audio_segments"][0]) - {"speaker_label"}
    number = re.compile(r"\d+\.\d{1,3}")
    for results in (newest, output["results"]):
        assert all(number.fullmatch(item["start_time"]) for item in results["items"] if "start_time" in item)


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("deep/folder/transcript.json", "deep/folder/transcript.json"),
        ("deep/folder/", "deep/folder/job-1.json"),
        ("deep/folder", "deep/folder/job-1.json"),
        (None, "job-1.json"),
    ],
)
def test_the_output_key_follows_transcribes_rule(heard: Transcribing, key: str | None, written: str) -> None:
    request = {
        "TranscriptionJobName": "job-1",
        "LanguageCode": "en-GB",
        "Media": MEDIA,
        "OutputBucketName": "results",
    } | ({"OutputKey": key} if key else {})
    heard.client.call("StartTranscriptionJob", **request)
    assert heard.finished()["LanguageCode"] == "en-GB"
    assert ("results", written) in heard.folder.stored


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


@pytest.mark.parametrize(
    ("options", "absent"),
    [
        ({"Settings": {"ShowSpeakerLabels": True, "MaxSpeakerLabels": 4}}, "speaker_labels"),
        ({"ToxicityDetection": [{"ToxicityCategories": ["ALL"]}]}, "toxicity_detection"),
        ({"IdentifyMultipleLanguages": True}, "language_codes"),
    ],
)
def test_what_no_engine_can_add_is_left_out_and_costs_no_transcript(
    heard: Transcribing, options: dict[str, Any], absent: str
) -> None:
    heard.start(**options)
    job = heard.finished()
    assert job["TranscriptionJobStatus"] == "COMPLETED", job.get("FailureReason")
    results = heard.output()["results"]
    assert absent not in results
    assert results["transcripts"] == [{"transcript": "Hello, there. Again?"}]
    assert all("speaker_label" not in item for item in results["items"])
    assert {name: value for name, value in job.items() if name in options} == {
        name: value if name != "Settings" else job["Settings"] for name, value in options.items()
    }


def test_channels_are_heard_each_by_itself_as_recorded_outputs_show_them(
    heard: Transcribing, shared_data: Path
) -> None:
    heard.start(Settings={"ChannelIdentification": True})
    heard.finished()
    output = heard.output()
    results = output["results"]
    assert results["transcripts"] == [{"transcript": "Hello, Hello, there. there. Again? Again?"}]
    folder = shared_data / "aws-transcribe" / "aws_transcribe_to_docx"
    recorded = json.loads((folder / "02-channel-identification.json").read_text())["results"][
        "channel_labels"
    ]
    labels = results["channel_labels"]
    assert set(labels) == set(recorded)
    assert labels["number_of_channels"] == recorded["number_of_channels"] == 2
    assert set(labels["channels"][0]) == set(recorded["channels"][0])
    read = read_output(output)
    assert read.unread == ()
    said = utterances(read.items, "en-US")
    assert [(one.speaker, one.text, one.start_ms) for one in said] == [
        ("ch_0", "Hello, there.", 500),
        ("ch_1", "Hello, there.", 750),
        ("ch_0", "Again?", 2500),
        ("ch_1", "Again?", 2750),
    ]
    assert [segment["channel_label"] for segment in results["audio_segments"]] == ["ch_0", "ch_1"] * 2


def _dialogue() -> Hearing:
    first = tuple(replace(word, speaker=0) for word in _speech().segments[0].words)
    second = tuple(replace(word, speaker=1) for word in _speech().segments[1].words)
    speech = Speech(4.0, 16_000, "wav", (SpeechSegment(first), SpeechSegment(second)))
    return Hearing((speech,), "en", (("en", 0.9),))


def test_speakers_are_told_apart_as_recorded_outputs_show_them(shared_data: Path) -> None:
    service = Transcribing(Engines(_dialogue()))
    service.start(Settings={"ShowSpeakerLabels": True, "MaxSpeakerLabels": 4})
    service.finished()
    assert service.engines.asked[0]["max_speakers"] == 4
    output = service.output()
    results = output["results"]
    snapshots = json.loads(
        (shared_data / "aws-transcribe" / "localstack" / "test_transcribe.snapshot.json").read_text()
    )
    (diarized,) = (
        value for key, value in snapshots.items() if key.endswith("test_transcribe_speaker_diarization")
    )
    newest = diarized["recorded-content"]["transcribe_speaker_diarization"]["results"]
    assert set(results) == set(newest)
    assert {frozenset(item) for item in results["items"]} == {frozenset(item) for item in newest["items"]}
    assert set(results["audio_segments"][0]) == set(newest["audio_segments"][0])
    ours, theirs = results["speaker_labels"], newest["speaker_labels"]
    assert set(ours) == set(theirs)
    assert (ours["speakers"], ours["channel_label"]) == (theirs["speakers"], theirs["channel_label"])
    assert set(ours["segments"][0]) == set(theirs["segments"][0])
    assert set(ours["segments"][0]["items"][0]) == set(theirs["segments"][0]["items"][0])
    said = utterances(read_output(output).items, "en-US")
    assert [(one.speaker, one.text) for one in said] == [("spk_0", "Hello, there."), ("spk_1", "Again?")]


def _spelt_out() -> Speech:
    said = [
        "my",
        "number",
        "is",
        "four",
        "one",
        "five",
        "five",
        "five",
        "five",
        "one",
        "two",
        "three",
        "four",
    ]
    said.append("thanks")
    words = tuple(SpokenWord(word, at / 2, at / 2 + 0.4, 0.9) for at, word in enumerate(said))
    return Speech(8.0, 16_000, "wav", (SpeechSegment(words[:6]), SpeechSegment(words[6:])))


@pytest.mark.parametrize("output", ["redacted", "redacted_and_unredacted"])
def test_personal_data_is_taken_out_of_the_redacted_transcript(output: str) -> None:
    service = Transcribing(Engines(_spelt_out()))
    service.start(ContentRedaction={"RedactionType": "PII", "RedactionOutput": output})
    transcript = service.finished()["Transcript"]
    assert transcript["RedactedTranscriptFileUri"].endswith("/results/work/redacted-transcribe.json")
    has_other = ("results", "work/transcribe.json") in service.folder.stored
    assert has_other == ("TranscriptFileUri" in transcript) == (output != "redacted")
    redacted = json.loads(service.folder.stored["results", "work/redacted-transcribe.json"])
    assert redacted["isRedacted"] is True
    assert redacted["results"]["transcripts"] == [{"transcript": "my number is [PII] thanks"}]
    assert "five" not in json.dumps(redacted)
    heard = read_output(redacted)
    assert heard.is_redacted
    mark = heard.items[3].item
    assert (mark.text, mark.start_ms, mark.end_ms, mark.confidence) == ("[PII]", 1500, 6400, None)


def test_only_the_types_that_were_named_are_redacted() -> None:
    service = Transcribing(Engines(_spelt_out()))
    redaction = {"RedactionType": "PII", "RedactionOutput": "redacted", "PiiEntityTypes": ["NAME"]}
    service.start(ContentRedaction=redaction)
    assert service.finished()["ContentRedaction"] == redaction
    redacted = json.loads(service.folder.stored["results", "work/redacted-transcribe.json"])
    assert "four one five" in redacted["results"]["transcripts"][0]["transcript"]


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (OtherLanguageError("the engine knows English only"), "can't be transcribed: the engine knows"),
        (Speech(4.0, 16_000, "wav", ()), "No speech was found"),
        (_speech(duration=0.2), "0.5 is the least"),
        (EngineMissingError("no speech engine: not here"), "no speech engine: not here"),
        (RuntimeError("a bug"), "internal failure: RuntimeError: a bug"),
    ],
    ids=["foreign", "silent", "short", "no-engine", "bug"],
)
def test_language_identification_and_engines_fail_with_a_reason(
    outcome: Speech | Exception, reason: str
) -> None:
    service = Transcribing(Engines(outcome))
    service.start(IdentifyLanguage=True)
    job = service.finished()
    assert job["TranscriptionJobStatus"] == "FAILED"
    assert reason in job["FailureReason"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"LanguageCode": "en-US"}, "sounds like German (probability 0.98), but its LanguageCode is en-US."),
        (
            {"IdentifyLanguage": True, "LanguageOptions": ["fr-FR", "en-GB"]},
            "sounds like German (probability 0.98), but its LanguageOptions are fr-FR, en-GB.",
        ),
        ({"IdentifyLanguage": True}, "sounds like German (probability 0.98), which Transcribe doesn't know."),
    ],
)
def test_a_language_that_was_not_asked_for_fails_the_job_in_words(
    options: dict[str, Any], reason: str
) -> None:
    service = Transcribing(Engines(OtherLanguageError("the speech is de", ("de", 0.98))))
    service.start(**options)
    job = service.finished()
    assert job["TranscriptionJobStatus"] == "FAILED"
    assert job["FailureReason"].endswith(reason)


def test_a_language_is_reported_under_the_code_that_was_asked_for() -> None:
    german = Hearing(_hearing(_speech()).channels, "de", (("de", 0.7), ("nl", 0.2), ("la", 0.05)))
    service = Transcribing(Engines(german))
    service.start("any", IdentifyLanguage=True)
    assert service.finished("any")["LanguageCode"] == "de-DE"
    scores = service.output()["results"]["language_identification"]
    assert scores == [{"score": "0.7000", "code": "de-DE"}, {"score": "0.2000", "code": "nl-NL"}]
    service.start("swiss", IdentifyLanguage=True, LanguageOptions=["en-US", "de-CH"])
    job = service.finished("swiss")
    assert (job["LanguageCode"], job["IdentifiedLanguageScore"]) == ("de-CH", 0.7)
    assert service.engines.asked[-1]["languages"] == ("en", "de")
    assert service.engines.asked[-1]["identify"]


def test_unspaced_scripts_are_joined_without_blanks() -> None:
    words = tuple(SpokenWord(sign, at, at + 1.0, 0.9) for at, sign in enumerate("你好"))
    heard = Hearing((Speech(4.0, 16_000, "wav", (SpeechSegment(words),)),), "zh", (("zh", 0.9),))
    service = Transcribing(Engines(heard))
    service.start(LanguageCode="zh-CN")
    service.finished()
    assert service.output()["results"]["transcripts"] == [{"transcript": "你好"}]


def test_silence_in_a_given_language_is_an_empty_transcript() -> None:
    service = Transcribing(Engines(Speech(4.0, 16_000, "wav", ())))
    service.start()
    assert service.finished()["TranscriptionJobStatus"] == "COMPLETED"
    assert service.output()["results"]["items"] == []


def test_one_job_runs_while_others_are_queued_and_a_deleted_one_never_starts() -> None:
    heard: list[int] = []

    def slowly() -> Speech:
        heard.append(1)
        time.sleep(0.4)
        return _speech()

    service = Transcribing(Engines(slowly))
    for name in ("a", "b"):
        service.start(name, OutputKey=f"{name}.json")
        time.sleep(0.1)
    statuses = {
        job["TranscriptionJobName"]: job["TranscriptionJobStatus"]
        for job in service.client.call("ListTranscriptionJobs")["TranscriptionJobSummaries"]
    }
    assert statuses == {"a": "IN_PROGRESS", "b": "QUEUED"}
    service.client.call("DeleteTranscriptionJob", TranscriptionJobName="b")
    service.finished("a")
    time.sleep(0.2)
    assert len(heard) == 1
    assert ("results", "b.json") not in service.folder.stored


@pytest.mark.parametrize("name", ["derived/truncated.wav", "derived/zero-byte.mp4", "pocketsphinx/bad.wav"])
def test_broken_media_fails_the_job(engines: EnginePool, shared_data: Path, name: str) -> None:
    service = Transcribing(engines)
    service.folder.stored["media", "talk.wav"] = (shared_data / "media-malformed" / name).read_bytes()
    service.start()
    job = service.finished()
    assert job["TranscriptionJobStatus"] == "FAILED"
    assert job["FailureReason"]
