"""The output file of the local Transcribe: where it is written, its members and how they are spelt."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from evaluation.speech.scoring import compare
from local.engines.pool import EnginePool
from tests.contract.local_services.transcribe.transcribing import MEDIA, Transcribing
from tests.local.needed_weights import needs_weights
from tests.local.spoken import SENTENCES, spoken


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
