"""Speaks English: the hibari voice, a small network for onnxruntime whose weights are in its package.

The package is code of a small publisher and installed only by who asks for it (``requirements/voice.txt``). Its one
bundled voice is named here by its file: any other would be downloaded.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from local.engines.errors import EngineMissingError

__all__ = ["LANGUAGES", "speak"]

# The sounds that it makes are American; British English is understood in them.
LANGUAGES = ("en-US", "en-GB", "en-AU", "en-IN", "en-IE", "en-NZ", "en-ZA", "en-SG")
_MODEL_FILE = "hibari.onnx"
_RATE_HZ = 24_000
# The noise in its breath and sibilants is drawn at random; the same text sounds the same.
_SEED = 0
_PEAK = 32_767
# FFmpeg's muxer, encoder and sample format for what Polly calls its output formats.
_CODECS = {"mp3": ("mp3", "libmp3lame", "s16p"), "ogg_vorbis": ("ogg", "libvorbis", "fltp")}


def speak(text: str, *, speed: float = 1.0, output_format: str = "pcm", rate_hz: int = 16_000) -> bytes:
    """``text`` as sound of one channel: ``pcm`` (16-bit little-endian), ``mp3`` or ``ogg_vorbis``.

    ``speed`` is a factor on the voice's own pace, about 180 words a minute. Text without a word is silence of no
    length. Raises ``EngineMissingError`` where the package isn't installed.
    """
    samples = _voice()(text, speed=speed, seed=_SEED) if text.strip() else np.zeros(0, np.float32)
    resampled = _resampled(samples, rate_hz)
    if output_format == "pcm":
        return resampled.astype("<i2").tobytes()
    return _encoded(resampled, rate_hz, *_CODECS[output_format])


@functools.cache
def _voice() -> Callable[..., npt.NDArray[np.float32]]:
    try:
        import hibari
    except ImportError as error:
        raise EngineMissingError(
            "This machine has no voice. `braid engines install voice` brings one."
        ) from error
    model = Path(hibari.__file__).parent / "assets" / _MODEL_FILE
    voice: Any = hibari.Hibari(model=str(model))
    return voice  # type: ignore[no-any-return]  # the package ships no types


def _resampled(samples: npt.NDArray[np.float32], rate_hz: int) -> npt.NDArray[np.int16]:
    """16-bit samples at ``rate_hz``."""
    frame = av.AudioFrame.from_ndarray(np.clip(samples, -1.0, 1.0)[None, :], format="fltp", layout="mono")
    frame.sample_rate = _RATE_HZ
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate_hz)
    frames = [*resampler.resample(frame), *resampler.resample(None)] if len(samples) else []
    parts = [each.to_ndarray().reshape(-1) for each in frames]
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def _encoded(
    samples: npt.NDArray[np.int16], rate_hz: int, muxer: str, codec: str, sample_format: str
) -> bytes:
    target = io.BytesIO()
    with av.open(target, mode="w", format=muxer) as sink:
        encoder = sink.add_stream(codec, rate=rate_hz, layout="mono", format=sample_format)
        converter = av.AudioResampler(format=sample_format, layout="mono", rate=rate_hz)
        if len(samples):
            frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate_hz, 0, Fraction(1, rate_hz)
            for converted in (*converter.resample(frame), *converter.resample(None)):
                sink.mux(encoder.encode(converted))
        sink.mux(encoder.encode(None))
    return target.getvalue()
