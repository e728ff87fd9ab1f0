"""What an audio or video file holds, found out with few reads and without trusting its header alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from braid.domain.errors import InvalidAssetError
from braid.media.blocks import BlockReader
from braid.media.completeness import missing_bytes
from braid.media.container import open_container, picture_stream, start_ms_of
from braid.media.matroska import last_block_ms

__all__ = ["AudioTrack", "MediaProbe", "VideoTrack", "probe"]

# The first frame of every track is decoded. A track that starts far behind the other is left unproved.
_MAX_PROOF_BYTES = 2 * 1024 * 1024
_MAX_BROKEN_PACKETS = 32
_COUNTED_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class VideoTrack:
    """Moving pictures. Width and height are as shown: turned upright, with square pixels."""

    codec: str
    width_px: int
    height_px: int
    fps: float | None


@dataclass(frozen=True)
class AudioTrack:
    """Sound, as the decoder gives it."""

    codec: str
    channels: int
    sample_rate_hz: int


@dataclass(frozen=True)
class MediaProbe:
    """A playable file. At least one of ``video`` and ``audio`` is there.

    ``media_type`` says what it really is: an mp4 without moving pictures is ``audio/mp4``.
    ``missing_bytes`` is above 0 where the file announces more than is there, but what is there plays.
    """

    media_type: str
    duration_ms: int
    video: VideoTrack | None
    audio: AudioTrack | None
    missing_bytes: int


def probe(file: BinaryIO | BlockReader, media_type: str) -> MediaProbe:
    """Opens an audio or video file and decodes the first frame of each track.

    Raises InvalidAssetError where it can't be opened (cut off, damaged, no index), where a track doesn't
    decode, where there is neither picture nor sound, and where it has no duration.
    """
    reader = file if isinstance(file, BlockReader) else BlockReader(file)
    with open_container(reader, media_type) as container:
        video = picture_stream(container)
        audio = container.streams.best("audio")
        audio = audio if isinstance(audio, AudioStream) else None
        streams: list[VideoStream | AudioStream] = [stream for stream in (video, audio) if stream is not None]
        if not streams:
            raise InvalidAssetError("The file holds neither moving pictures nor sound. Export it again.")
        first_frames, empty = _decode_first_frames(container, streams)
        if audio is not None and audio.index in empty and video is not None:
            audio = None  # a declared track without any content
        duration_ms = _duration_ms(container, streams)
        if duration_ms <= 0:
            duration_ms = _counted_duration_ms(reader, media_type, streams[0].index)
        if duration_ms <= 0:
            raise InvalidAssetError(
                "The file has no duration: it holds no more than a moment. Upload a longer recording."
            )
        return MediaProbe(
            media_type=_exact_type(media_type, has_pictures=video is not None),
            duration_ms=duration_ms,
            video=None if video is None else _video_track(video, first_frames.get(video.index)),
            audio=None if audio is None else _audio_track(audio),
            missing_bytes=missing_bytes(reader, media_type),
        )


def _decode_first_frames(
    container: InputContainer, streams: list[VideoStream | AudioStream]
) -> tuple[dict[int, object], set[int]]:
    """The first decoded frame by stream index, and which streams hold no packet in the whole file.

    A track of which nothing came in the first megabytes is taken as it is declared.
    """
    names = {"video": "picture", "audio": "sound"}
    waiting: dict[int, Stream] = {stream.index: stream for stream in streams}
    frames: dict[int, object] = {}
    failures: Counter[int] = Counter()
    has_packets: set[int] = set()
    read_bytes = 0
    is_read_through = True
    for stream in streams:
        stream.codec_context.thread_count = 1  # more threads hold the first frame back
    for packet in container.demux(*streams):
        index = packet.stream.index
        if packet.size:
            has_packets.add(index)
            read_bytes += packet.size
        if index in waiting:
            try:
                decoded = packet.decode()
            except av.FFmpegError:
                failures[index] += 1
                decoded = []
            if decoded:
                frames[index] = decoded[0]
                del waiting[index]
        is_far_away = read_bytes > _MAX_PROOF_BYTES and not waiting.keys() & has_packets
        if not waiting or failures[index] > _MAX_BROKEN_PACKETS or is_far_away:
            is_read_through = False
            break
    for index, unproved in waiting.items():
        if index in has_packets or len(streams) == 1:
            name = names.get(unproved.type, unproved.type)
            codec = unproved.codec_context.codec.canonical_name
            raise InvalidAssetError(
                f"The {name} track ({codec}) can't be decoded: it is damaged, cut off or protected."
                " Export it again, for example as mp4 with H.264 and AAC."
            )
    return frames, waiting.keys() - has_packets if is_read_through else set()


def _duration_ms(container: InputContainer, streams: list[VideoStream | AudioStream]) -> int:
    """The longest track's duration, else the container's; 0 where neither knows it."""
    known = [
        Fraction(stream.duration) * stream.time_base * 1000
        for stream in streams
        if stream.duration is not None and stream.time_base is not None and stream.duration > 0
    ]
    if not known and container.duration is not None:
        known = [Fraction(container.duration, 1000)]
    return round(max(known, default=Fraction(0)))


def _counted_duration_ms(reader: BlockReader, media_type: str, stream_index: int) -> int:
    """The duration of a recording that was written without knowing its end.

    Of a large WebM or Matroska file the end is read, of everything else each packet.
    """
    if reader.size_bytes > _COUNTED_BYTES and media_type.endswith(("/webm", "/x-matroska")):
        return last_block_ms(reader)
    reader.seek(0)
    with open_container(reader, media_type) as container:
        stream = container.streams[stream_index]
        if stream.time_base is None:
            return 0
        last_ms = 0.0
        for packet in container.demux(stream):
            if packet.pts is not None:
                end = packet.pts + (packet.duration or 0)
                last_ms = max(last_ms, float(end * stream.time_base * 1000))
        return round(last_ms) - start_ms_of(container)


def _exact_type(media_type: str, *, has_pictures: bool) -> str:
    subtype = media_type.partition("/")[2]
    if has_pictures:
        return f"video/{subtype}"
    return "audio/mp4" if subtype == "quicktime" else f"audio/{subtype}"


def _video_track(stream: VideoStream, first_frame: object) -> VideoTrack:
    width, height = stream.width, stream.height
    aspect = stream.sample_aspect_ratio
    if aspect:
        width = round(width * aspect)
    if isinstance(first_frame, VideoFrame) and first_frame.rotation % 180:
        width, height = height, width
    rate = stream.average_rate
    return VideoTrack(stream.codec_context.codec.canonical_name, width, height, float(rate) if rate else None)


def _audio_track(stream: AudioStream) -> AudioTrack:
    context = stream.codec_context
    return AudioTrack(context.codec.canonical_name, context.channels, context.sample_rate)
