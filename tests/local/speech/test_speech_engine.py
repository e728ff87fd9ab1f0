"""The speech engine: words, punctuation, times, languages, and nothing heard where nobody speaks."""

from __future__ import annotations

import io
import time
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from evaluation.speech.scoring import compare
from evaluation.speech.wordless import WORDLESS, wordless
from local.engines.errors import OtherLanguageError, UnreadableMediaError, UnsupportedMediaError
from local.engines.findings import Hearing, Speech, SpokenWord
from local.engines.speech import sound
from local.engines.speech import whisper as speech_whisper
from tests.local.drawings import encoded, slide
from tests.local.needed_weights import needs_weights
from tests.local.speech.hearing import decode, transcribe, wav
from tests.local.spoken import SENTENCES, spoken

pytestmark = needs_weights("whisper-base")

ENGLISH = ("en",)


def heard(data: bytes) -> Speech:
    """What is said in English."""
    return transcribe(data, languages=ENGLISH).channels[0]


def error_rate(found: Speech, truth: str) -> float:
    return compare([word.text for word in found.words()], truth).error_rate


def text(found: Speech) -> str:
    return " ".join(f"{word.before}{word.text}{word.after}" for word in found.words())


def test_clear_speech_is_recognised_with_case_and_punctuation(tmp_path: Path) -> None:
    found = heard(spoken(tmp_path, SENTENCES).read_bytes())
    assert error_rate(found, SENTENCES) <= 0.06
    assert text(found).startswith("The quarterly numbers are better than we expected.")
    assert np.mean([word.confidence for word in found.words()]) > 0.85
    assert found.media_format == "wav"
    assert found.duration_seconds == pytest.approx(9.4, abs=1.0)


def test_words_come_when_they_are_spoken(tmp_path: Path) -> None:
    """The same speech two seconds later gives the same words two seconds later, most to 0.1 s."""
    early = heard(spoken(tmp_path, SENTENCES).read_bytes()).words()
    late = heard(spoken(tmp_path, SENTENCES, "late.wav", pause=2.0).read_bytes()).words()
    later = {word.text: word for word in late}
    matched = [(word, later[word.text]) for word in early if word.text in later and _once(early, word.text)]
    assert len(matched) >= 15
    shifts = [after.start_seconds - before.start_seconds for before, after in matched]
    assert float(np.median(shifts)) == pytest.approx(2.0, abs=0.05)
    assert sum(abs(shift - 2.0) <= 0.1 for shift in shifts) >= 0.9 * len(shifts)
    assert all(before.end_seconds <= after.start_seconds for before, after in pairwise(early))
    assert all(word.start_seconds < word.end_seconds for word in early)


def _once(words: tuple[SpokenWord, ...], wanted: str) -> bool:
    return sum(word.text == wanted for word in words) == 1


def test_channels_are_heard_each_by_itself(tmp_path: Path) -> None:
    mono = decode(spoken(tmp_path, SENTENCES).read_bytes())
    later = np.concatenate([np.zeros(32_000, np.int16), mono])
    first = np.concatenate([mono, np.zeros(32_000, np.int16)])
    stereo = np.stack([first, later], axis=1)
    left, right = transcribe(wav(stereo, channels=2), by_channel=True).channels
    for found in (left, right):
        assert error_rate(found, SENTENCES) <= 0.06
    shift = right.words()[0].start_seconds - left.words()[0].start_seconds
    assert shift == pytest.approx(2.0, abs=0.1)


def test_a_silent_channel_says_nothing(tmp_path: Path) -> None:
    mono = decode(spoken(tmp_path, SENTENCES).read_bytes())
    stereo = np.stack([np.zeros(len(mono), np.int16), mono], axis=1)
    left, right = transcribe(wav(stereo, channels=2), by_channel=True).channels
    assert left.segments == ()
    assert error_rate(right, SENTENCES) <= 0.06


def test_a_single_channel_is_one_and_more_than_two_are_refused() -> None:
    samples = np.arange(48_000, dtype=np.int16)
    (only,) = sound.decode_channels(io.BytesIO(wav(samples)))
    assert (only.samples[:] == samples).all()
    with pytest.raises(UnsupportedMediaError, match="2 at most"):
        sound.decode_channels(io.BytesIO(wav(samples, channels=4)))


def test_pauses_split_segments(tmp_path: Path) -> None:
    first = decode(spoken(tmp_path, "The first sentence is here", "a.wav").read_bytes())
    second = decode(spoken(tmp_path, "The second sentence is there", "b.wav").read_bytes())
    silence = np.zeros(2 * sound.SAMPLE_RATE_HZ, np.int16)
    found = heard(wav(np.concatenate([first, silence, second])))
    assert len(found.segments) == 2
    boundary = len(first) / sound.SAMPLE_RATE_HZ
    assert found.segments[0].end_seconds <= boundary + 0.1
    assert found.segments[1].start_seconds >= boundary + 1.8


