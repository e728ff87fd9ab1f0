"""A video that was made, so that it begins to play at once: its index in front, its first frame beside it."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

import av
from av.error import FFmpegError

from braid.domain.errors import InvalidAssetError
from braid.media.pictures.frame_image import frame_image

__all__ = ["PlayableVideo", "make_playable"]

_POSTER_QUALITY = 88
_MOST_LOOKS = 3


@dataclass(frozen=True)
class PlayableVideo:
    """The mp4, its index before its frames; ``poster`` is its first frame, ``looks`` some of it, as JPEG."""

    body: bytes
    poster: bytes
    looks: tuple[bytes, ...]
    width: int
    height: int
    duration_ms: int


def make_playable(body: bytes) -> PlayableVideo:
    """Copies the streams of an mp4 without encoding them again. Raises ``InvalidAssetError`` for no video."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            # ffmpeg moves the index by opening the finished file once more, by its name.
            path = Path(folder) / "video.mp4"
            _copy(body, path)
            playable = path.read_bytes()
        looks, (width, height), duration_ms = _looks(playable)
    except (FFmpegError, LookupError, ValueError) as error:
        raise InvalidAssetError("what was made is no video that can be played") from error
    return PlayableVideo(playable, looks[0], looks, width, height, duration_ms)


def _copy(body: bytes, path: Path) -> None:
    with (
        av.open(io.BytesIO(body), "r", metadata_errors="replace") as source,
        av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as target,
    ):
        streams = {
            stream.index: target.add_stream_from_template(stream)
            for stream in (*source.streams.video[:1], *source.streams.audio[:1])
        }
        for packet in source.demux(list(source.streams.video[:1]) + list(source.streams.audio[:1])):
            if packet.dts is None:
                continue
            packet.stream = streams[packet.stream.index]
            target.mux(packet)


def _looks(body: bytes) -> tuple[tuple[bytes, ...], tuple[int, int], int]:
    """The first frame and some from later on, evenly spread."""
    found: list[bytes] = []
    with av.open(io.BytesIO(body), "r", metadata_errors="replace") as container:
        stream = container.streams.video[0]
        duration_ms = int((container.duration or 0) / 1000)
        size = (stream.width, stream.height)
        step = duration_ms / _MOST_LOOKS
        for frame in container.decode(stream):
            if frame.time is not None and frame.time * 1000 >= len(found) * step:
                saved = io.BytesIO()
                frame_image(frame).save(saved, "JPEG", quality=_POSTER_QUALITY)
                found.append(saved.getvalue())
            if len(found) == _MOST_LOOKS:
                break
    if not found:
        raise ValueError("no frame")
    return tuple(found), size, duration_ms
