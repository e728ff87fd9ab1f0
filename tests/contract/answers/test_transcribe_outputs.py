"""Every JSON of Transcribe's that we have is read, or refused in words; and what newer options write."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from braid.aws.transcribe.jobs import FinishedJob, read_job
from braid.aws.transcribe.output import read_output
from braid.domain.errors import InvalidServiceOutputError, PendingError, UnsupportedError
from braid.domain.profile.sections.gates import GatePlan
from braid.domain.profile.sections.speech import SpeechPlan
from lambdas.transcription.transcript import Recording, build_transcript
from lambdas.transcription.utterances import utterances
from tests.conftest import NO_REAL_MATERIAL, REAL_MATERIAL

_PATTERNS = ("aws-transcribe/*/*.json", "aws-events/*transcribe*/*.json")
_FILES = [path for pattern in _PATTERNS for path in sorted(REAL_MATERIAL.glob(pattern))]


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.name) for path in _FILES]
    or [pytest.param(None, id="none", marks=pytest.mark.skip(reason=NO_REAL_MATERIAL))],
)
def test_a_recorded_file_becomes_a_transcript_or_is_refused(path: Path) -> None:
    """What it holds decides which; nothing of it may end in an error that isn't ours."""
    document = json.loads(path.read_text("utf-8"))
    if "results" in document:
        heard = read_output(document)
        job = FinishedJob("recorded", "en-US", None)
        transcript = build_transcript(
            [Recording(heard, job, SpeechPlan(), 0)], GatePlan().word_confidence, duration_ms=None
        )
        items = [item for utterance in transcript.utterances for item in utterance.items]
        assert len(items) == len(document["results"]["items"])
        assert transcript.warnings == ()
        return
    with pytest.raises(InvalidServiceOutputError, match="it has no results, only "):
        read_output(document)
    for answer in _jobs(document):
        with suppress(PendingError, UnsupportedError):
            assert read_job(answer).job_name


def _jobs(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Answers of GetTranscriptionJob wherever they stand in the document."""
    if "TranscriptionJobName" in document.get("TranscriptionJob", ()):
        return [{"TranscriptionJob": document["TranscriptionJob"]}]
    return [job for value in document.values() if isinstance(value, dict) for job in _jobs(value)]


def _word(text: str, at: float, **more: Any) -> dict[str, Any]:
    return {
        "type": "pronunciation",
        "start_time": str(at),
        "end_time": str(at + 0.2),
        "alternatives": [{"confidence": "0.9", "content": text}],
        **more,
    }


def _mark(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": text}], **more}


def _output(items: list[dict[str, Any]], **results: Any) -> dict[str, Any]:
    return {"status": "COMPLETED", "results": {"transcripts": [], "items": items, **results}}


def test_of_several_languages_each_utterance_knows_its_own() -> None:
    english, japanese = {"language_code": "en-US"}, {"language_code": "ja-JP"}
    output = _output(
        [
            _word("Welcome", 0.0, **english),
            _mark(".", **english),
            _word("一つ", 0.3, **japanese),
            _word("の", 0.5, **japanese),
            _mark("。", **japanese),
            _word("Thanks", 0.8, **english),
        ],
        language_codes=[
            {"language_code": "ja-JP", "duration_in_seconds": "0.4"},
            {"language_code": "en-US", "duration_in_seconds": "0.6"},
        ],
    )
    heard = read_output(output)
    assert heard.unread == ()
    assert heard.language_code == "en-US"
    said = utterances(heard.items, "en-US")
    assert [(one.text, one.language_code) for one in said] == [
        ("Welcome.", None),
        ("一つの。", "ja-JP"),
        ("Thanks", None),
    ]


def test_words_that_a_filter_tags_are_marked_where_they_stand() -> None:
    items = [
        _word("a", 0.0, vocabularyFilterMatch=False),
        _word("rude", 0.2, vocabularyFilterMatch=True),
        _word("word", 0.4, vocabulary_filter_match=True),
    ]
    (utterance,) = utterances(read_output(_output(items)).items, "en-US")
    assert utterance.flagged == (1, 2)
    assert utterance.text == "a rude word"


def test_toxic_stretches_are_read_as_the_developer_guide_shows_them() -> None:
    stretch = {
        "text": "That's why I didn't want to play with your * .",
        "toxicity": 0.7638,
        "categories": {"profanity": 0.9913, "hate_speech": 0.0382, "violence_or_threat": 0.0024},
        "start_time": 8.92,
        "end_time": 21.45,
    }
    heard = read_output(_output([_word("That's", 9.0)], toxicity_detection=[stretch]))
    assert heard.unread == ()
    (toxic,) = heard.toxicity
    assert (toxic.start_ms, toxic.end_ms, toxic.confidence) == (8920, 21450, 0.7638)
    assert toxic.categories == {"hate_speech": 0.0382, "profanity": 0.9913, "violence_or_threat": 0.0024}


@pytest.mark.parametrize(
    "damage",
    [
        "none",
        ["text"],
        [{"toxicity": 0.5, "categories": {"insult": "much"}, "start_time": 0, "end_time": 1}],
        [{"toxicity": 0.5, "categories": [], "start_time": 0, "end_time": 1}],
        [{"categories": {}, "start_time": 0, "end_time": 1}],
    ],
)
def test_a_damaged_stretch_is_refused(damage: Any) -> None:
    with pytest.raises(InvalidServiceOutputError, match="toxicity_detection"):
        read_output(_output([], toxicity_detection=damage))


def test_damaged_languages_are_refused() -> None:
    with pytest.raises(InvalidServiceOutputError, match="language_codes"):
        read_output(_output([], language_codes=[{"duration_in_seconds": "0.4"}]))
    assert read_output(_output([], language_codes=[])).language_code is None


def test_a_redacted_output_says_so() -> None:
    assert read_output({**_output([]), "isRedacted": True}).is_redacted
    assert not read_output(_output([])).is_redacted
    assert not read_output({**_output([]), "isRedacted": False}).is_redacted
