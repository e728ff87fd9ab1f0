"""Which language the local Transcribe reports, how it joins words, and what fails in words."""

from __future__ import annotations

from typing import Any

import pytest

from local.engines.errors import EngineMissingError, OtherLanguageError
from local.engines.findings import Hearing, Speech, SpeechSegment, SpokenWord
from tests.contract.local_services.transcribe.transcribing import (
    Engines,
    Transcribing,
    hearing,
    two_sentences,
)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (OtherLanguageError("the engine knows English only"), "can't be transcribed: the engine knows"),
        (Speech(4.0, 16_000, "wav", ()), "No speech was found"),
        (two_sentences(duration=0.2), "0.5 is the least"),
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
    german = Hearing(hearing(two_sentences()).channels, "de", (("de", 0.7), ("nl", 0.2), ("la", 0.05)))
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
