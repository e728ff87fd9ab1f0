"""The speech engine: words, their times, pauses, and what it does with media that holds no speech."""

from __future__ import annotations

import builtins
import io
import time
import wave
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from local.engines import sound, speech
from local.engines.errors import EngineMissingError, UnreadableMediaError, UnsupportedMediaError
from tests.local.drawings import encoded, slide
from tests.local.error_rates import word_error_rate
from tests.local.spoken import SENTENCES, spoken


def _wav(samples: np.ndarray[Any, np.dtype[np.int16]], rate: int = 16_000, channels: int = 1) -> bytes:
    """A recording; samples of several channels take turns."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return target.getvalue()


def _text(found: speech.Speech) -> str:
    return " ".join(word.text for word in found.words())


def test_clear_speech_is_recognised(tmp_path: Path) -> None:
    """Measured 2026-11: 0.00 with this voice and these sentences, 0.06 over four texts of the same voice."""
    found = speech.transcribe(spoken(tmp_path, SENTENCES).read_bytes())
    assert word_error_rate(_text(found), SENTENCES) <= 0.1
    assert np.mean([word.confidence for word in found.words()]) > 0.7
    assert found.media_format == "wav"
    assert found.duration_seconds == pytest.approx(9.4, abs=1.0)


def test_words_come_when_they_are_spoken(tmp_path: Path) -> None:
    """The same speech two seconds later gives the same words two seconds later, to 50 ms."""
    early = speech.transcribe(spoken(tmp_path, SENTENCES).read_bytes()).words()
    late = speech.transcribe(spoken(tmp_path, SENTENCES, "late.wav", pause=2.0).read_bytes()).words()
    later = {word.text: word for word in late}
    matched = [(word, later[word.text]) for word in early if word.text in later and _once(early, word.text)]
    assert len(matched) >= 15
    for before, after in matched:
        assert after.start_seconds - before.start_seconds == pytest.approx(2.0, abs=0.05)
    assert all(before.end_seconds <= after.start_seconds + 0.011 for before, after in pairwise(early))
    assert all(word.start_seconds < word.end_seconds for word in early)


def _once(words: tuple[speech.SpokenWord, ...], text: str) -> bool:
    return sum(word.text == text for word in words) == 1


def test_channels_are_heard_each_by_itself(tmp_path: Path) -> None:
    mono = sound.decode(spoken(tmp_path, SENTENCES).read_bytes()).samples
    later = np.concatenate([np.zeros(32_000, np.int16), mono])
    first = np.concatenate([mono, np.zeros(32_000, np.int16)])
    stereo = np.stack([first, later], axis=1)
    left, right = speech.transcribe_channels(_wav(stereo, channels=2))
    for found in (left, right):
        assert word_error_rate(_text(found), SENTENCES) <= 0.1
    shift = right.words()[0].start_seconds - left.words()[0].start_seconds
    assert shift == pytest.approx(2.0, abs=0.05)


def test_a_single_channel_is_one_and_more_than_two_are_refused() -> None:
    samples = np.arange(48_000, dtype=np.int16)
    (only,) = sound.decode_channels(_wav(samples))
    assert (only.samples == samples).all()
    with pytest.raises(UnsupportedMediaError, match="2 at most"):
        sound.decode_channels(_wav(samples, channels=4))


def test_pauses_split_segments(tmp_path: Path) -> None:
    first = sound.decode(spoken(tmp_path, "The first sentence is here", "a.wav").read_bytes()).samples
    second = sound.decode(spoken(tmp_path, "The second sentence is there", "b.wav").read_bytes()).samples
    silence = np.zeros(2 * sound.SAMPLE_RATE_HZ, np.int16)
    found = speech.transcribe(_wav(np.concatenate([first, silence, second])))
    assert len(found.segments) == 2
    boundary = len(first) / sound.SAMPLE_RATE_HZ
    assert found.segments[0].end_seconds <= boundary + 0.1
    assert found.segments[1].start_seconds >= boundary + 1.9


def test_long_speech_is_cut_where_it_is_quietest() -> None:
    samples = np.full(75 * sound.SAMPLE_RATE_HZ, 5000, np.int16)
    for second in (25, 48):
        samples[second * sound.SAMPLE_RATE_HZ : (second * 10 + 2) * sound.SAMPLE_RATE_HZ // 10] = 10
    pieces = speech._cut(samples, (0.0, 75.0))
    assert [round(end) for _, end in pieces] == [25, 48, 75]
    assert all(end - start <= speech._MAX_SPAN_SECONDS for start, end in pieces)
    assert all(before[1] == after[0] for before, after in pairwise(pieces))


@pytest.mark.parametrize("kind", ["silence", "noise", "tone"])
def test_nobody_speaking_gives_no_words(kind: str) -> None:
    seconds = np.arange(4 * sound.SAMPLE_RATE_HZ) / sound.SAMPLE_RATE_HZ
    samples = {
        "silence": np.zeros(len(seconds)),
        "noise": np.random.default_rng(3).normal(0, 3000, len(seconds)),
        "tone": 8000 * np.sin(2 * np.pi * 440 * seconds),
    }[kind]
    assert speech.transcribe(_wav(samples.astype(np.int16))).segments == ()


def test_media_without_speech_to_decode_is_refused() -> None:
    with pytest.raises(UnreadableMediaError, match="can't be decoded"):
        speech.transcribe(b"RIFF....WAVE and nothing else")
    with pytest.raises(UnreadableMediaError, match="can't be decoded"):
        speech.transcribe(b"")
    with pytest.raises((UnsupportedMediaError, UnreadableMediaError)):
        speech.transcribe(encoded(slide(["not a sound"])))
    with pytest.raises(UnreadableMediaError, match="empty"):
        speech.transcribe(_wav(np.zeros(0, np.int16)))


def test_without_pocketsphinx_the_reason_is_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    real = speech.importlib.import_module

    def without(name: str) -> Any:
        if name == "pocketsphinx":
            raise builtins.ModuleNotFoundError(name)
        return real(name)

    monkeypatch.setattr(speech.importlib, "import_module", without)
    with pytest.raises(EngineMissingError, match="no speech engine: pocketsphinx isn't installed"):
        speech.transcribe(_wav(np.zeros(16_000, np.int16)))


def test_what_was_heard_before_bears_on_nothing(tmp_path: Path) -> None:
    """The decoder adapts to the channel; it is one for all recordings."""
    talk = spoken(tmp_path, SENTENCES).read_bytes()
    first = speech.transcribe(talk)

    speech.transcribe(spoken(tmp_path, "Nine. Seven and a half.").read_bytes())

    assert speech.transcribe(talk) == first


def test_it_keeps_ahead_of_the_talk(tmp_path: Path) -> None:
    """Measured 2026-11: 0.08 to 0.2 of real time on one core; the bound is for a busy machine."""
    data = spoken(tmp_path, SENTENCES).read_bytes()
    speech.transcribe(data)  # loads the model
    started = time.process_time()
    found = speech.transcribe(data)
    assert (time.process_time() - started) / found.duration_seconds < 0.6


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "ogg", "mp4", "webm"])
def test_real_speech_in_every_container(shared_data: Path, suffix: str) -> None:
    data = (shared_data / "media-audio" / "localstack" / f"en-gb.{suffix}").read_bytes()
    found = speech.transcribe(data)
    heard = _text(found)
    assert "my name is stephen" in heard
    assert "born in london" in heard
    assert found.media_format == suffix


@pytest.mark.parametrize(
    ("name", "truth", "bound"),
    [
        # Measured 2026-11: 0.13 and 0.27.
        (
            "localstack/multi-speaker.wav",
            "Hey, I am using LocalStack. Yeah, it's a great tool to emulate the cloud services.",
            0.2,
        ),
        (
            "whisper/jfk.flac",
            "And so my fellow Americans ask not what your country can do for you,"
            " ask what you can do for your country",
            0.45,
        ),
    ],
)
def test_word_error_rate_on_real_speech(shared_data: Path, name: str, truth: str, bound: float) -> None:
    found = speech.transcribe((shared_data / "media-audio" / name).read_bytes())
    assert word_error_rate(_text(found), truth) <= bound
