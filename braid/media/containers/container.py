"""Opens audio and video files; every error of FFmpeg becomes one that an editor understands."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.media.containers.blocks import BadOffsetError, BlockReader
from braid.media.containers.channel_layouts import layout_patches
from braid.media.containers.completeness import why_unreadable
from braid.media.containers.patched import PatchedFile

__all__ = ["open_container", "picture_stream", "start_ms_of", "unreadable_pictures"]

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
        with _opened_without_layouts(reader, media_type) as container:
            yield container
    except (av.FFmpegError, BadOffsetError) as error:
        if reader.error is not None:
            raise reader.error from error
        raise InvalidAssetError(why_unreadable(reader, media_type)) from error


def _opened_without_layouts(reader: BlockReader, media_type: str) -> InputContainer:
    subtype = media_type.partition("/")[2]
    container: InputContainer | None = None
    try:
        container = _opened(reader, subtype)
    except av.FFmpegError:
        if not layout_patches(reader, media_type):
            raise
    # Asked once the file's index was read anyway.
    patches = layout_patches(reader, media_type)
    if container is not None and not patches:
        return container
    if container is not None:
        container.close()
    return _opened(PatchedFile(reader, patches), subtype)


def _opened(file: io.RawIOBase, subtype: str) -> InputContainer:
    return av.open(
        file,
        mode="r",
        format=_DEMUXERS[subtype],
        options=_OPTIONS.get(_DEMUXERS[subtype], {}),
        metadata_errors="replace",
        buffer_size=_BUFFER_BYTES,
    )


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The moving pictures that have a decoder, or None; a cover picture in a sound file is none."""
    streams = [stream for stream in _moving(container) if stream.codec_context is not None]
    best = container.streams.best("video")
    return next((stream for stream in streams if stream == best), streams[0] if streams else None)


def unreadable_pictures(container: InputContainer) -> bool:
    """Whether there are moving pictures of a codec that has no decoder."""
    return any(stream.codec_context is None for stream in _moving(container))


def _moving(container: InputContainer) -> list[VideoStream]:
    covers = Disposition.attached_pic | Disposition.timed_thumbnails
    return [stream for stream in container.streams.video if not stream.disposition & covers]


def start_ms_of(container: InputContainer) -> int:
    """Where the container's own clock starts; the asset's clock starts there at 0."""
    start: int | None = container.start_time
    return 0 if start is None else round(start / 1000)
