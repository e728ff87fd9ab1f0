"""Media made on the spot, with known content: slides with known cuts, tones, pages, broken files."""

from __future__ import annotations

import io
import math
import random
import struct
from array import array
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
from PIL import Image, ImageDraw, ImageFont

SIZE = (320, 180)
FPS = 25


class CountingFile(io.BytesIO):
    """A file that counts what is read of it, as a file over the network would be billed."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.reads: list[tuple[int, int]] = []

    def read(self, size: int | None = -1) -> bytes:
        position = self.tell()
        data = super().read(size)
        self.reads.append((position, len(data)))
        return data

    @property
    def read_bytes(self) -> int:
        return sum(length for _, length in self.reads)


class SparseFile(io.RawIOBase):
    """A file of any size that is zeros except where ``parts`` say otherwise; counts its reads."""

    def __init__(self, size: int, parts: dict[int, bytes]) -> None:
        super().__init__()
        self.size, self.parts, self.position = size, parts, 0
        self.reads: list[tuple[int, int]] = []

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.position = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence] + offset
        return self.position

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self.size - self.position)
        length = left if size is None or size < 0 else min(size, left)
        data = bytearray(length)
        for start, part in self.parts.items():
            begin, end = max(start, self.position), min(start + len(part), self.position + length)
            if begin < end:
                data[begin - self.position : end - self.position] = part[begin - start : end - start]
        self.reads.append((self.position, length))
        self.position += length
        return bytes(data)


def slide(number: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """A page of text that differs from every other number's."""
    chance = random.Random(number)
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    height = size[1]
    draw.text((size[0] // 16, height // 14), f"Chapter {number}", "navy", ImageFont.load_default(height // 7))
    for line in range(4):
        words = " ".join(chance.choice(["alpha", "gamma", "delta", "omega"]) for _ in range(4))
        draw.text(
            (size[0] // 12, height // 3 + line * height // 7),
            words,
            "black",
            ImageFont.load_default(height // 14),
        )
    return picture


def scene(number: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """A picture with the structure of a photograph: shapes of all sizes in random colours."""
    chance = random.Random(1000 + number)
    picture = Image.new("RGB", size, tuple(chance.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(80):
        x, y, r = chance.randrange(size[0]), chance.randrange(size[1]), chance.randrange(4, size[1] // 3)
        draw.ellipse((x - r, y - r, x + r, y + r), tuple(chance.randrange(256) for _ in range(3)))
    return picture


def video(
    pictures: Iterable[Image.Image],
    *,
    fps: int = FPS,
    codec: str = "libx264",
    container: str = "mp4",
    group_frames: int = 50,
    options: dict[str, str] | None = None,
    pix_fmt: str = "yuv420p",
    times: Iterable[int] | None = None,
    audio: Iterable[array[int]] | None = None,
    container_options: dict[str, str] | None = None,
    path: Path | None = None,
) -> bytes:
    """An encoded video of ``pictures`` of one size. ``times`` are presentation times in ms (else constant).

    ``path`` is needed where FFmpeg must read again what it wrote.
    """
    out = io.BytesIO()
    defaults = {
        "libx264": {"preset": "ultrafast", "crf": "20", "keyint_min": str(group_frames)},
        "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
        "libsvtav1": {"preset": "12"},
        "libx265": {"preset": "ultrafast", "log-level": "none"},
    }
    stream = None
    target = str(path) if path else out
    with av.open(target, "w", format=container, container_options=container_options or {}) as sink:
        sound = sink.add_stream("aac", rate=16_000, layout="mono") if audio is not None else None
        clock = iter(times) if times is not None else None
        for number, picture in enumerate(pictures):
            if stream is None:
                stream = sink.add_stream(codec, rate=fps)
                stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, pix_fmt
                stream.codec_context.gop_size = group_frames
                if clock is not None:
                    stream.codec_context.time_base = Fraction(1, 1000)
                stream.options = {**defaults.get(codec, {}), **(options or {})}
            frame = av.VideoFrame.from_image(picture)
            frame.pts = number if clock is None else next(clock)
            frame.time_base = Fraction(1, fps) if clock is None else Fraction(1, 1000)
            sink.mux(stream.encode(frame))
        if sound is not None and audio is not None:
            position = 0
            for samples in audio:
                sink.mux(sound.encode(_audio_frame(samples, 16_000, "mono", position)))
                position += len(samples)
            sink.mux(sound.encode(None))
        if stream is not None:
            sink.mux(stream.encode(None))
    return path.read_bytes() if path else out.getvalue()


def talk(
    cuts_ms: Iterable[int], duration_ms: int, *, fps: int = FPS, size: tuple[int, int] = SIZE
) -> Iterator[Image.Image]:
    """Slides that follow each other at ``cuts_ms``, picture by picture."""
    starts = [0, *cuts_ms]
    slides = [slide(number, size) for number in range(len(starts))]
    for number in range(duration_ms * fps // 1000):
        at_ms = number * 1000 / fps
        yield slides[max(index for index, start in enumerate(starts) if start <= at_ms + 1e-6)]


def tone(
    duration_ms: int, *, rate: int = 16_000, hertz: float = 440.0, amplitude: float = 0.3
) -> Iterator[array[int]]:
    """A sine, in pieces of a tenth of a second."""
    total, done = duration_ms * rate // 1000, 0
    while done < total:
        count = min(rate // 10, total - done)
        yield array(
            "h",
            (
                round(32_000 * amplitude * math.sin(2 * math.pi * hertz * (done + index) / rate))
                for index in range(count)
            ),
        )
        done += count


def audio(
    pieces: Iterable[array[int]],
    *,
    codec: str,
    container: str,
    rate: int = 16_000,
    layout: str = "mono",
    holes: dict[int, int] | None = None,
) -> bytes:
    """An encoded sound file of interleaved 16-bit samples. ``holes`` are ms of nothing before a piece."""
    out = io.BytesIO()
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    with av.open(out, "w", format=container) as sink:
        stream = sink.add_stream(codec, rate=rate, layout=layout)
        position = 0
        for index, samples in enumerate(pieces):
            position += (holes or {}).get(index, 0) * rate // 1000
            sink.mux(stream.encode(_audio_frame(samples, rate, layout, position)))
            position += len(samples) // channels
        sink.mux(stream.encode(None))
    return out.getvalue()


def _audio_frame(samples: array[int], rate: int, layout: str, position: int) -> av.AudioFrame:
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    frame = av.AudioFrame(format="s16", layout=layout, samples=len(samples) // channels)
    padding = bytes(frame.planes[0].buffer_size - 2 * len(samples))
    frame.planes[0].update(samples.tobytes() + padding)
    frame.sample_rate, frame.pts, frame.time_base = rate, position, Fraction(1, rate)
    return frame


def interleaved(piece: array[int], channels: int) -> array[int]:
    """The same sound on every channel."""
    return array("h", (sample for sample in piece for _ in range(channels)))


def image(picture: Image.Image, form: str, **options: object) -> bytes:
    """An encoded image."""
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that declares a size and holds nothing else of it: what a decompression bomb looks like."""
    import zlib

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def picture_of(jpeg: bytes) -> Image.Image:
    """A still's picture."""
    return Image.open(io.BytesIO(jpeg))


def is_like(jpeg: bytes, picture: Image.Image, *, tolerance: float = 6.0) -> bool:
    """Whether a still shows ``picture``, up to compression: mean difference in levels of 255."""
    from PIL import ImageChops, ImageStat

    shown = picture_of(jpeg).convert("RGB").resize((64, 36), Image.Resampling.BOX)
    expected = picture.convert("RGB").resize((64, 36), Image.Resampling.BOX)
    return max(ImageStat.Stat(ImageChops.difference(shown, expected)).mean) <= tolerance


def opened(data: bytes) -> BinaryIO:
    """A file object over ``data``."""
    return io.BytesIO(data)


def pdf(
    pages: list[list[tuple[float, float, str]]], *, rotate: int = 0, size: tuple[int, int] = (400, 300)
) -> bytes:
    """A PDF with ``pages`` of (x, y, text) in Helvetica 12, y from the bottom."""
    objects: list[bytes] = [b"", b""]
    kids = []
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    for page in pages:
        drawn = "".join(f"BT /F 12 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in page).encode("latin-1")
        objects.append(b"<</Length %d>>stream\n%sendstream" % (len(drawn), drawn))
        content = len(objects)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Rotate %d/Contents %d 0 R"
            b"/Resources<</Font<</F %s>>>>>>" % (*size, rotate, content, font)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, len(out))
    )
