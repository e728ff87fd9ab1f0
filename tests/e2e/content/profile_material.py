"""Lessons and media for the profiles: made from the samples and from words, nothing checked in."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from pathlib import Path

import av
import docx
from PIL import Image

from tests.local.drawings import encoded, slide
from tests.unit.media.synthetic import video

SAFETY = ["Lab safety", "Wear goggles at all times.", "Know where the exit is."]
DECK = (
    ["The water cycle", "Evaporation lifts water from the sea.", "The sun drives evaporation."],
    ["Condensation", "Condensation turns vapour into clouds.", "Cold air holds less vapour."],
    ["Precipitation", "Precipitation brings rain and snow.", "Rivers carry water to the sea."],
)
LESSON = """# Photosynthesis

Photosynthesis is the process by which plants turn light into sugar. Chlorophyll is a green pigment that
absorbs light. Plants take in carbon dioxide through their leaves.

## What plants need

Sunlight drives the reaction. Water rises from the roots to the leaves. The leaves release oxygen into
the air.

## What they make

Sugar feeds the plant. Starch is a store of sugar in the roots. Animals depend on the sugar of plants.
"""
CAPTIONS = """WEBVTT

00:00.500 --> 00:04.000
A lever is a bar that turns on a fixed point.

00:04.500 --> 00:08.000
The fixed point is called the fulcrum.

00:09.000 --> 00:13.000
A long lever moves a heavy load with little force.

00:14.000 --> 00:18.000
A pulley changes the direction of a force.
"""


def accessible_files(folder: Path, samples: Path) -> list[Path]:
    """A talk, its sound alone, a film without sound, a photograph, a picture of words, a document."""
    return [
        samples / "talk.mp4",
        sound_of(samples / "talk.mp4", folder / "talk.wav"),
        _write(folder / "silent.mp4", _film([SAFETY, *DECK[:1]])),
        samples / "portrait.jpg",
        _write(folder / "sign.png", encoded(slide(SAFETY))),
        samples / "rental.pdf",
    ]


def lessons(folder: Path, samples: Path) -> list[Path]:
    """A talk, its sound alone, slides as pictures of pages, a text, a Word document, captions."""
    return [
        samples / "talk.mp4",
        sound_of(samples / "talk.mp4", folder / "gardening.wav"),
        _write(folder / "water.pdf", deck(DECK)),
        _write(folder / "photosynthesis.md", LESSON.encode()),
        _write(folder / "photosynthesis.docx", word_document(LESSON)),
        _write(folder / "levers.vtt", CAPTIONS.encode()),
    ]


def sound_of(film: Path, target: Path, seconds: float = 14) -> Path:
    """The beginning of the film's sound as WAV."""
    with av.open(str(film)) as source, av.open(str(target), "w") as sink:
        stream = sink.add_stream("pcm_s16le", rate=16_000, layout="mono")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=16_000)
        for frame in itertools.takewhile(lambda frame: frame.time < seconds, source.decode(audio=0)):
            for part in resampler.resample(frame):
                sink.mux(stream.encode(part))
        sink.mux(stream.encode(None))
    return target


def deck(slides: Sequence[list[str]]) -> bytes:
    """A PDF whose pages are pictures of slides."""
    first, *others = [slide(lines) for lines in slides]
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others)
    return out.getvalue()


def word_document(markdown: str) -> bytes:
    """Headings and paragraphs of the text as a Word file."""
    document = docx.Document()
    for block in markdown.split("\n\n"):
        if block.startswith("#"):
            document.add_heading(block.lstrip("# ").strip(), level=1)
        else:
            document.add_paragraph(" ".join(block.split()))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _film(slides: Sequence[list[str]], seconds_each: int = 4, fps: int = 5) -> bytes:
    pictures: list[Image.Image] = [slide(lines) for lines in slides]
    return video((picture for picture in pictures for _ in range(seconds_each * fps)), fps=fps)


def _write(path: Path, body: bytes) -> Path:
    path.write_bytes(body)
    return path
