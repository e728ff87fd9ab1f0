"""Sound, decoded in pieces: all of it, or moments from all over a recording with little reading.

How a moment is found depends on the file. Matroska is entered at a cluster, by bytes, whether it has an index
or not; so are the formats whose packets follow each other without one, by whatever looks like a packet. In
all others FFmpeg seeks. None of it may read more than its share.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from braid.domain.errors import InvalidAssetError
from braid.media.blocks import BLOCK_BYTES, BlockReader
from braid.media.container import open_container
from braid.media.excerpt import excerpt

__all__ = ["SoundPiece", "SoundReader"]

_MOMENTS = 12
_MOMENT_MS = 4_000
_MAX_SAMPLED_BYTES = 56 * 1024 * 1024
_MAX_SAMPLED_SHARE = 0.08
_LEAST_BYTES = 2 * BLOCK_BYTES  # of a moment
_ENTERED_AT_CLUSTERS = ("x-matroska", "webm")
_ENTERED_ANYWHERE = ("mpeg", "aac")


@dataclass(frozen=True)
class SoundPiece:
    """The same moment twice: every sample of every channel as decoded, and mono at the rate asked for."""

    decoded: array[int]
    mono: array[int]


class SoundReader:
    """The sound track of an opened file. Raises InvalidAssetError where there is none."""

    def __init__(self, reader: BlockReader, media_type: str, container: InputContainer) -> None:
        self._reader = reader
        self._media_type = media_type
        self._container = container
        self._stream = _sound_stream(container)
        self.rate_hz: int = self._stream.codec_context.sample_rate
        self.known_ms = 0 if container.duration is None else container.duration // 1000
        # Where pictures and sound lie apart, what is not asked for needn't be read.
        for stream in container.streams:
            if stream.index != self._stream.index:
                stream.discard = Discard.all

    def everything(self, rate_hz: int) -> Iterator[SoundPiece]:
        """All of the sound, read from start to end."""
        self._container.seek(self._container.start_time or 0)
        return _decoded(self._container, self._stream, rate_hz, None)

    def moments(self, duration_ms: int) -> Iterator[Iterator[SoundPiece]]:
        """Up to four seconds from each of twelve places spread over the length, at the track's own rate.

        Of a file that is larger than its reader's cache at most 8 % is read, counting what was read
        before, and 56 MiB; there pieces are shorter, or fewer, and one that isn't found so is empty.
        """
        left_bytes = self._reader.size_bytes
        if not self._reader.holds_all:
            share = int(_MAX_SAMPLED_SHARE * left_bytes) - self._reader.fetched_bytes
            left_bytes = max(_LEAST_BYTES, min(share, _MAX_SAMPLED_BYTES))
        count = max(1, min(_MOMENTS, left_bytes // _LEAST_BYTES))
        for number in range(count):
            before = self._reader.fetched_bytes
            place = number / max(1, count - 1)
            with self._reader.limited(left_bytes // (count - number)):
                yield self._moment(place, duration_ms)
            left_bytes -= self._reader.fetched_bytes - before

    def _moment(self, place: float, duration_ms: int) -> Iterator[SoundPiece]:
        """The sound of a moment at ``place``, from 0 for the first to 1 for the last one."""
        subtype = self._media_type.partition("/")[2]
        size_bytes = self._reader.size_bytes
        # The last one lies at the very end, for some muxers put all sound there.
        position = int(place * max(0, size_bytes - _LEAST_BYTES))
        try:
            if subtype in _ENTERED_AT_CLUSTERS and position > 0:
                part = excerpt(self._reader, position, within_bytes=size_bytes)
                if part is None:
                    return
                with open_container(part, self._media_type) as container:
                    yield from _decoded(container, _sound_stream(container), self.rate_hz, _MOMENT_MS)
                return
            if subtype in _ENTERED_ANYWHERE:
                self._container.seek(position, unsupported_byte_offset=True)
            else:
                at_ms = int(place * max(0, duration_ms - _MOMENT_MS))
                self._container.seek((self._container.start_time or 0) + at_ms * 1000)
            yield from _decoded(self._container, self._stream, self.rate_hz, _MOMENT_MS)
        except (av.FFmpegError, InvalidAssetError):
            # Not found within what may be read; the error of a failing network is another one.
            if self._reader.error is not None:
                raise


def _sound_stream(container: InputContainer) -> AudioStream:
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        raise InvalidAssetError("The file holds no sound.")
    return stream


def _decoded(
    container: InputContainer, stream: AudioStream, rate_hz: int, length_ms: int | None
) -> Iterator[SoundPiece]:
    """The sound from where the container stands, for ``length_ms`` or to the end."""
    stream.codec_context.flush_buffers()
    as_decoded = AudioResampler(format="s16")
    as_heard = AudioResampler(format="s16", layout="mono", rate=rate_hz)
    left = None if length_ms is None else length_ms * rate_hz // 1000
    for packet in container.demux(stream):
        try:
            frames = stream.codec_context.decode(packet if packet.size else None)
        except (av.error.InvalidDataError, av.error.EOFError):
            continue
        for frame in frames:
            frame.pts = None
            mono: array[int] = array("h")
            decoded: array[int] = array("h")
            for resampled in as_decoded.resample(frame):
                channels = resampled.layout.nb_channels
                decoded.frombytes(bytes(resampled.planes[0])[: resampled.samples * channels * 2])
            for resampled in as_heard.resample(frame):
                mono.frombytes(bytes(resampled.planes[0])[: resampled.samples * 2])
            yield SoundPiece(decoded, mono[:left])
            if left is not None:
                left -= len(mono)
                if left <= 0:
                    return
