"""The transcript lies on the asset's clock, in the language that was heard, and tells what it left out."""

from __future__ import annotations

import pytest

from domain.admission import Admission, Member
from domain.asset import AssetRef, Modality, Source
from domain.errors import InvalidInputError, InvalidServiceOutputError
from domain.transcript import TranscriptItem
from lambdas.aws.transcribe import FinishedJob
from lambdas.aws.transcribe_output import HeardItem, HeardSpeech
from lambdas.transcription.speaking import silent_members, speaking_member
from lambdas.transcription.transcript import build_transcript, summarize

_JOB = FinishedJob("braid-dev-talk-1", "de-DE", 0.9)


def _heard(*starts: int, language_code: str | None = None, unread: tuple[str, ...] = ()) -> HeardSpeech:
    items = tuple(HeardItem(TranscriptItem("ja", at, at + 100, 0.8, "word"), None) for at in starts)
    return HeardSpeech(language_code, items, unread)


@pytest.mark.parametrize(("start_ms", "expected"), [(0, (500, 600)), (250, (750, 850)), (-550, (0, 50))])
def test_times_are_those_of_the_asset(start_ms: int, expected: tuple[int, int]) -> None:
    (utterance,) = build_transcript(_heard(500), _JOB, start_ms=start_ms, duration_ms=9000).utterances
    assert (utterance.start_ms, utterance.end_ms) == expected
    assert (utterance.items[0].start_ms, utterance.items[0].end_ms) == expected


def test_the_language_is_the_outputs_else_the_jobs_else_an_error() -> None:
    assert build_transcript(_heard(0), _JOB, start_ms=0, duration_ms=1).language_code == "de-DE"
    heard = _heard(0, language_code="de-CH")
    assert build_transcript(heard, _JOB, start_ms=0, duration_ms=1).language_code == "de-CH"
    with pytest.raises(InvalidServiceOutputError, match="names no language"):
        build_transcript(_heard(0), FinishedJob("talk", None, None), start_ms=0, duration_ms=1)


def test_nobody_speaking_is_a_transcript_too() -> None:
    transcript = build_transcript(_heard(), _JOB, start_ms=0, duration_ms=31_000)
    assert transcript.utterances == ()
    assert summarize(transcript) == "nobody was heard speaking"
    assert summarize(build_transcript(_heard(0, 5000), _JOB, start_ms=0, duration_ms=1)) == (
        "2 words in 2 utterances until 00:00:05.100, de-DE"
    )


def test_what_the_service_says_beyond_our_knowledge_is_listed() -> None:
    transcript = build_transcript(_heard(unread=("results.topics",)), _JOB, start_ms=0, duration_ms=1)
    assert "results.topics" in transcript.missing[0].reason


def _admission(*members: tuple[str, bool]) -> Admission:
    source = Source("inbox", "inbox/talk.bundle/manifest.json", "v1")
    admitted = tuple(
        Member(name, "audio", "inbox", name, "v1", 1, "audio/flac", (Modality.SPEECH,) if speaks else ())
        for name, speaks in members
    )
    return Admission(AssetRef("talk", 1, "general", source), "audio/flac", admitted, (Modality.SPEECH,), ())


def test_of_several_speaking_members_the_first_is_heard_and_the_others_are_told() -> None:
    admission = _admission(("slides.pdf", False), ("talk.mp4", True), ("aside.wav", True))
    assert speaking_member(admission).name == "talk.mp4"
    (missing,) = silent_members(admission)
    assert missing.reason == (
        "'aside.wav' speaks too; of a bundle one recording is transcribed, here 'talk.mp4'"
    )
    with pytest.raises(InvalidInputError, match="no member of talk speaks"):
        speaking_member(_admission(("slides.pdf", False)))
