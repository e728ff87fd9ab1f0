"""The first frame of every track, decoded: the proof that a file plays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

__all__ = ["Proof", "prove"]

# A track that starts far behind the other is left unproved.
_MAX_PROOF_BYTES = 2 * 1024 * 1024
_MAX_BROKEN_PACKETS = 32
# How far a first keyframe is looked for: 20 s of 12 Mbit/s.
_MAX_KEYFRAME_BYTES = 30 * 1024 * 1024
_MIN_LEAP_MS = 500


@dataclass
class Proof:
    """What came of decoding, by stream index.

    ``frames``: the first one of each. ``broken``: tracks that hold packets of which none decodes. ``empty``:
    tracks without any packet in the whole file. ``late_ms``: how much of a picture track lies before its
    first keyframe, where that is not its beginning.
    """

    frames: dict[int, object] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)
    empty: set[int] = field(default_factory=set)
    late_ms: dict[int, int] = field(default_factory=dict)


def prove(container: InputContainer, streams: Sequence[VideoStream | AudioStream]) -> Proof:
    """Decodes until every track gave a frame or can't be expected to.

    What lies before a picture track's first keyframe can't be decoded, which is no damage: a recording may
    begin anywhere. A track of which nothing came in the first megabytes is taken as it is declared.
    """
    proof = Proof()
    waiting = {stream.index: stream for stream in streams}
    failures: Counter[int] = Counter()
    firsts: dict[int, float] = {}
    keyed: set[int] = set()
    read_bytes = 0
    is_read_through = True
    for stream in streams:
        stream.codec_context.thread_count = 1  # more threads hold the first frame back
    for packet in container.demux(*streams):
        index = packet.stream_index
        at_ms = float((packet.pts or packet.dts or 0) * (packet.time_base or 0) * 1000)
        if packet.size:
            firsts.setdefault(index, at_ms)
            read_bytes += packet.size
        if index in waiting:
            is_picture = isinstance(waiting[index], VideoStream)
            if packet.size and packet.is_keyframe and index not in keyed:
                keyed.add(index)
                if is_picture and at_ms - firsts[index] >= _MIN_LEAP_MS and not packet.is_discard:
                    proof.late_ms[index] = round(at_ms - firsts[index])
            try:
                decoded = waiting[index].codec_context.decode(packet if packet.size else None)
            except (av.FFmpegError, EOFError):
                failures[index] += index in keyed or not is_picture
                decoded = []
            if decoded:
                proof.frames[index] = decoded[0]
                del waiting[index]
        is_hopeless = {
            number
            for number in waiting
            if failures[number] > _MAX_BROKEN_PACKETS
            or (number in firsts and number not in keyed and read_bytes > _MAX_KEYFRAME_BYTES)
        }
        is_far_away = read_bytes > _MAX_PROOF_BYTES and not (waiting.keys() - is_hopeless) & firsts.keys()
        if not waiting.keys() - is_hopeless or is_far_away:
            is_read_through = False
            break
    proof.broken = {index for index in waiting if index in firsts}
    proof.empty = waiting.keys() - firsts.keys() if is_read_through else set()
    return proof
