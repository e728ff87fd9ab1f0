"""The audio description as a track: each line in its gap, faster where it must be, silence elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import av
import numpy as np
import pytest

from braid.aws.polly import SAMPLE_RATE_HZ
from braid.domain.captions.captions import CaptionCue
from braid.domain.errors import ThrottledError
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.profile.sections.audio_description import AudioDescriptionPlan
from braid.runtime.library import voice_book
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.publishing.addition import Addition
from lambdas.publishing.spoken_descriptions import MAX_RATE_PERCENT, speak_descriptions
from local.services.protocol import ServiceError
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by
from tests.doubles.tries import FIRST_TRY, LAST_TRY

MS_PER_WORD = 400
DURATION_MS = 20_000


class Narrator:
    """A tone of 400 ms for each word, with silence around it; a faster pace shortens the tone alone."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def __call__(self, members: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(members)
        text, percent = members["Text"], 100
        if members["TextType"] == "ssml":
            rate, text = text.removeprefix('<speak><prosody rate="').split('%">')
            text, percent = text.removesuffix("</prosody></speak>"), int(rate)
        count = len(text.split()) * MS_PER_WORD * SAMPLE_RATE_HZ // 1000 * 100 // percent
        tone = np.sin(np.arange(count) * 2 * np.pi * 440 / SAMPLE_RATE_HZ) * 12_000
        quiet = np.zeros(SAMPLE_RATE_HZ // 10)
        samples = np.concatenate([quiet, tone, quiet]).astype("<i2")
        return {
            "AudioStream": samples.tobytes(),
            "ContentType": "audio/pcm",
            "RequestCharacters": len(text),
        }


@pytest.fixture
def store() -> DocumentStore:
    return DocumentStore("results", "film-1", 1, s3=MemoryS3())


def line(start_ms: int, words: int) -> CaptionCue:
    return CaptionCue.of_text(start_ms, start_ms + 1000, " ".join(["word"] * words))


def spoken(
    store: DocumentStore,
    narrator: Callable[[dict[str, Any]], dict[str, Any]],
    lines: Sequence[CaptionCue],
    speech: Sequence[tuple[int, int]] = (),
    *,
    language: str = "en-US",
    plan: AudioDescriptionPlan | None = None,
    retries: Retries = FIRST_TRY,
    deadline_passed: Callable[[], bool] = lambda: False,
    duration_ms: int = DURATION_MS,
) -> Addition:
    return speak_descriptions(
        lines,
        speech,
        duration_ms=duration_ms,
        language=language,
        plan=plan or AudioDescriptionPlan(),
        voices=voice_book(),
        store=store,
        retries=retries,
        deadline_passed=deadline_passed,
        polly=answered_by("polly", {"SynthesizeSpeech": narrator}),
    )


def heard(store: DocumentStore) -> tuple[int, list[tuple[int, int]]]:
    """How long the track is, and from when to when something sounds in it, to a tenth of a second, in ms."""
    body = store.get_bytes(store.result_key("descriptions.mp3"))
    with av.open(io.BytesIO(body), format="mp3") as container:
        samples = np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])
    tenth = SAMPLE_RATE_HZ // 10
    loud = [bool(np.abs(samples[at : at + tenth]).max() > 0.05) for at in range(0, len(samples), tenth)]
    edges = np.flatnonzero(np.diff([False, *loud, False]))
    return round(len(samples) * 1000 / SAMPLE_RATE_HZ), [
        (int(begin) * 100, int(end) * 100) for begin, end in edges.reshape(-1, 2)
    ]


def test_lines_sound_in_their_gaps_and_nothing_elsewhere(store: DocumentStore) -> None:
    narrator = Narrator()
    added = spoken(store, narrator, [line(2000, 3), line(10_000, 5)], [(4000, 9000)])

    length_ms, sounds = heard(store)
    assert length_ms == pytest.approx(DURATION_MS, abs=1)
    assert sounds == [(2000, 3200), (10_000, 12_000)]
    assert added.results["descriptions_mp3"].media_type == "audio/mpeg"
    assert added.warnings == ()
    assert added.usage == (Usage("polly", "SynthesizeSpeech:neural", "character", 14 + 24),)
    assert {
        (each["VoiceId"], each["Engine"], each["OutputFormat"], each["SampleRate"]) for each in narrator.asked
    } == {("Joanna", "neural", "pcm", "16000")}


def test_a_line_that_would_run_into_speech_is_spoken_faster(store: DocumentStore) -> None:
    narrator = Narrator()
    added = spoken(store, narrator, [line(2000, 10)], [(5500, 9000)])

    assert [each["TextType"] for each in narrator.asked] == ["text", "ssml"]
    assert heard(store)[1] == [(2000, 5200)] or heard(store)[1] == [(2000, 5300)]
    assert added.warnings == ()
    assert added.usage[0].quantity == 2 * len(line(0, 10).text), "both requests are billed"


def test_a_line_that_would_run_into_the_next_is_spoken_faster(store: DocumentStore) -> None:
    spoken(store, Narrator(), [line(2000, 5), line(3700, 2)])
    first, second = heard(store)[1] if len(heard(store)[1]) == 2 else ((2000, 3700), (3700, 4500))
    assert first[1] <= 3700
    assert second == (3700, 4500)


