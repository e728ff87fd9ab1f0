"""A first look at a video: a few of its I-frames, to know whether anything can be seen at all."""

from __future__ import annotations

from typing import BinaryIO

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from braid.domain.errors import InvalidAssetError
from braid.media.containers.blocks import BlockReader
from braid.media.containers.container import open_container, picture_stream
from braid.media.containers.excerpt import excerpt
from braid.media.containers.matroska import has_cues
from braid.media.pictures.frame_image import frame_image
from braid.media.pictures.quality import PictureQuality, picture_quality

__all__ = ["look"]

_LOOKS = 5
_MAX_BYTES = 30 * 1024 * 1024
_SIDE_PX = 512
# A seek without an index may land far from an I-frame; then this look is given up.
_MAX_PACKETS = 250


def look(file: BinaryIO | BlockReader, media_type: str, duration_ms: int) -> tuple[PictureQuality, ...]:
    """The quality of up to five I-frames, spread over the length; none of one that can't be decoded, or
    that isn't found within a share of 30 MiB.

    Raises InvalidAssetError where the file can't be opened.
    """
    reader = file if isinstance(file, BlockReader) else BlockReader(file)
    found = []
    with open_container(reader, media_type) as container:
        stream = _pictures(container)
        is_live = media_type.endswith(("/webm", "/x-matroska")) and not has_cues(reader)
        left_bytes = _MAX_BYTES
        for number in range(_LOOKS):
            before = reader.fetched_bytes
            place = (2 * number + 1) / (2 * _LOOKS)
            with reader.limited(left_bytes // (_LOOKS - number)):
                if is_live:
                    frame = _frame_behind(reader, media_type, int(place * reader.size_bytes))
                else:
                    frame = _frame_near(container, stream, int(place * duration_ms))
            left_bytes -= reader.fetched_bytes - before
            if frame is not None:
                found.append(picture_quality(_small(frame)))
    if reader.error is not None:
        raise reader.error
    return tuple(found)


def _pictures(container: InputContainer) -> VideoStream:
    stream = picture_stream(container)
    if stream is None:
        raise InvalidAssetError("The file holds no moving pictures.")
    stream.codec_context.thread_count = 1  # more threads hold the first frame back
    stream.codec_context.skip_frame = "NONKEY"
    return stream


def _frame_behind(reader: BlockReader, media_type: str, position: int) -> VideoFrame | None:
    """The first I-frame behind a byte of a file without an index."""
    try:
        part = excerpt(reader, position, within_bytes=_MAX_BYTES)
        if part is None:
            return None
        with open_container(part, media_type) as container:
            return _first_frame(container, _pictures(container))
    except InvalidAssetError:
        return None  # what could be read of it holds no more than a piece of a picture


def _frame_near(container: InputContainer, stream: VideoStream, at_ms: int) -> VideoFrame | None:
    """The I-frame at or before ``at_ms``, or the first one behind it."""
    try:
        container.seek((container.start_time or 0) + at_ms * 1000)
        stream.codec_context.flush_buffers()
        return _first_frame(container, stream)
    except av.FFmpegError:
        return None  # not found within what may be read


def _first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame | None:
    for number, packet in enumerate(container.demux(stream)):
        if number > _MAX_PACKETS:
            return None
        try:
            # An empty packet ends the stream; the decoder gives what it held back.
            frames = stream.codec_context.decode(packet if packet.size else None)
            if not frames and packet.is_keyframe:
                frames = stream.codec_context.decode(None)
                stream.codec_context.flush_buffers()
        except (av.FFmpegError, EOFError):
            continue
        for frame in frames:
            return frame
    return None


def _small(frame: VideoFrame) -> Image.Image:
    scale = min(1.0, _SIDE_PX / max(frame.width, frame.height))
    return frame_image(frame, (max(2, round(frame.width * scale)), max(2, round(frame.height * scale))))
