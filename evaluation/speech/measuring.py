"""What the speech engine makes of recordings, word by word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

import numpy as np

from evaluation.speech.recordings import RATE_HZ, Recording, Samples
from evaluation.speech.scoring import Match, compare
from local.engines.errors import OtherLanguageError
from local.engines.findings import Hearing, SpokenWord
from local.engines.speech import recognition as speech
from local.engines.speech import sound

__all__ = [
    "Heard",
    "hear",
    "hear_samples",
    "heard_by",
    "identified",
    "is_refused",
    "is_whisper_here",
    "uncalibrated",
    "word_error_rate",
]


@dataclass(frozen=True)
class Heard:
    """A recording, the words that were heard in it, and which of them are right."""

    recording: Recording
    words: tuple[SpokenWord, ...]
    match: Match


def hear_samples(
    samples: Samples, languages: Sequence[str] = (), *, identify: bool = True, max_speakers: int = 0
) -> Hearing:
    """What the engine in use hears. Raises as ``local.engines.speech.recognition.transcribe`` does."""
    wave = np.asarray(np.clip(samples, -1, 1) * 32767, np.int16)
    return speech.listen(
        [sound.Sound(wave, RATE_HZ, "wav")], languages, identify=identify, max_speakers=max_speakers
    )


def hear(recordings: Iterable[Recording]) -> list[Heard]:
    """English recordings, each by itself."""
    found = []
    for recording in recordings:
        words = hear_samples(recording.samples, ("en",)).channels[0].words()
        found.append(Heard(recording, words, compare([word.text for word in words], recording.text)))
    return found


def word_error_rate(found: Sequence[Heard]) -> float:
    """Edits per word over all recordings."""
    return sum(one.match.edits for one in found) / sum(one.match.word_count for one in found)


def identified(samples: Samples) -> str | None:
    """The language that the engine finds, ``None`` where it says that none is clear."""
    try:
        return hear_samples(samples).language
    except OtherLanguageError:
        return None


def is_refused(samples: Samples, languages: Sequence[str]) -> bool:
    """Whether the engine says that another language is spoken than those given."""
    try:
        hear_samples(samples, languages, identify=False)
    except OtherLanguageError:
        return True
    return False


def is_whisper_here() -> bool:
    """Whether a Whisper model of all languages hears, and no fall-back."""
    engine = speech.engine_in_use()
    return engine is not None and engine.key in ("whisper-own", "whisper", "whisper-second")


@contextmanager
def heard_by(key: str) -> Iterator[bool]:
    """Within, the engine ``key`` of ``operations.toml`` hears alone; whether it is there."""
    row = speech._transcription()
    alone = replace(row, engines=tuple(engine for engine in row.engines if engine.key == key))
    with patch.object(speech, "_transcription", lambda: alone):
        yield alone.in_use() is not None


@contextmanager
def uncalibrated() -> Iterator[None]:
    """Within, a word's confidence is the probability that Whisper gives it."""
    with patch("local.engines.speech.confidence.KNOTS", ((0.0, 0.0), (1.0, 1.0))):
        yield
