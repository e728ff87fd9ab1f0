"""Where somebody speaks: Silero's voice activity model, whose weights lie inside faster-whisper."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from local.engines.errors import EngineMissingError
from local.engines.speech.samples import Samples, blocks
from local.engines.speech.sound import SAMPLE_RATE_HZ
from local.engines.speech.spans import Span

__all__ = ["spoken_spans"]

_FRAME = 512  # samples; the model's own
_FRAME_SECONDS = _FRAME / SAMPLE_RATE_HZ
# A stretch goes on while speech is at all likely, and counts if it is likely for so long in all. A
# telephone's band gives 0.2 to 0.6 for speech; rain, music and sweeps reach 0.5 for a frame or two.
_LIKELY = 0.5
_POSSIBLE = 0.15
_LEAST_LIKELY_FRAMES = 4
_PAUSE_SECONDS = 0.3
# So much at a time, because the model takes floats: an hour of them would be 230 MB.
_BLOCK = 300 * SAMPLE_RATE_HZ // _FRAME * _FRAME


def spoken_spans(samples: Samples) -> list[Span]:
    """Stretches of speech in 16 kHz mono samples, in order and without margins.

    Raises ``EngineMissingError``.
    """
    probabilities = _probabilities(samples)
    possible = np.flatnonzero(probabilities >= _POSSIBLE)
    if not len(possible):
        return []
    gaps = np.flatnonzero(np.diff(possible) * _FRAME_SECONDS > _PAUSE_SECONDS)
    firsts = possible[np.concatenate([[0], gaps + 1])]
    lasts = possible[np.concatenate([gaps, [len(possible) - 1]])]
    duration = len(samples) / SAMPLE_RATE_HZ
    return [
        (float(first * _FRAME_SECONDS), min(duration, float((last + 1) * _FRAME_SECONDS)))
        for first, last in zip(firsts, lasts, strict=True)
        if np.count_nonzero(probabilities[first : last + 1] >= _LIKELY) >= _LEAST_LIKELY_FRAMES
    ]


def _probabilities(samples: Samples) -> npt.NDArray[np.float32]:
    """How likely each frame is speech."""
    model = _model()
    found = [np.zeros(0, np.float32)]
    for some in blocks(samples, _BLOCK):
        block = some.astype(np.float32) / 32768
        found.append(model(np.pad(block, (0, -len(block) % _FRAME))).ravel())
    return np.concatenate(found)


def require() -> None:
    """Loads the model. Raises ``EngineMissingError``."""
    _model()


@cache
def _model() -> Any:
    try:
        return importlib.import_module("faster_whisper.vad").get_vad_model()
    except (ImportError, OSError, RuntimeError) as error:  # RuntimeError: no ONNX Runtime
        raise EngineMissingError(
            "no voice activity: faster-whisper, or a library of it, isn't here or can't be loaded;"
            " run `make setup`"
        ) from error
