"""Recordings made on the spot: sounds and pictures of known content, and mp4 boxes written over by hand."""

from __future__ import annotations

import io
import math
import struct
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.stream import Disposition
from av.video.stream import VideoStream
from PIL import Image

__all__ = ["Sound", "insert_box", "recording", "replace_box", "set_matrix", "still", "talk", "with_edits"]

RATE_HZ = 16_000
_CONTAINERS = {"video/mp4": "mp4", "video/quicktime": "mov"}


@dataclass(frozen=True)
class Sound:
    """A sound track: interleaved 16-bit ``samples``; ``start_ms`` is when it begins."""

    samples: array[int]
    layout: str = "mono"
    codec: str = "aac"
    rate_hz: int = RATE_HZ
    start_ms: int = 0
    disposition: Disposition = field(default_factory=lambda: Disposition(0))


def talk(
    duration_ms: int, amplitude: float = 0.3, *, rate_hz: int = RATE_HZ, signs: Sequence[float] = (1.0,)
) -> array[int]:
    """Something like speech: a tone in syllables of 200 ms, on one channel for each of ``signs``."""
    samples: array[int] = array("h")
    for index in range(duration_ms * rate_hz // 1000):
        syllable = 0.5 - 0.5 * math.cos(2 * math.pi * index / (0.2 * rate_hz))
        tone = syllable * math.sin(2 * math.pi * 300 * index / rate_hz) + 0.3 * math.sin(index * 0.9)
        samples.extend(round(24_000 * amplitude * sign * tone) for sign in signs)
    return samples


def still(fill: str = "navy") -> Image.Image:
    """A picture of a rectangle."""
    picture = Image.new("RGB", (160, 120), "white")
    picture.paste(fill, (20, 20, 100, 90))
    return picture


def recording(
    container: str,
    sounds: Iterable[Sound] = (),
    pictures: Sequence[Image.Image] = (),
    *,
    fps: int = 10,
    group_frames: int = 10,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    sound_options: dict[str, str] | None = None,
    empty_track: str = "",
) -> bytes:
    """An encoded file. ``empty_track`` declares one more track, ``video`` or ``audio``, without a packet."""
    out = io.BytesIO()
    sounds = list(sounds)
    with av.open(out, "w", format=container, container_options=options or {}) as sink:
        if empty_track == "video":
            empty = sink.add_stream("libvpx", rate=fps)
            empty.width, empty.height, empty.pix_fmt = 160, 120, "yuv420p"
            empty.codec_context.open()
        video = sink.add_stream(codec, rate=fps) if pictures else None
        if video is not None:
            assert isinstance(video, VideoStream)
            video.width, video.height, video.pix_fmt = *pictures[0].size, "yuv420p"
            video.codec_context.gop_size = group_frames
            if codec == "libx264":
                video.options = {"preset": "ultrafast", "keyint_min": str(group_frames), "sc_threshold": "0"}
        streams = []
        for sound in sounds:
            stream = sink.add_stream(sound.codec, rate=sound.rate_hz, layout=sound.layout)
            assert isinstance(stream, AudioStream)
            stream.options = {**(sound_options or {})}
            stream.disposition = sound.disposition
            streams.append(stream)
        if empty_track == "audio":
            sink.add_stream("libopus", rate=48_000, layout="mono").codec_context.open()
        for number, picture in enumerate(pictures):
            assert isinstance(video, VideoStream)
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]  # PyAV leaves it untyped
            frame.pts, frame.time_base = number, Fraction(1, fps)
            sink.mux(video.encode(frame))
        if isinstance(video, VideoStream):
            sink.mux(video.encode(None))
        for sound, stream in zip(sounds, streams, strict=True):
            _encode(sink, sound, stream)
    return out.getvalue()


def _encode(sink: av.container.OutputContainer, sound: Sound, stream: av.AudioStream) -> None:
    channels = av.AudioLayout(sound.layout).nb_channels
    step = sound.rate_hz // 10
    for begin in range(0, len(sound.samples) // channels, step):
        part = sound.samples[begin * channels : (begin + step) * channels]
        frame = av.AudioFrame(format="s16", layout=sound.layout, samples=len(part) // channels)
        frame.planes[0].update(part.tobytes() + bytes(frame.planes[0].buffer_size - 2 * len(part)))
        frame.sample_rate, frame.time_base = sound.rate_hz, Fraction(1, sound.rate_hz)
        frame.pts = begin + sound.start_ms * sound.rate_hz // 1000
        sink.mux(stream.encode(frame))
    sink.mux(stream.encode(None))


_PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts")


def _paths(
    data: bytes, begin: int, end: int, parents: tuple[int, ...]
) -> Iterable[tuple[bytes, int, int, tuple[int, ...]]]:
    position = begin
    while position + 8 <= end:
        length, name = struct.unpack_from(">I4s", data, position)
        yield name, position, length, parents
        if name in _PARENTS:
            yield from _paths(data, position + 8, position + length, (*parents, position))
        position += max(8, length)


def replace_box(data: bytes, name: bytes, box: bytes, *, number: int = 0) -> bytes:
    """The mp4 file with its box of that name (the ``number``-th) replaced; its index must lie at the end."""
    found = [
        (at, length, parents)
        for other, at, length, parents in _paths(data, 0, len(data), ())
        if other == name
    ]
    at, length, parents = found[number]
    changed = bytearray(data[:at] + box + data[at + length :])
    for parent in parents:
        (old,) = struct.unpack_from(">I", changed, parent)
        struct.pack_into(">I", changed, parent, old + len(box) - length)
    return bytes(changed)


def insert_box(data: bytes, entry: bytes, box: bytes) -> bytes:
    """The mp4 file with ``box`` appended to the sample description of codec ``entry`` (such as ``sowt``)."""
    described = [box for box in _paths(data, 0, len(data), ()) if box[0] == b"stsd"]
    for number, (_, at, length, _) in enumerate(described):
        if data[at + 20 : at + 24] != entry:
            continue
        (size,) = struct.unpack_from(">I", data, at + 16)
        kept = data[at + 20 : at + 16 + size].replace(b"chan", b"skip")
        head = (
            struct.pack(">I", length + len(box)) + data[at + 4 : at + 16] + struct.pack(">I", size + len(box))
        )
        return replace_box(
            data, b"stsd", head + kept + box + data[at + 16 + size : at + length], number=number
        )
    raise ValueError(f"no sample description of {entry!r}")


def with_edits(data: bytes, edits: Sequence[tuple[int, int]], *, number: int = 0) -> bytes:
    """The mp4 file with another edit list: (length in ms, media time in the track's units, -1 for none)."""
    (scale,) = next(
        struct.unpack_from(">I", data, at + 20)
        for name, at, _, _ in _paths(data, 0, len(data), ())
        if name == b"mvhd"
    )
    entries = b"".join(
        struct.pack(">IiI", length_ms * scale // 1000, media, 0x10000) for length_ms, media in edits
    )
    box = struct.pack(">I4sII", 16 + len(entries), b"elst", 0, len(edits)) + entries
    return replace_box(data, b"elst", box, number=number)


def set_matrix(data: bytes, a: int, b: int, c: int, d: int) -> bytes:
    """The mp4 file whose first track is shown through that display matrix."""
    at = data.index(b"tkhd") + 4 + 40
    matrix = struct.pack(">9i", a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 0x40000000)
    return data[:at] + matrix + data[at + 36 :]
