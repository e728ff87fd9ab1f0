"""A sound track of lines that are spoken at their times, with silence between: written from start to end."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO

import av
from av.audio.frame import AudioFrame

__all__ = ["MEDIA_TYPE", "PlacedSound", "trimmed", "write_track"]

MEDIA_TYPE = "audio/mpeg"
_BYTES_PER_SAMPLE = 2
# LAME's V4: some 40 kbit/s where one voice speaks at 16 kHz, 8 where nobody does. FFmpeg counts qualities in
# steps of 118 (FF_QP2LAMBDA).
_ENCODER = {"flags": "+qscale", "global_quality": str(4 * 118)}
# Below -50 dB of full scale nothing is heard of a voice.
_SILENT_BELOW = 104


@dataclass(frozen=True)
class PlacedSound:
    """Samples (16-bit little-endian, one channel) that begin at ``start_ms`` of the track."""

    start_ms: int
    samples: bytes


def trimmed(samples: bytes) -> bytes:
    """16-bit little-endian ``samples`` without the silence before and behind what is spoken."""
    values = array("h", samples)
    if sys.byteorder == "big":
        values.byteswap()
    begin, end = 0, len(values)
    while begin < end and abs(values[begin]) < _SILENT_BELOW:
        begin += 1
    while end > begin and abs(values[end - 1]) < _SILENT_BELOW:
        end -= 1
    return samples[begin * _BYTES_PER_SAMPLE : end * _BYTES_PER_SAMPLE]


def write_track(out: BinaryIO, sounds: Iterable[PlacedSound], *, duration_ms: int, rate_hz: int) -> None:
    """Writes an mp3 of ``duration_ms`` to ``out``, with ``sounds`` in order of time at ``rate_hz`` a second.

    What runs into the next sound, or over the end, is cut off. ``out`` is written from start to end; behind
    that its first kilobyte is written over, with the length. A second is in memory at a time.
    """
    with av.open(out, mode="w", format="mp3") as sink:
        encoder = sink.add_stream("libmp3lame", rate=rate_hz, layout="mono", format="s16p", options=_ENCODER)
        position = 0
        for piece in _pieces(sounds, duration_ms * rate_hz // 1000, rate_hz):
            frame = AudioFrame(format="s16p", layout="mono", samples=len(piece) // _BYTES_PER_SAMPLE)
            frame.sample_rate = rate_hz
            frame.time_base = Fraction(1, rate_hz)
            frame.pts = position
            # A plane may be longer than what it holds.
            frame.planes[0].update(piece.ljust(frame.planes[0].buffer_size, b"\0"))
            position += frame.samples
            sink.mux(encoder.encode(frame))
        sink.mux(encoder.encode(None))


def _pieces(sounds: Iterable[PlacedSound], length: int, rate_hz: int) -> Iterator[bytes]:
    """All samples of the track, at most a second at a time."""
    second = rate_hz * _BYTES_PER_SAMPLE
    placed = list(sounds)
    written = 0
    for index, sound in enumerate(placed):
        start = min(sound.start_ms * rate_hz // 1000, length)
        following = placed[index + 1].start_ms * rate_hz // 1000 if index + 1 < len(placed) else length
        yield from _silence(start - written, second)
        written = max(written, start)
        room = max(0, min(following, length) - written)
        samples = sound.samples[: room * _BYTES_PER_SAMPLE]
        for begin in range(0, len(samples), second):
            yield samples[begin : begin + second]
        written += len(samples) // _BYTES_PER_SAMPLE
    yield from _silence(length - written, second)


def _silence(samples: int, second: int) -> Iterator[bytes]:
    left = samples * _BYTES_PER_SAMPLE
    while left > 0:
        yield bytes(min(left, second))
        left -= second