def test_a_line_that_does_not_fit_is_left_out_and_told(store: DocumentStore) -> None:
    narrator = Narrator()
    added = spoken(
        store, narrator, [line(2000, 10), line(10_000, 2), line(16_500, 2)], [(4000, 9000), (16_000, 17_000)]
    )

    assert heard(store)[1] == [(10_000, 10_800)]
    assert added.warnings == (
        "audio description: the line at 0:02.0 isn't spoken: it takes 4.0 seconds, and there are 2.0",
        "audio description: the line at 0:16.5 isn't spoken: somebody speaks there",
    )
    assert [each["TextType"] for each in narrator.asked] == ["text", "text"], "no pace would do"


def test_no_line_is_spoken_faster_than_people_can_follow(store: DocumentStore) -> None:
    for words in range(5, 14):
        narrator = Narrator()
        store = DocumentStore("results", f"film-{words}", 1, s3=MemoryS3())
        added = spoken(store, narrator, [line(2000, words)], [(5000, 6000)])
        rates = [
            int(each["Text"].partition('rate="')[2].partition("%")[0])
            for each in narrator.asked
            if each["TextType"] == "ssml"
        ]
        assert all(100 < rate <= MAX_RATE_PERCENT for rate in rates)
        fits = words * MS_PER_WORD <= 3000 * MAX_RATE_PERCENT / 100
        assert bool(added.results) == fits
        assert bool(added.warnings) != fits


def test_the_last_line_ends_with_the_asset(store: DocumentStore) -> None:
    added = spoken(store, Narrator(), [line(18_000, 20)])
    assert added.results == {}
    assert "there are 2.0" in added.warnings[0]


@pytest.mark.parametrize(
    ("language", "plan", "voice"),
    [
        ("de-DE", AudioDescriptionPlan(), "Vicki"),
        ("en-GB", AudioDescriptionPlan(), "Amy"),
        ("en-GB", AudioDescriptionPlan(voices={"en": "Matthew"}), "Amy"),
        ("en-GB", AudioDescriptionPlan(voices={"en-GB": "Brian"}), "Brian"),
        ("en-CA", AudioDescriptionPlan(voices={"en": "Matthew"}), "Matthew"),
    ],
)
def test_who_speaks(store: DocumentStore, language: str, plan: AudioDescriptionPlan, voice: str) -> None:
    narrator = Narrator()
    spoken(store, narrator, [line(2000, 2)], language=language, plan=plan)
    assert narrator.asked[0]["VoiceId"] == voice


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        ("AccessDeniedException", "This machine has no voice.", "This machine has no voice"),
        (
            "EngineNotSupportedException",
            "This voice does not support the engine.",
            "This voice does not support",
        ),
        ("ValidationException", "The selected engine is not supported in this region", "The selected engine"),
    ],
)
def test_a_voice_that_is_not_there_costs_the_track_alone(
    store: DocumentStore, code: str, message: str, reason: str
) -> None:
    asked = []

    def refuse(members: dict[str, Any]) -> dict[str, Any]:
        asked.append(members)
        raise ServiceError(code, message)

    added = spoken(store, refuse, [line(2000, 2), line(8000, 2), line(12_000, 2)])
    assert added.results == {}
    (missing,) = added.missing
    assert missing.operation == "polly:SynthesizeSpeech"
    assert missing.reason.startswith(f"the audio description wasn't spoken: {reason}")
    assert len(asked) == 1


def test_a_language_without_a_voice_is_missing(store: DocumentStore) -> None:
    added = spoken(store, Narrator(), [line(2000, 2)], language="eu-ES")
    assert added.missing == (
        MissingOperation(
            "polly:SynthesizeSpeech",
            "the audio description wasn't spoken: no voice in us-east-1 speaks eu-ES",
        ),
    )


def test_a_retry_asks_for_what_is_open_alone(store: DocumentStore) -> None:
    first, second = Narrator(), Narrator()
    lines = [line(2000, 2), line(8000, 3), line(12_000, 4)]

    def throttled_later(members: dict[str, Any]) -> dict[str, Any]:
        if len(members["Text"].split()) == 4:
            raise ServiceError("ThrottlingException", "Rate exceeded")
        return first(members)

    with pytest.raises(ThrottledError):
        spoken(store, throttled_later, lines)
    added = spoken(store, second, lines)

    assert [len(each["Text"].split()) for each in second.asked] == [4]
    assert added.usage[0].quantity == sum(len(each.text) for each in lines)
    assert len(heard(store)[1]) == 3


def test_time_that_runs_out_is_missing_on_the_last_try(store: DocumentStore) -> None:
    with pytest.raises(ThrottledError, match="time ran out"):
        spoken(store, Narrator(), [line(2000, 2)], deadline_passed=lambda: True)
    added = spoken(store, Narrator(), [line(2000, 2)], deadline_passed=lambda: True, retries=LAST_TRY)
    assert [item.operation for item in added.missing] == ["polly:SynthesizeSpeech"]


def test_nothing_to_say_is_no_track(store: DocumentStore) -> None:
    narrator = Narrator()
    assert spoken(store, narrator, []) == Addition()
    assert spoken(store, narrator, [line(0, 2)], duration_ms=0) == Addition()
    assert narrator.asked == []
