"""A video as a row of groups of packets, each beginning with a picture that decodes by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from braid.media.containers.container import start_ms_of
from braid.media.pictures.signature import signature_of_frame
from braid.media.shots.pictures import Picture

__all__ = ["FramePicture", "PacketGroup", "VideoReader"]

FramePicture = Picture[VideoFrame]
VideoPacket: TypeAlias = "Packet[VideoStream]"  # generic in the stubs only

IsWanted = Callable[[int, "int | None"], bool]

# Where every frame is an I-frame (motion JPEG, ProRes), a group is half a second of them.
_MIN_GROUP_MS = 500
_MIN_THREADED_PIXELS = 1920 * 1080
_MAX_THREADED_PIXELS = 4096 * 2304
# Above this the pictures that others are built on, up to sixteen, don't fit into half a gigabyte.
_MAX_REFERENCED_PIXELS = 4096 * 2304
_MAX_GROUP_MS = 20_000
_MAX_GROUP_BYTES = 64 * 1024 * 1024


@dataclass
class PacketGroup:
    """Packets in decoding order; the first one is an I-frame unless ``is_continuation``.

    ``next_start`` is the I-frame that the next group begins with; None for the last group, and for one that
    ``is_open_ended``: it grew too long to be held, and the next goes on with it.
    """

    packets: list[VideoPacket] = field(default_factory=list)
    is_continuation: bool = False
    is_open_ended: bool = False
    next_start: VideoPacket | None = None

    @property
    def packet_sizes(self) -> list[int]:
        """In bytes, in decoding order."""
        return [packet.size for packet in self.packets]

    def sizes_behind(self, pts: int | None) -> list[int]:
        """The I-frame's size, and those of the packets whose pictures are shown after ``pts``."""
        later = [
            packet.size
            for packet in self.packets[1:]
            if pts is None or packet.pts is None or packet.pts > pts
        ]
        return [self.packets[0].size, *later]


class VideoReader:
    """Reads a video's packets once, in order, and decodes those that are asked for.

    What can't be decoded is counted in ``broken_packets``; ``is_cut_off`` says that the file ended in an
    error, ``holds_few_pictures`` that pictures are so large that only I-frames may be decoded. Packets before
    the first keyframe, up to 20 s of them, are left out: ``late_ms`` says how long they last.
    """

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self.broken_packets = 0
        self.is_cut_off = False
        self.last_ms = 0
        self.late_ms = 0
        self._container = container
        self._stream = stream
        self._context = stream.codec_context
        self._start_ms = start_ms_of(container)
        self._frame_count = 0
        time_base = stream.time_base
        assert time_base is not None  # every demuxed stream has one
        self._ms_numerator, self._ms_denominator = 1000 * time_base.numerator, time_base.denominator
        self._ms_half = time_base.denominator // 2
        pixels = stream.width * stream.height
        # Frame threads decode several frames at once, also where there is one slice a frame; of a small one
        # they cost more than they save.
        stream.thread_type = "AUTO" if pixels >= _MIN_THREADED_PIXELS else "SLICE"
        self.holds_few_pictures = pixels > _MAX_REFERENCED_PIXELS
        if pixels > _MAX_THREADED_PIXELS:
            stream.codec_context.thread_count = 1  # each thread holds frames of its own

    def groups(self) -> Iterator[PacketGroup]:
        """The whole video, each packet in exactly one group."""
        group = PacketGroup()
        group_bytes, began_ms = 0, 0
        for packet in self._packets():
            at_ms = self._packet_ms(packet)
            if group.packets:
                is_long_enough = at_ms - began_ms >= _MIN_GROUP_MS or group.is_continuation
                is_start = packet.is_keyframe and is_long_enough
                if is_start or group_bytes > _MAX_GROUP_BYTES or at_ms - began_ms > _MAX_GROUP_MS:
                    group.next_start = packet if is_start else None
                    group.is_open_ended = not is_start
                    yield group
                    group = PacketGroup(is_continuation=not is_start)
                    group_bytes = 0
            if not group.packets:
                began_ms = at_ms
            group.packets.append(packet)
            group_bytes += packet.size
        if group.packets:
            yield group

    def first_picture(self, packet: VideoPacket) -> FramePicture | None:
        """The picture of an I-frame decoded by itself, or None. Forgets what was decoded before."""
        self._context.flush_buffers()
        pictures = [*self.decode([packet]), *self.drain()]
        return pictures[0] if pictures else None

    def decode(
        self, packets: Sequence[VideoPacket], is_wanted: IsWanted | None = None
    ) -> Iterator[FramePicture]:
        """The pictures of ``packets``, which follow those decoded before; the last come with the next.

        Those that aren't wanted, by when they are shown and their time stamp, are decoded and left out.
        """
        for packet in packets:
            yield from self._decode(packet, is_wanted)

    def drain(self) -> Iterator[FramePicture]:
        """The pictures that the decoder still holds; the next packet must be an I-frame."""
        yield from self._decode(None)
        self._context.flush_buffers()

    def skip_unreferenced(self, is_wanted: bool) -> None:
        """Whether pictures that no other one is built on stay undecoded: half of what B-frames there are."""
        self._context.skip_frame = "NONREF" if is_wanted else "DEFAULT"

    def reset(self) -> None:
        """Drops what the decoder still holds."""
        self._context.flush_buffers()

    def _packets(self) -> Iterator[VideoPacket]:
        try:
            first_ms: int | None = None
            has_begun = False
            for packet in self._container.demux(self._stream):
                if not packet.size:
                    continue
                at_ms = self._packet_ms(packet)
                first_ms = at_ms if first_ms is None else first_ms
                if not has_begun and not packet.is_keyframe and at_ms - first_ms < _MAX_GROUP_MS:
                    continue
                if not has_begun:
                    has_begun, self.late_ms = True, max(0, at_ms - first_ms)
                yield packet
        except (av.error.InvalidDataError, av.error.EOFError):
            self.is_cut_off = True

    def _decode(
        self, packet: VideoPacket | None, is_wanted: IsWanted | None = None
    ) -> Iterator[FramePicture]:
        try:
            frames = self._context.decode(packet)
        except (av.FFmpegError, EOFError):
            self.broken_packets += 1
            return
        for frame in frames:
            at_ms = self._frame_ms(frame)
            self.last_ms = max(self.last_ms, at_ms)
            if is_wanted is None or is_wanted(at_ms, frame.pts):
                yield Picture(at_ms, signature_of_frame(frame), frame)

    def _packet_ms(self, packet: VideoPacket) -> int:
        stamp = packet.pts if packet.pts is not None else packet.dts
        return self.last_ms if stamp is None else self._clock_ms(stamp)

    def _frame_ms(self, frame: VideoFrame) -> int:
        self._frame_count += 1
        stamp = frame.pts if frame.pts is not None else frame.dts
        if stamp is not None:
            return self._clock_ms(stamp)
        rate = self._stream.average_rate or 25
        return round(self._frame_count * 1000 / rate)

    def _clock_ms(self, stamp: int) -> int:
        """A stream's time stamp on the asset's clock."""
        # In whole numbers: fractions take a hundredth of what decoding a small video takes.
        return max(0, (stamp * self._ms_numerator + self._ms_half) // self._ms_denominator - self._start_ms)
