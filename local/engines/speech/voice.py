"""Speaks English: the hibari voice, a small network for onnxruntime whose weights are in its package.

The package is code of a small publisher and installed only by who asks for it (``requirements/voice.txt``).
Its one bundled voice is named here by its file: any other would be downloaded.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream

from local.engines.errors import EngineMissingError
from local.weights.cache import WeightsMissingError
from local.weights.optional import import_optional

__all__ = ["speak"]

_MODEL_FILE = "hibari.onnx"
_RATE_HZ = 24_000
# The noise in its breath and sibilants is drawn at random; the same text sounds the same.
_SEED = 0
_SLOWEST = 0.5


@dataclass(frozen=True)
class _Codec:
    """FFmpeg's names for one of Polly's output formats."""

    muxer: str
    encoder: str
    sample_format: str
    layout: str = "mono"
    options: Mapping[str, str] = field(default_factory=dict)


_CODECS = {
    "mp3": _Codec("mp3", "libmp3lame", "s16p"),
    # The one encoder that PyAV brings for it, which writes two channels: here the same twice.
    "ogg_vorbis": _Codec("ogg", "vorbis", "fltp", "stereo", {"strict": "experimental"}),
}


def speak(text: str, *, speed: float = 1.0, output_format: str = "pcm", rate_hz: int = 16_000) -> bytes:
    """``text`` as sound of one channel: ``pcm`` (16-bit little-endian), ``mp3`` or ``ogg_vorbis``.

    ``speed`` is a factor on the voice's own pace, about 175 words a minute. No words give no sound.
    Raises ``EngineMissingError`` where the package isn't installed.
    """
    resampled = _resampled(_spoken(text, speed) if text.strip() else np.zeros(0, np.float32), rate_hz)
    if output_format == "pcm":
        return resampled.astype("<i2").tobytes()
    return _encoded(resampled, rate_hz, _CODECS[output_format])


def _spoken(text: str, speed: float) -> npt.NDArray[np.float32]:
    """Samples of ``text``, stretched in time to ``speed`` without another pitch.

    The network takes a speed too, but jumps between a few: asked for a quarter more it gains an eighth or
    two fifths.
    """
    samples: npt.NDArray[np.float32] = _voice()(text, seed=_SEED)
    if speed == 1:
        return samples
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        format="fltp", sample_rate=_RATE_HZ, layout="mono", time_base=Fraction(1, _RATE_HZ)
    )
    # The filter halves a pace at most.
    paces = [speed] if speed >= _SLOWEST else [_SLOWEST, speed / _SLOWEST]
    graph.link_nodes(source, *(graph.add("atempo", str(pace)) for pace in paces), graph.add("abuffersink"))
    graph.configure()
    frame = av.AudioFrame.from_ndarray(samples[None, :], format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = _RATE_HZ, 0, Fraction(1, _RATE_HZ)
    graph.push(frame)
    graph.push(None)
    parts: list[npt.NDArray[np.float32]] = []
    while True:
        try:
            pulled = graph.pull()
        except (av.error.EOFError, av.error.BlockingIOError):
            return np.concatenate(parts)
        parts.append(cast(av.AudioFrame, pulled).to_ndarray().reshape(-1).astype(np.float32))


@functools.cache
def _voice() -> Callable[..., npt.NDArray[np.float32]]:
    try:
        hibari = import_optional("voice")
    except WeightsMissingError as error:
        raise EngineMissingError(
            "This machine has no voice. `braid engines install voice` brings one."
        ) from error
    assert hibari.__file__ is not None  # a package in a folder
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


def _encoded(samples: npt.NDArray[np.int16], rate_hz: int, codec: _Codec) -> bytes:
    target = io.BytesIO()
    with av.open(target, mode="w", format=codec.muxer) as sink:
        stream = sink.add_stream(
            codec.encoder,
            rate=rate_hz,
            layout=codec.layout,
            format=codec.sample_format,
            options=dict(codec.options),
        )
        encoder = cast(AudioStream, stream)
        converter = av.AudioResampler(format=codec.sample_format, layout=codec.layout, rate=rate_hz)
        if len(samples):
            frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate_hz, 0, Fraction(1, rate_hz)
            for converted in (*converter.resample(frame), *converter.resample(None)):
                sink.mux(encoder.encode(converted))
        sink.mux(encoder.encode(None))
    return target.getvalue()
