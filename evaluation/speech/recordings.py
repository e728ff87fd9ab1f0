"""Recordings of our own making: ffmpeg's flite voices, in rooms and noise that are computed.

Samples are 16 kHz mono floats, -1.0 to 1.0.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = [
    "CONDITIONS",
    "RATE_HZ",
    "VOICES",
    "Recording",
    "Samples",
    "has_voices",
    "pink_noise",
    "recordings",
    "say",
    "talk_of",
]

RATE_HZ = 16_000
VOICES = ("slt", "rms", "awb")
Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Recording:
    """What is heard, and the words that are said in it."""

    name: str
    samples: Samples
    text: str


@cache
def has_voices() -> bool:
    """Whether ffmpeg speaks here."""
    if shutil.which("ffmpeg") is None:
        return False
    filters = subprocess.run(
        ["ffmpeg", "-hide_banner", "-filters"], capture_output=True, text=True, check=True
    )
    return " flite " in filters.stdout


def say(text: str, voice: str) -> Samples:
    """The text in one of flite's voices. Commas and colons of the text are read as pauses."""
    quoted = text.replace("\\", "").replace("'", "\u2019").replace(":", ",")
    speech = subprocess.run(
        [
            *("ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", f"flite=text='{quoted}':voice={voice}"),
            *("-ar", str(RATE_HZ), "-ac", "1", "-f", "s16le", "-"),
        ],
        capture_output=True,
        check=True,
    )
    return (np.frombuffer(speech.stdout, np.int16) / 32768).astype(np.float32)


def talk_of(turns: Sequence[tuple[str, str]], pause_seconds: float = 0.4) -> tuple[Samples, list[float]]:
    """Turns of (voice, text) one after the other, and when each begins, in seconds."""
    pause = np.zeros(int(pause_seconds * RATE_HZ), np.float32)
    pieces: list[Samples] = []
    starts: list[float] = []
    for voice, text in turns:
        starts.append(sum(map(len, pieces)) / RATE_HZ)
        pieces += [say(text, voice), pause]
    return np.concatenate(pieces), starts


def pink_noise(length: int, random: np.random.Generator) -> Samples:
    """Noise whose power falls with frequency, of peak 1."""
    spectrum = np.fft.rfft(random.standard_normal(length))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    noise = np.fft.irfft(spectrum, length)
    return np.asarray(noise / np.abs(noise).max(), np.float32)


def _with_noise(snr_db: float) -> Callable[[Samples, np.random.Generator], Samples]:
    def noisy(speech: Samples, random: np.random.Generator) -> Samples:
        noise = pink_noise(len(speech), random)
        level = np.sqrt(np.mean(speech**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)
        mixed = speech + level * noise
        return np.asarray(mixed / max(1.0, float(np.abs(mixed).max())), np.float32)

    return noisy


def _in_room(
    reverberation_seconds: float, direct_db: float
) -> Callable[[Samples, np.random.Generator], Samples]:
    """An exponentially decaying tail, 60 dB down after ``reverberation_seconds``, in which the direct sound
    stands out by ``direct_db``."""

    def heard(speech: Samples, random: np.random.Generator) -> Samples:
        length = int(reverberation_seconds * RATE_HZ)
        decay = 10 ** (-3 * np.arange(length) / length)
        tail = random.standard_normal(length) * decay
        tail *= 10 ** (-direct_db / 20) / np.sqrt(np.sum(tail**2))
        tail[0] = 1.0
        size = len(speech) + length
        wet = np.fft.irfft(np.fft.rfft(speech, size) * np.fft.rfft(tail, size), size)[: len(speech)]
        return np.asarray(wet / max(1.0, float(np.abs(wet).max())), np.float32)

    return heard


def _telephone(speech: Samples, _: np.random.Generator) -> Samples:
    spectrum = np.fft.rfft(speech)
    hertz = np.fft.rfftfreq(len(speech), 1 / RATE_HZ)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    return np.asarray(np.fft.irfft(spectrum, len(speech)), np.float32)


CONDITIONS: Mapping[str, Callable[[Samples, np.random.Generator], Samples]] = {
    "clean": lambda speech, _: speech,
    "noise 20 dB": _with_noise(20),
    "room": _in_room(0.4, direct_db=6),
    "telephone": _telephone,
    "noise 10 dB": _with_noise(10),
    "noise 3 dB": _with_noise(3),
}


def recordings(
    texts: Sequence[str], conditions: Sequence[str], voices: Sequence[str] = VOICES
) -> Iterator[Recording]:
    """A recording of each text in each condition, the voices taking turns; the same every time."""
    for row, condition in enumerate(conditions):
        for place, text in enumerate(texts):
            voice = voices[(place + row) % len(voices)]
            random = np.random.default_rng([row, place])
            yield Recording(
                f"{condition} {place} {voice}", CONDITIONS[condition](say(text, voice), random), text
            )
