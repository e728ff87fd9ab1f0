"""Small whole files of every kind that is read, made here, and stored documents of the last release."""

from __future__ import annotations

import io
import math
import struct
import wave
import zipfile
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import BinaryIO, cast

import av
import docx
import numpy as np
import openpyxl
from av import AudioStream, VideoStream
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from evaluation.fuzzing.worker import REPOSITORY
from evaluation.phone_pictures import heic

__all__ = ["archives", "documents", "from_repository", "pictures", "recordings"]

_VIDEOS = {"mp4": "mpeg4", "matroska": "mpeg4", "avi": "mpeg4", "webm": "libvpx", "mov": "mjpeg"}
_SOUNDS = {"mp3": "mp3", "ogg": "libopus", "flac": "flac", "adts": "aac"}
_RATE_HZ = 16_000


def from_repository(*patterns: str) -> Callable[[], list[bytes]]:
    """The files of the repository that match."""
    return cache(lambda: [path.read_bytes() for each in patterns for path in sorted(REPOSITORY.glob(each))])


@cache
def documents(name: str) -> list[bytes]:
    """The document as the last release stored it."""
    return [(REPOSITORY / "tests" / "goldens" / "documents" / "0.2.0" / f"{name}.json").read_bytes()]


@cache
def recordings() -> list[bytes]:
    """A second of video in each container, and of sound in each."""
    return (
        [_video(*each) for each in _VIDEOS.items()] + [_sound(*each) for each in _SOUNDS.items()] + [_wave()]
    )


@cache
def pictures() -> list[bytes]:
    """A picture in each format, one with frames, one with a palette, one that lies on its side."""
    image = Image.linear_gradient("L").resize((48, 32)).convert("RGB")
    found = []
    for kind in ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF"):
        found.append(_saved(partial(image.save, format=kind)))
    frames = [image.rotate(90), image.rotate(180)]
    found.append(_saved(lambda target: image.save(target, "GIF", save_all=True, append_images=frames)))
    found.append(_saved(lambda target: image.quantize(8).save(target, "PNG", transparency=0)))
    exif = image.getexif()
    exif[0x0112] = 6
    found.append(_saved(lambda target: image.save(target, "JPEG", exif=exif)))
    return [*found, heic(image, tile_px=32, turned=90)]


@cache
def archives() -> Mapping[str, bytes]:
    """An office file of each kind, by its extension."""
    document = docx.Document()
    document.add_heading("Title", 1)
    document.add_paragraph("Item", style="List Number")
    document.add_table(2, 2).cell(0, 0).text = "cell"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["name", 0.5, "=1+1"])
    sheet["B1"].number_format = '[>1]0.0%;"a"-0'
    sheet.merge_cells("A1:A3")
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Title"
    slide.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(3), Inches(1)).table.cell(0, 0).text = "cell"
    slide.notes_slide.notes_text_frame.text = "note"
    return {
        "docx": _saved(document.save),
        "xlsx": _saved(book.save),
        "pptx": _saved(show.save),
        "odt": _open_document(),
    }


_ODT_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
)
_ODT = f"""<?xml version="1.0"?><office:document-content {_ODT_NAMES}><office:body><office:text>
<text:h text:outline-level="1">Title</text:h><text:p>Some<text:s text:c="3"/>words</text:p>
<text:list><text:list-item><text:p>Item</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>cell</text:p>
</table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>"""


def _open_document() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", _ODT)
    return target.getvalue()


def _saved(save: Callable[[BinaryIO], object]) -> bytes:
    target = io.BytesIO()
    save(target)
    return target.getvalue()


def _video(container: str, codec: str) -> bytes:
    target = io.BytesIO()
    with av.open(target, "w", format=container) as sink:
        stream = cast(VideoStream, sink.add_stream(codec, rate=5))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(5):
            image = Image.new("RGB", (64, 48), (number * 50, 80, 255 - number * 50))
            pixels = np.asarray(image)
            sink.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        sink.mux(stream.encode(None))
    return target.getvalue()


def _sound(container: str, codec: str) -> bytes:
    target = io.BytesIO()
    with av.open(io.BytesIO(_wave()), "r") as source, av.open(target, "w", format=container) as sink:
        stream = cast(AudioStream, sink.add_stream(codec, rate=_RATE_HZ))
        resampler = av.AudioResampler(stream.format, stream.layout, _RATE_HZ, stream.frame_size or None)
        for frame in source.decode(audio=0):
            for part in resampler.resample(frame):
                sink.mux(stream.encode(part))
        sink.mux(stream.encode(None))
    return target.getvalue()


@cache
def _wave() -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as sink:
        sink.setnchannels(1)
        sink.setsampwidth(2)
        sink.setframerate(_RATE_HZ)
        tone = (int(9_000 * math.sin(2 * math.pi * 440 * at / _RATE_HZ)) for at in range(_RATE_HZ))
        sink.writeframes(b"".join(struct.pack("<h", value) for value in tone))
    return target.getvalue()


def sample(name: str) -> bytes:
    """One of the demo's files."""
    return Path(REPOSITORY / "samples" / name).read_bytes()
