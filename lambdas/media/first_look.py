"""A first look at a video: a few of its I-frames, to know whether anything can be seen at all."""

from __future__ import annotations

from typing import BinaryIO

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from domain.errors import InvalidAssetError
from lambdas.media.blocks import BlockReader
from lambdas.media.container import open_container, picture_stream
from lambdas.media.quality import PictureQuality, picture_quality

__all__ = ["look"]

_LOOKS = 5
_SIDE_PX = 512
# A seek without an index may land far from an I-frame; then this look is given up.
_MAX_PACKETS = 250


def look(file: BinaryIO | BlockReader, media_type: str, duration_ms: int) -> tuple[PictureQuality, ...]:
    """The quality of up to five I-frames, spread over the length; none of one that can't be decoded.

    Raises InvalidAssetError where the file can't be opened.
    """
    found = []
    with open_container(file, media_type) as container:
        stream = picture_stream(container)
        if stream is None:
            raise InvalidAssetError("The file holds no moving pictures.")
        stream.codec_context.thread_count = 1  # more threads hold the first frame back
        stream.codec_context.skip_frame = "NONKEY"
        for number in range(_LOOKS):
            frame = _frame_near(container, stream, duration_ms * (2 * number + 1) // (2 * _LOOKS))
            if frame is not None:
                found.append(picture_quality(_small(frame)))
    return tuple(found)


def _frame_near(container: InputContainer, stream: VideoStream, at_ms: int) -> VideoFrame | None:
    """The I-frame at or before ``at_ms``, or the first one behind it."""
    container.seek((container.start_time or 0) + at_ms * 1000)
    stream.codec_context.flush_buffers()
    for number, packet in enumerate(container.demux(stream)):
        if number > _MAX_PACKETS:
            return None
        try:
            # An empty packet ends the stream; the decoder gives what it held back.
            frames = stream.codec_context.decode(packet if packet.size else None)
            if not frames and packet.is_keyframe:
                frames = stream.codec_context.decode(None)
                stream.codec_context.flush_buffers()
        except (av.error.InvalidDataError, av.error.EOFError):
            continue
        for frame in frames:
            return frame
    return None


def _small(frame: VideoFrame) -> Image.Image:
    scale = min(1.0, _SIDE_PX / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale)) for side in (frame.width, frame.height))
    picture: Image.Image = frame.to_image(width=width, height=height, interpolation="AREA")  # type: ignore[no-untyped-call]  # PyAV leaves it untyped
    return picture
