"""How long a recording lasts: counted where its headers only guess.

FFmpeg guesses the length of formats without an index from their size and the bit rate of their beginning,
which a variable bit rate makes wrong by an order of magnitude.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from braid.media.containers.blocks import BlockReader
from braid.media.containers.container import open_container
from braid.media.containers.matroska import last_block_ms

__all__ = ["duration_ms"]

Streams = Sequence[VideoStream | AudioStream]

_COUNTED_BYTES = 32 * 1024 * 1024
# Each packet of these says how long it is, and nothing else does; ADTS has no constant bit rate.
_GUESSED = ("mpeg", "aac", "amr", "flac")
_ALWAYS_COUNTED = ("aac", "amr")
_IN_FRAGMENTS = ("mp4", "quicktime")


def duration_ms(
    reader: BlockReader,
    media_type: str,
    container: InputContainer,
    streams: Streams,
    *,
    is_whole: bool = True,
) -> int:
    """From the container's start to the latest end of any of ``streams``; 0 where there is none.

    Of a large file no more than its end is read, or its header believed, except where that can't know. Where
    a small one isn't whole, what is there is counted.
    """
    subtype = media_type.partition("/")[2]
    is_small = reader.size_bytes <= _COUNTED_BYTES
    is_in_fragments = subtype in _IN_FRAGMENTS and all(stream.frames == 0 for stream in streams)
    is_guessed = subtype in _GUESSED or is_in_fragments or not is_whole
    known_ms = _declared_ms(container, streams)
    indexes = [stream.index for stream in streams]
    if subtype in _ALWAYS_COUNTED or (is_guessed and is_small):
        return _counted_ms(reader, media_type, indexes) or known_ms
    if known_ms > 0:
        return known_ms
    if not is_small and subtype in ("webm", "x-matroska"):
        return last_block_ms(reader)
    return _counted_ms(reader, media_type, indexes)


def _declared_ms(container: InputContainer, streams: Streams) -> int:
    start_ms = max(Fraction(0), Fraction(container.start_time or 0, 1000))
    ends = [
        (max(stream.start_time or 0, 0) + stream.duration) * stream.time_base * 1000 - start_ms
        for stream in streams
        if stream.duration is not None and stream.time_base is not None and stream.duration > 0
    ]
    if len(ends) < len(streams) and container.duration is not None:
        ends.append(Fraction(container.duration, 1000))
    return round(max(ends, default=Fraction(0)))


def _counted_ms(reader: BlockReader, media_type: str, indexes: Sequence[int]) -> int:
    """The latest end of any packet; where packets have no time, the sum of their lengths."""
    reader.seek(0)
    ends: dict[int, Fraction] = {}
    starts: dict[int, Fraction] = {}
    with open_container(reader, media_type) as container:
        streams = [container.streams[index] for index in indexes]
        for packet in container.demux(*streams):
            if not packet.size or packet.time_base is None or packet.is_discard:
                continue
            index, length = packet.stream_index, packet.duration or 0
            begin = ends.get(index, Fraction(0)) if packet.pts is None else packet.pts * packet.time_base
            ends[index] = max(ends.get(index, Fraction(0)), begin + length * packet.time_base)
            starts.setdefault(index, begin)
    if not ends:
        return 0
    return round(1000 * (max(ends.values()) - max(Fraction(0), min(starts.values()))))
