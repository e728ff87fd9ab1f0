"""Sound, decoded in pieces: all of it, or moments from all over a recording with little reading.

How a moment is found depends on the file. Matroska is entered at a cluster, by bytes, whether it has an index
or not; so are the formats whose packets follow each other without one, by whatever looks like a packet. In
all others FFmpeg seeks. None of it may read more than its share.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from braid.domain.errors import InvalidAssetError
from braid.media.containers.blocks import BLOCK_BYTES, BlockReader
from braid.media.containers.container import open_container
from braid.media.containers.excerpt import excerpt
from braid.media.containers.sound_tracks import decode_sound, pick_sound
from braid.media.sound.mixing import Mixer, channels_of

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
    """The same moment twice: every sample of every channel as decoded, and each channel at the rate asked
    for. ``mix`` is what is left where the channels are heard as one, at that rate too.
    """

    decoded: array[int]
    channels: tuple[array[int], ...]
    mix: array[int]


class SoundReader:
    """The sound track of an opened file. Raises InvalidAssetError where there is none."""

    def __init__(
        self, reader: BlockReader, media_type: str, container: InputContainer, track: int | None = None
    ) -> None:
        self._reader = reader
        self._media_type = media_type
        self._container = container
        self._track = track
        self._stream = pick_sound(container, track)
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
                    yield from _decoded(
                        container, pick_sound(container, self._track), self.rate_hz, _MOMENT_MS
                    )
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


def _decoded(
    container: InputContainer, stream: AudioStream, rate_hz: int, length_ms: int | None
) -> Iterator[SoundPiece]:
    """The sound from where the container stands, for ``length_ms`` or to the end."""
    stream.codec_context.flush_buffers()
    as_decoded, at_rate, mixed = Mixer(), Mixer(rate_hz=rate_hz), Mixer(mix="mono", rate_hz=rate_hz)
    left = None if length_ms is None else length_ms * rate_hz // 1000
    for frame in decode_sound(container, stream):
        count = channels_of(frame)
        decoded = _samples(as_decoded.convert(frame))
        heard = decoded if rate_hz == frame.sample_rate else _samples(at_rate.convert(frame))
        mix = heard if count == 1 else _samples(mixed.convert(frame))
        yield SoundPiece(decoded, tuple(heard[place::count][:left] for place in range(count)), mix[:left])
        if left is not None:
            left -= len(heard) // count
            if left <= 0:
                return


def _samples(frames: Iterable[AudioFrame]) -> array[int]:
    samples: array[int] = array("h")
    for frame in frames:
        samples.frombytes(bytes(frame.planes[0])[: frame.samples * channels_of(frame) * 2])
    return samples