def test_long_speech_keeps_its_order_over_windows(tmp_path: Path) -> None:
    """More than the thirty seconds that the model hears at once."""
    talk = decode(spoken(tmp_path, SENTENCES).read_bytes())
    found = heard(wav(np.tile(talk, 5)))
    assert error_rate(found, " ".join([SENTENCES] * 5)) <= 0.06
    starts = [word.start_seconds for word in found.words()]
    assert starts == sorted(starts)
    assert starts[-1] > 4 * len(talk) / sound.SAMPLE_RATE_HZ


@pytest.mark.parametrize("name", sorted(WORDLESS))
def test_nobody_speaking_gives_no_words(name: str) -> None:
    found = transcribe(wav((wordless(name) * 32767).astype(np.int16)))
    assert found == Hearing(found.channels)
    assert found.channels[0].segments == ()


def test_media_without_speech_to_decode_is_refused() -> None:
    with pytest.raises(UnreadableMediaError, match="can't be decoded"):
        transcribe(b"RIFF....WAVE and nothing else")
    with pytest.raises(UnreadableMediaError, match="can't be decoded"):
        transcribe(b"")
    with pytest.raises((UnsupportedMediaError, UnreadableMediaError)):
        transcribe(encoded(slide(["not a sound"])))
    with pytest.raises(UnreadableMediaError, match="empty"):
        transcribe(wav(np.zeros(0, np.int16)))


def test_another_language_than_the_wanted_one_is_not_put_into_words(tmp_path: Path) -> None:
    talk = spoken(tmp_path, SENTENCES).read_bytes()
    with pytest.raises(OtherLanguageError) as refusal:
        transcribe(talk, languages=("de", "ja"))
    assert refusal.value.heard is not None
    language, probability = refusal.value.heard
    assert language == "en"
    assert probability > 0.8
    with pytest.raises(OtherLanguageError, match="doesn't know ga"):
        transcribe(talk, languages=("ga",))


def test_the_language_is_identified_with_probabilities(tmp_path: Path) -> None:
    found = transcribe(spoken(tmp_path, SENTENCES).read_bytes())
    assert found.language == "en"
    assert len(found.languages) >= 98, "all that Whisper knows, of which two are Norwegian"
    assert found.languages[0][1] > 0.8
    assert sum(share for _, share in found.languages) == pytest.approx(1.0, abs=0.01)


def test_a_language_that_is_not_clear_is_not_put_into_words(tmp_path: Path) -> None:
    """Asked for by name it is heard all the same."""
    talk = spoken(tmp_path, SENTENCES).read_bytes()
    likely = {"en": 0.28, "la": 0.2, "it": 0.12}
    with patch.object(speech_whisper.Whisper, "languages", return_value=likely):
        with pytest.raises(OtherLanguageError, match=r"no language is clear .*0\.28"):
            transcribe(talk)
        assert transcribe(talk, languages=ENGLISH, identify=False).language == "en"


def test_what_was_heard_before_bears_on_nothing(tmp_path: Path) -> None:
    talk = spoken(tmp_path, SENTENCES).read_bytes()
    first = transcribe(talk)

    transcribe(spoken(tmp_path, "Nine. Seven and a half.").read_bytes())

    assert transcribe(talk) == first


def test_it_keeps_ahead_of_the_talk(tmp_path: Path) -> None:
    """Measured 2026-11: 0.13 of real time in processor time for talks; the bound is for a busy machine."""
    talk = decode(spoken(tmp_path, SENTENCES).read_bytes())
    data = wav(np.tile(talk, 6))
    transcribe(wav(talk))  # loads the model
    started = time.process_time()
    found = heard(data)
    assert (time.process_time() - started) / found.duration_seconds < 0.4


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "ogg", "mp4", "webm"])
def test_real_speech_in_every_container(shared_data: Path, suffix: str) -> None:
    data = (shared_data / "media-audio" / "localstack" / f"en-gb.{suffix}").read_bytes()
    found = heard(data)
    said = text(found).lower()
    assert "hello, my name is stephen" in said
    assert "born in london" in said
    assert found.media_format == suffix


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        (
            "localstack/multi-speaker.wav",
            "Hey, I am using LocalStack. Yeah, it's a great tool to emulate the cloud services.",
        ),
        (
            "whisper/jfk.flac",
            "And so my fellow Americans ask not what your country can do for you,"
            " ask what you can do for your country",
        ),
    ],
)
def test_word_error_rate_on_real_speech(shared_data: Path, name: str, truth: str) -> None:
    found = heard((shared_data / "media-audio" / name).read_bytes())
    assert error_rate(found, truth) <= 0.06
