"""How loud an asset's sound is, and whether there is any."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from operator import mul
from typing import BinaryIO

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from domain.errors import InvalidAssetError
from lambdas.media.container import open_container

__all__ = ["SILENCE_DBFS", "Loudness", "measure_loudness"]

# Speech is recorded at -30 to -12 dBFS; below this a recording holds at most its own hiss.
SILENCE_DBFS = -50.0
_FLOOR_DBFS = -96.0  # 16 bits
_RATE_HZ = 8_000  # of mono 16-bit samples: enough to tell how loud speech is
_WINDOW_SAMPLES = _RATE_HZ // 20  # 50 ms, about a syllable
_CLIPPED_LEVEL = 32_600
_WHOLE_MS = 60_000
_PROBES = 12
_PROBE_MS = 4_000


@dataclass(frozen=True)
class Loudness:
    """Measured over ``measured_ms`` of the sound, in windows of 50 ms, in dB below full scale.

    ``level_dbfs`` is the level that a tenth of the windows exceeds, ``noise_dbfs`` the one that nine tenths
    exceed; their difference estimates the signal-to-noise ratio of speech, which has pauses. The shares are
    of samples and of windows. ``is_silent``: no window at all was above SILENCE_DBFS; said only after all was
    heard.
    """

    peak_dbfs: float
    level_dbfs: float
    noise_dbfs: float
    clipped_share: float
    silence_share: float
    measured_ms: int
    is_silent: bool


def measure_loudness(file: BinaryIO, media_type: str) -> Loudness:
    """Hears a recording of up to a minute whole, and of a longer one twelve pieces of four seconds.

    Where those are all silent it goes on and hears everything, so that ``is_silent`` is sure. Raises
    InvalidAssetError where there is no sound or none of it can be decoded.
    """
    with open_container(file, media_type) as container:
        stream = container.streams.best("audio")
        if not isinstance(stream, AudioStream):
            raise InvalidAssetError("The file holds no sound.")
        duration_ms = 0 if container.duration is None else container.duration // 1000
        meter = _Meter()
        if duration_ms > _WHOLE_MS:
            for probe in range(_PROBES):
                # Evenly over the whole length, the first at its start.
                start_ms = probe * (duration_ms - _PROBE_MS) // (_PROBES - 1)
                meter.hear(_samples(container, stream, start_ms, _PROBE_MS))
        if meter.is_silent:
            meter = _Meter()
            meter.hear(_samples(container, stream, 0, None))
    if meter.sample_count == 0:
        raise InvalidAssetError(
            "Nothing of the sound track can be decoded. Export it again, for example as mp3"
        )
    return meter.result()


class _Meter:
    """Sums up 16-bit samples."""

    def __init__(self) -> None:
        self.sample_count = 0
        self._clipped_count = 0
        self._peak = 0
        self._windows: list[float] = []

    @property
    def is_silent(self) -> bool:
        return max(self._windows, default=_FLOOR_DBFS) < SILENCE_DBFS

    def hear(self, pieces: Iterator[array[int]]) -> None:
        """Takes samples in pieces of any length."""
        rest: array[int] = array("h")
        for piece in pieces:
            self.sample_count += len(piece)
            peak = max(max(piece), -min(piece))
            self._peak = max(self._peak, peak)
            if peak >= _CLIPPED_LEVEL:
                self._clipped_count += sum(abs(sample) >= _CLIPPED_LEVEL for sample in piece)
            rest.extend(piece)
            while len(rest) >= _WINDOW_SAMPLES:
                self._take(rest[:_WINDOW_SAMPLES])
                del rest[:_WINDOW_SAMPLES]
        if rest:
            self._take(rest)

    def _take(self, window: array[int]) -> None:
        self._windows.append(_dbfs(math.sqrt(sum(map(mul, window, window)) / len(window))))

    def result(self) -> Loudness:
        windows = sorted(self._windows)
        silent = sum(level < SILENCE_DBFS for level in windows)
        return Loudness(
            peak_dbfs=_dbfs(self._peak),
            level_dbfs=windows[int(len(windows) * 0.9)],
            noise_dbfs=windows[int(len(windows) * 0.1)],
            clipped_share=self._clipped_count / self.sample_count,
            silence_share=silent / len(windows),
            measured_ms=self.sample_count * 1000 // _RATE_HZ,
            is_silent=self.is_silent,
        )


def _dbfs(amplitude: float) -> float:
    return max(_FLOOR_DBFS, round(20 * math.log10(amplitude / 32_768), 1)) if amplitude > 0 else _FLOOR_DBFS


def _samples(
    container: InputContainer, stream: AudioStream, start_ms: int, length_ms: int | None
) -> Iterator[array[int]]:
    """Mono samples at 8 kHz from about ``start_ms``, for ``length_ms`` or to the end."""
    origin = container.start_time or 0
    container.seek(origin + start_ms * 1000)
    stream.codec_context.flush_buffers()
    resampler = AudioResampler(format="s16", layout="mono", rate=_RATE_HZ)
    left = None if length_ms is None else length_ms * _RATE_HZ // 1000
    for packet in container.demux(stream):
        try:
            frames = stream.codec_context.decode(packet if packet.size else None)
        except (av.error.InvalidDataError, av.error.EOFError):
            continue
        for frame in frames:
            frame.pts = None
            for resampled in resampler.resample(frame):
                samples: array[int] = array("h")
                samples.frombytes(bytes(resampled.planes[0])[: resampled.samples * 2])
                if samples:
                    yield samples[:left]
                if left is not None:
                    left -= len(samples)
                    if left <= 0:
                        return
