"""The speech engine over recordings in memory."""

from __future__ import annotations

import io
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np

from local.engines.findings import Hearing
from local.engines.speech import recognition, sound

__all__ = ["decode", "transcribe", "wav"]


def wav(samples: np.ndarray[Any, np.dtype[np.int16]], rate: int = 16_000, channels: int = 1) -> bytes:
    """A recording; samples of several channels take turns."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return target.getvalue()


def transcribe(data: bytes, **options: Any) -> Hearing:
    """What is said in the file ``data``."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return recognition.transcribe(Path(file.name), **options)


def decode(data: bytes) -> np.ndarray[Any, np.dtype[np.int16]]:
    """All samples of the file ``data``, its channels mixed."""
    return sound.decode(io.BytesIO(data)).samples[:]
