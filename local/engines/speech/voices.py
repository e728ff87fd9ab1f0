"""Vectors of voices: Resemblyzer's network over windows of 1.6 seconds of speech."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from local import weights
from local.engines.errors import EngineMissingError
from local.engines.speech.sound import SAMPLE_RATE_HZ

__all__ = ["WINDOW_SECONDS", "mel_frames", "voice_vectors"]

# Resemblyzer's hparams.py and audio.py (0.1.4): power in 40 mel bands of librosa's default (Slaney) scale.
_FRAME_SAMPLES = 400
_HOP_SAMPLES = 160
_BANDS = 40
_WINDOW_FRAMES = 160
_LOUDNESS_DBFS = -30.0
WINDOW_SECONDS = _WINDOW_FRAMES * _HOP_SAMPLES / SAMPLE_RATE_HZ
_WINDOW_SAMPLES = _WINDOW_FRAMES * _HOP_SAMPLES
_BATCH = 32

Vectors = npt.NDArray[np.float32]


def voice_vectors(sounds: Iterable[npt.NDArray[np.int16]]) -> Vectors:
    """A vector of length one for each sound; rows of one voice point the same way.

    Of a sound longer than ``WINDOW_SECONDS`` the beginning counts; a shorter one is repeated. Raises
    ``EngineMissingError`` where the weights aren't here.
    """
    session = _session()
    found = [np.zeros((0, 256), np.float32)]
    waves = map(_whole, sounds)
    while batch := list(islice(waves, _BATCH)):
        mels = np.stack([mel_frames(wave)[:_WINDOW_FRAMES] for wave in batch])
        found.append(session.run(None, {"mels": mels})[0])
    return np.concatenate(found)


def mel_frames(sound: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(frames, 40): the power in each mel band, a frame every 10 ms, centred on it."""
    padded = np.pad(sound, _FRAME_SAMPLES // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME_SAMPLES)[::_HOP_SAMPLES]
    power = np.abs(np.fft.rfft(frames * _hann(), axis=1)) ** 2
    return np.asarray(power @ _mel_filters().T, np.float32)


def _whole(sound: npt.NDArray[np.int16]) -> npt.NDArray[np.float32]:
    """As long as a window, and loud enough: the network was trained on speech of one loudness at least."""
    wave = np.resize(sound, _WINDOW_SAMPLES).astype(np.float32) / 32768
    loudness = 20 * np.log10(np.sqrt(np.mean(wave**2)) + 1e-9)
    return np.asarray(wave * 10 ** (max(0.0, _LOUDNESS_DBFS - loudness) / 20), np.float32)


@cache
def _hann() -> npt.NDArray[np.float64]:
    return np.hanning(_FRAME_SAMPLES + 1)[:-1]


@cache
def _mel_filters() -> npt.NDArray[np.float64]:
    """(40, 201): triangles of equal area on Slaney's scale, linear to 1 kHz, logarithmic above."""

    def mel(hertz: float) -> float:
        return hertz * 3 / 200 if hertz < 1000 else 15 + 27 * np.log(hertz / 1000) / np.log(6.4)

    def hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mels - 15)))

    corners = hertz(np.linspace(0, mel(SAMPLE_RATE_HZ / 2), _BANDS + 2))
    bins = np.fft.rfftfreq(_FRAME_SAMPLES, 1 / SAMPLE_RATE_HZ)
    low, middle, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    triangles = np.maximum(0, np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)))
    return np.asarray(triangles * 2 / (high - low))


@cache
def _session() -> Any:
    try:
        import onnxruntime

        file = weights.path("voices", "voices.onnx")
    except (ImportError, weights.WeightsMissingError) as error:
        raise EngineMissingError(f"speakers can't be told apart: {error}") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
