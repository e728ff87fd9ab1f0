"""Channels, speakers and personal data in outputs of the local Transcribe."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from braid.aws.transcribe.output import read_output
from lambdas.transcription.utterances import utterances
from local.engines.findings import Hearing, Speech, SpeechSegment
from tests.contract.local_services.transcribe.transcribing import (
    Engines,
    Transcribing,
    spelt_out,
    two_sentences,
)


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
    first = tuple(replace(word, speaker=0) for word in two_sentences().segments[0].words)
    second = tuple(replace(word, speaker=1) for word in two_sentences().segments[1].words)
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


@pytest.mark.parametrize("output", ["redacted", "redacted_and_unredacted"])
def test_personal_data_is_taken_out_of_the_redacted_transcript(output: str) -> None:
    service = Transcribing(Engines(spelt_out()))
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
    service = Transcribing(Engines(spelt_out()))
    redaction = {"RedactionType": "PII", "RedactionOutput": "redacted", "PiiEntityTypes": ["NAME"]}
    service.start(ContentRedaction=redaction)
    assert service.finished()["ContentRedaction"] == redaction
    redacted = json.loads(service.folder.stored["results", "work/redacted-transcribe.json"])
    assert "four one five" in redacted["results"]["transcripts"][0]["transcript"]
