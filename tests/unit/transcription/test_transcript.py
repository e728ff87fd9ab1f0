"""The transcript lies on the asset's clock, in the language that was heard, and tells what it left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from braid.aws.transcribe.jobs import FinishedJob
from braid.aws.transcribe.output import HeardItem, HeardSpeech
from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError, InvalidServiceOutputError
from braid.domain.evidence.transcript import ToxicSpeech, Transcript, TranscriptItem
from braid.domain.profile.sections.gates import Band
from braid.domain.profile.sections.speech import SpeechPlan
from lambdas.transcription.sound_plan import (
    Sound,
    asked_of,
    job_name_of,
    numbered,
    speaking_members,
    unheard_members,
)
from lambdas.transcription.transcript import Recording, build_transcript, summarize

_JOB = FinishedJob("braid-dev-talk-1", "de-DE", 0.9)


def _heard(*starts: int, language_code: str | None = None, unread: tuple[str, ...] = ()) -> HeardSpeech:
    items = tuple(HeardItem(TranscriptItem("ja", at, at + 100, 0.8, "word"), None) for at in starts)
    return HeardSpeech(language_code, items, unread)


def _transcript(
    heard: HeardSpeech, *, start_ms: int = 0, job: FinishedJob = _JOB, plan: SpeechPlan | None = None
) -> Transcript:
    return build_transcript([Recording(heard, job, plan or SpeechPlan(), start_ms)], duration_ms=9000)


@pytest.mark.parametrize(("start_ms", "expected"), [(0, (500, 600)), (250, (750, 850)), (-550, (0, 50))])
def test_times_are_those_of_the_asset(start_ms: int, expected: tuple[int, int]) -> None:
    toxic = ToxicSpeech(500, 600, "ja", 0.7, {"insult": 0.7})
    transcript = _transcript(replace(_heard(500), toxicity=(toxic,)), start_ms=start_ms)
    (utterance,) = transcript.utterances
    assert (utterance.start_ms, utterance.end_ms) == expected
    assert (utterance.items[0].start_ms, utterance.items[0].end_ms) == expected
    (judged,) = transcript.toxicity
    assert (judged.start_ms, judged.end_ms) == expected


def test_the_language_is_the_outputs_else_the_jobs_else_an_error() -> None:
    assert _transcript(_heard(0)).language_code == "de-DE"
    assert _transcript(_heard(0, language_code="de-CH")).language_code == "de-CH"
    with pytest.raises(InvalidServiceOutputError, match="names no language"):
        _transcript(_heard(0), job=FinishedJob("talk", None, None))


def test_nobody_speaking_is_a_transcript_too() -> None:
    transcript = _transcript(_heard())
    assert transcript.utterances == ()
    assert summarize(transcript) == "nobody was heard speaking"
    assert summarize(_transcript(_heard(0, 5000))) == "2 words in 2 utterances until 00:00:05.100, de-DE"


def test_what_the_service_says_beyond_our_knowledge_is_listed() -> None:
    assert "results.topics" in _transcript(_heard(unread=("results.topics",))).missing[0].reason


def test_recordings_of_a_bundle_follow_each_other_each_in_its_language() -> None:
    first = Recording(_heard(900, 8000), _JOB, SpeechPlan(), 0, "talk.mp4")
    second = Recording(_heard(100), FinishedJob("talk-2", "en-US", None), SpeechPlan(), 200, "aside.wav")
    transcript = build_transcript([first, second], duration_ms=9000)
    assert transcript.language_code == "de-DE"
    assert [
        (said.utterance_id, said.member, said.start_ms, said.language_code) for said in transcript.utterances
    ] == [
        ("u0001", "talk.mp4", 900, None),
        ("u0002", "talk.mp4", 8000, None),
        ("u0003", "aside.wav", 300, "en-US"),
    ]
    assert "3 words in 3 utterances of 2 recordings until 00:00:08.100" in summarize(transcript)


def test_every_part_that_was_asked_for_and_is_not_there_is_listed() -> None:
    plan = SpeechPlan(language_code="en-US", max_speakers=3, toxicity=True)
    missing = _transcript(_heard(0), plan=plan).missing
    assert {part.operation for part in missing} == {
        "transcribe:ShowSpeakerLabels",
        "transcribe:ToxicityDetection",
    }
    there = replace(_heard(0), parts=frozenset({"speaker_labels", "toxicity_detection"}))
    assert _transcript(there, plan=plan).missing == ()

    plan = SpeechPlan(several_languages=True, channels=True)
    missing = _transcript(_heard(0), plan=plan).missing
    assert {part.operation for part in missing} == {
        "transcribe:ChannelIdentification",
        "transcribe:IdentifyMultipleLanguages",
    }
    there = replace(_heard(0), parts=frozenset({"channel_labels", "language_codes"}))
    assert _transcript(there, plan=plan).missing == ()


def test_what_should_be_redacted_and_is_not_is_never_published() -> None:
    plan = SpeechPlan(language_code="en-US", redact_pii="redacted")
    with pytest.raises(InvalidServiceOutputError, match="isn't redacted"):
        _transcript(_heard(0), plan=plan)
    assert _transcript(replace(_heard(0), is_redacted=True), plan=plan).missing == ()


def _confident(confidence: float | None, count: int) -> HeardSpeech:
    words = (TranscriptItem("ja", at * 200, at * 200 + 100, confidence, "word") for at in range(count))
    return HeardSpeech("en-US", tuple(HeardItem(word, None) for word in words))


@pytest.mark.parametrize(
    ("confidence", "count", "is_doubtful"),
    [(0.59, 30, True), (0.61, 30, False), (0.1, 9, False), (None, 30, False), (0.0, 10, True)],
)
def test_words_of_low_confidence_warn_of_another_language(
    confidence: float | None, count: int, is_doubtful: bool
) -> None:
    recording = Recording(_confident(confidence, count), _JOB, SpeechPlan(), 0)
    transcript = build_transcript([recording], Band(warn_below=0.6), duration_ms=None)
    assert bool(transcript.warnings) == is_doubtful
    if is_doubtful:
        assert "the language may be another than en-US" in transcript.warnings[0]
        assert summarize(transcript).endswith("en-US, doubtful")


def _admission(*members: tuple[str, bool]) -> Admission:
    source = Source("inbox", "inbox/talk.bundle/manifest.json", "v1")
    admitted = tuple(
        Member(name, "audio", "inbox", name, "v1", 1, "audio/flac", (Modality.SPEECH,) if speaks else ())
        for name, speaks in members
    )
    return Admission(AssetRef("talk", 1, "general", source), "audio/flac", admitted, (Modality.SPEECH,), ())


def test_four_speaking_members_are_heard_and_the_others_are_told() -> None:
    admission = _admission(("slides.pdf", False), *((f"{number}.wav", True) for number in range(1, 6)))
    assert [member.name for member in speaking_members(admission)] == ["1.wav", "2.wav", "3.wav", "4.wav"]
    (missing,) = unheard_members(admission)
    assert missing.reason == "'5.wav': of a bundle 4 recordings are transcribed, the first"
    assert unheard_members(_admission(("a.wav", True))) == ()
    with pytest.raises(InvalidInputError, match="no member of talk speaks"):
        speaking_members(_admission(("slides.pdf", False)))


def test_names_of_a_bundles_recordings_begin_with_those_of_a_single_one() -> None:
    assert [numbered("sound.json", number) for number in (1, 2)] == ["sound.json", "sound-2.json"]
    assert [job_name_of("braid-dev-talk-1", number) for number in (1, 4)] == [
        "braid-dev-talk-1",
        "braid-dev-talk-1-4",
    ]


def test_of_a_single_channel_no_channels_are_asked_for() -> None:
    plan = SpeechPlan(channels=True)
    audio = Claim("s3://results/work/a/1/audio.wav", "audio/wav", 1, "0" * 64)
    mono = Sound("a.wav", audio, "wav", 0, 1000, channels=1)
    assert not asked_of(mono, plan).channels
    assert asked_of(replace(mono, channels=2), plan) == plan
    assert asked_of(replace(mono, channels=None), plan) == plan
