"""Twenty sounds in which nobody speaks: what a recogniser hears in them, it made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.speech.recordings import RATE_HZ, Samples, pink_noise

__all__ = ["SECONDS", "WORDLESS", "wordless"]

SECONDS = 12
_LENGTH = SECONDS * RATE_HZ
_TIME = np.arange(_LENGTH) / RATE_HZ
Array = npt.NDArray[np.floating[Any]]


def wordless(name: str) -> Samples:
    """The sound of that name, as long as ``SECONDS``, its peak at most 0.8; the same every time."""
    random = np.random.default_rng(sorted(WORDLESS).index(name))
    sound = WORDLESS[name](random)
    peak = float(np.abs(sound).max())
    return np.asarray(sound if peak == 0 else sound * min(1.0, 0.8 / peak), np.float32)


def _tone(hertz: float, start: float = 0.0, seconds: float = SECONDS, *, harmonics: int = 1) -> Array:
    """A tone with fading harmonics that swells in 20 ms and dies away."""
    local = _TIME - start
    envelope = np.where((local >= 0) & (local < seconds), np.minimum(1, local / 0.02), 0.0)
    envelope = envelope * np.exp(-np.maximum(local, 0) / seconds)
    waves = sum(np.sin(2 * np.pi * hertz * n * local) / n for n in range(1, harmonics + 1))
    return np.asarray(envelope * waves)


def _melody(random: np.random.Generator) -> Array:
    scale = (262, 294, 330, 349, 392, 440, 494, 523)
    notes = [_tone(random.choice(scale), 0.4 * n, 0.5, harmonics=5) for n in range(SECONDS * 2)]
    return np.asarray(sum(notes)) * 0.3


def _chords(_: np.random.Generator) -> Array:
    roots = (220, 175, 262, 196)
    return np.asarray(
        sum(
            _tone(root * ratio, 3 * n, 3.0, harmonics=6) * 0.1
            for n, root in enumerate(roots)
            for ratio in (1, 1.25, 1.5)
        )
    )


def _band(random: np.random.Generator) -> Array:
    """Melody, chords and a beat."""
    beat = sum(
        np.exp(-np.maximum(_TIME - 0.5 * n, 0) * 30)
        * (0.5 * n <= _TIME)
        * (np.sin(2 * np.pi * 60 * _TIME) if n % 2 else random.standard_normal(_LENGTH) * 0.3)
        for n in range(SECONDS * 2)
    )
    return _melody(random) * 0.5 + _chords(random) + np.asarray(beat) * 0.3


def _clicks(random: np.random.Generator) -> Array:
    sound = np.zeros(_LENGTH)
    sound[random.integers(0, _LENGTH, 60)] = random.choice([-0.8, 0.8], 60)
    return sound


def _clock(_: np.random.Generator) -> Array:
    return np.asarray(sum(_tone(2200, n / 2, 0.02) for n in range(2 * SECONDS)))


def _rain(random: np.random.Generator) -> Array:
    drops = np.zeros(_LENGTH)
    drops[random.integers(0, _LENGTH, 9_000)] = random.standard_normal(9_000)
    ring = np.exp(-np.arange(200) / 30) * np.sin(np.arange(200) * 1.3)
    return np.convolve(drops, ring, "same") * 0.2 + random.standard_normal(_LENGTH) * 0.01


def _engine(random: np.random.Generator) -> Array:
    speed = 30 + 8 * np.sin(2 * np.pi * 0.1 * _TIME)
    phase = 2 * np.pi * np.cumsum(speed) / RATE_HZ
    waves = sum(np.sin(n * phase + n) / n for n in range(1, 12))
    return np.asarray(waves) * 0.2 + pink_noise(_LENGTH, random) * 0.1


def _siren(_: np.random.Generator) -> Array:
    pitch = 700 + 300 * np.sin(2 * np.pi * 0.4 * _TIME)
    return np.asarray(0.4 * np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ))


def _birds(random: np.random.Generator) -> Array:
    sound = np.zeros(_LENGTH)
    for start in random.uniform(0, SECONDS - 1, 25):
        local = _TIME - start
        pitch = 3000 + 1500 * np.sin(2 * np.pi * 12 * local)
        sound += (
            0.3 * np.exp(-(((local - 0.08) / 0.04) ** 2)) * np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ)
        )
    return sound


def _waves(random: np.random.Generator) -> Array:
    """Surf: noise that comes and goes."""
    return random.standard_normal(_LENGTH) * 0.2 * (0.1 + np.sin(np.pi * _TIME / 4) ** 2)


def _applause(random: np.random.Generator) -> Array:
    sound = np.zeros(_LENGTH)
    burst = random.standard_normal(320) * np.exp(-np.arange(320) / 60)
    for start in random.integers(0, _LENGTH - 320, 1_500):
        sound[start : start + 320] += burst * random.uniform(0.1, 0.4)
    return sound


def _dial(_: np.random.Generator) -> Array:
    """Touch tones."""
    pairs = ((697, 1209), (770, 1336), (852, 1477), (941, 1336))
    return np.asarray(
        sum(
            0.3 * (_tone(low, 0.5 * n, 0.25) + _tone(high, 0.5 * n, 0.25))
            for n in range(SECONDS * 2)
            for low, high in [pairs[n % 4]]
        )
    )


def _brown(random: np.random.Generator) -> Array:
    walk = np.cumsum(random.standard_normal(_LENGTH))
    return np.asarray((walk - np.convolve(walk, np.ones(801) / 801, "same")) * 0.01)


WORDLESS: Mapping[str, Callable[[np.random.Generator], Array]] = {
    "silence": lambda _: np.zeros(_LENGTH),
    "faint hiss": lambda random: random.standard_normal(_LENGTH) * 0.0005,
    "white noise": lambda random: random.standard_normal(_LENGTH) * 0.1,
    "pink noise": lambda random: pink_noise(_LENGTH, random) * 0.5,
    "brown noise": _brown,
    "tone": lambda _: 0.3 * np.sin(2 * np.pi * 440 * _TIME),
    "mains hum": lambda _: 0.2 * np.sin(2 * np.pi * 50 * _TIME) + 0.1 * np.sin(2 * np.pi * 150 * _TIME),
    "sweep": lambda _: 0.4 * np.sin(2 * np.pi * (50 * _TIME + 160 * _TIME**2)),
    "siren": _siren,
    "touch tones": _dial,
    "chords": _chords,
    "melody": _melody,
    "band": _band,
    "clicks": _clicks,
    "clock": _clock,
    "rain": _rain,
    "surf": _waves,
    "engine": _engine,
    "birds": _birds,
    "applause": _applause,
}
