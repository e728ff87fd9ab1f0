"""Opens audio and video files; every error of FFmpeg becomes one that an editor understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.media.blocks import BadOffsetError, BlockReader
from braid.media.completeness import why_unreadable

__all__ = ["open_container", "picture_stream", "start_ms_of"]

# FFmpeg is told what to expect instead of guessing: its guesses include playlists that name other files.
_DEMUXERS = {
    "mp4": "mov",
    "quicktime": "mov",
    "x-matroska": "matroska",
    "webm": "matroska",
    "x-msvideo": "avi",
    "mp2t": "mpegts",
    "ogg": "ogg",
    "mpeg": "mp3",
    "wav": "wav",
    "flac": "flac",
    "aac": "aac",
    "amr": "amr",
    "aiff": "aiff",
    "heic": "mov",
}
_BUFFER_BYTES = 64 * 1024
# Matroska's header tells what FFmpeg would else read five megabytes for.
_OPTIONS = {"matroska": {"probesize": str(1024 * 1024)}}


@contextmanager
def open_container(file: BinaryIO | BlockReader, media_type: str) -> Iterator[InputContainer]:
    """The opened container of an audio or video file, read in few, large pieces.

    Inside the ``with`` block, too, an error of FFmpeg is raised as InvalidAssetError, and an error of
    ``file`` itself (a failing network) as what it is.
    """
    subtype = media_type.partition("/")[2]
    if subtype not in _DEMUXERS:
        raise InvalidInputError(f"{media_type} is no audio or video type that can be opened")
    reader = file if isinstance(file, BlockReader) else BlockReader(file)
    reader.seek(0)  # several may read one after the other
    try:
        with av.open(
            reader,
            mode="r",
            format=_DEMUXERS[subtype],
            options=_OPTIONS.get(_DEMUXERS[subtype], {}),
            metadata_errors="replace",
            buffer_size=_BUFFER_BYTES,
        ) as container:
            yield container
    except (av.FFmpegError, BadOffsetError) as error:
        if reader.error is not None:
            raise reader.error from error
        raise InvalidAssetError(why_unreadable(reader, media_type)) from error


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The moving pictures, or None; a cover picture in a sound file is none."""
    best = container.streams.best("video")
    candidates = (
        [best, *container.streams.video] if isinstance(best, VideoStream) else container.streams.video
    )
    for stream in candidates:
        if not stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails):
            return stream
    return None


def start_ms_of(container: InputContainer) -> int:
    """Where the container's own clock starts; the asset's clock starts there at 0."""
    start: int | None = container.start_time
    return 0 if start is None else round(start / 1000)
