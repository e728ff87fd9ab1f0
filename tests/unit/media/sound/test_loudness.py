"""What is measured of sound: how far speech stands out of noise, and what was cut off at full scale."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from braid.media.sound.loudness import Loudness, measure_loudness
from tests.unit.media import synthetic as media

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).resolve().parents[4] / "samples"
RATE_HZ = 16_000
# How the amplitude falls with frequency, as a power of it.
COLOURS = {"white": 0.0, "pink": -0.5, "brown": -1.0, "blue": 0.5}

Samples = NDArray[np.float64]


def speech_of(path: Path) -> Samples:
    """Mono, at 16 kHz, at a third of full scale at most, so that noise has room."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    pieces = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            frame.pts = None
            pieces += [piece.to_ndarray().ravel() for piece in resampler.resample(frame)]
    samples = np.concatenate(pieces).astype(np.float64)[: 59 * RATE_HZ]
    return np.asarray(samples * (9_000 / np.abs(samples).max()))


def noise_of(colour: str, count: int, chance: np.random.Generator) -> Samples:
    """Noise of unit power."""
    spectrum = np.fft.rfft(chance.standard_normal(count))
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / RATE_HZ), 20.0)
    noise = np.fft.irfft(spectrum * hertz ** COLOURS[colour], count)
    return np.asarray(noise / noise.std())


def mixed(speech: Samples, colour: str, snr_db: float, seed: int = 0) -> Samples:
    power = float((speech**2).mean()) / 10 ** (snr_db / 10)
    noise = noise_of(colour, len(speech), np.random.default_rng(seed))
    return np.asarray(speech + noise * np.sqrt(power))


def measured(samples: Samples) -> Loudness:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.clip(np.round(samples), -32_768, 32_767).astype("<i2").tobytes())
    out.seek(0)
    return measure_loudness(out, "audio/wav")


@pytest.fixture(scope="module")
def talk() -> Samples:
    return speech_of(SAMPLES / "talk.mp4")


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("snr_db", [0, 5, 15, 30])
def test_the_signal_to_noise_ratio_is_estimated_within_3_db(talk: Samples, colour: str, snr_db: int) -> None:
    estimate = measured(mixed(talk, colour, snr_db)).snr_db

    assert estimate == pytest.approx(snr_db, abs=3)


# Up to which ratio noise that is added is the noise: beyond it the recording's own is louder.
REAL = {
    "localstack/en-gb.wav": 30,
    "localstack/en-us_video.mp4": 30,
    "project-lakechain/podcast-03-04-2024.webm": 30,
    "localstack/multi-speaker.wav": 20,
    "whisper/jfk.flac": 15,
}


def test_nearly_all_estimates_over_real_recordings_are_within_3_db(shared_data: Path) -> None:
    errors = []
    for seed, (name, quiet_db) in enumerate(REAL.items()):
        speech = speech_of(shared_data / "media-audio" / name)
        for colour in COLOURS:
            for snr_db in (0, 5, 10, quiet_db):
                estimate = measured(mixed(speech, colour, snr_db, seed)).snr_db
                assert estimate is not None
                errors.append(abs(estimate - snr_db))

    assert np.mean(np.array(errors) <= 3) >= 0.97
    assert max(errors) < 6
    assert np.sqrt(np.mean(np.square(errors))) < 1.2


def test_more_noise_is_never_heard_as_less(talk: Samples) -> None:
    estimates = [measured(mixed(talk, "white", snr_db)).snr_db or 0.0 for snr_db in range(-10, 45, 10)]

    assert estimates == sorted(estimates)


def test_pauses_that_a_gate_emptied_are_no_noise_floor(talk: Samples) -> None:
    noisy = mixed(talk, "white", 10)
    gap = np.zeros(len(noisy) // 3)

    assert measured(np.concatenate([noisy, gap])).snr_db == pytest.approx(10, abs=3)
    assert measured(np.zeros(RATE_HZ)).snr_db is None


def test_clipping_grows_with_the_overdrive_and_a_full_scale_tone_has_none(talk: Samples) -> None:
    shares = [measured(talk * gain).clipped_share for gain in (1, 4, 8, 16, 32)]
    tone = np.sin(np.arange(RATE_HZ) * (2 * np.pi * 440 / RATE_HZ)) * 32_767
    truth = float((np.abs(talk * 16) >= 32_767).mean())

    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[3] == pytest.approx(truth, rel=0.02)
    assert measured(tone).clipped_share < 0.01


def test_sound_stored_after_all_pictures_is_not_searched_for_every_piece() -> None:
    """A muxer that didn't interleave: each moment of sound is far from its picture in the file."""
    pictures = [Image.effect_noise((320, 180), 90).convert("RGB") for _ in range(4)]
    data = media.video(
        (pictures[number % 4] for number in range(260)),
        fps=4,
        container="matroska",
        group_frames=8,
        options={"qp": "20", "preset": "ultrafast"},
        audio=media.tone(65_000),
    )
    file = media.CountingFile(data)

    found = measure_loudness(file, "video/x-matroska")

    assert len(data) > 8 * 1024 * 1024
    assert not found.is_silent
    assert file.read_bytes <= 1.1 * len(data)
