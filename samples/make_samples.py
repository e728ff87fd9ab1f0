"""Makes the samples that are checked in beside this script.

Speech comes from ffmpeg's flite voices, slides and pictures are drawn, the document is typeset. Only the
photograph of ``portrait.jpg`` was made by somebody else: NASA's portrait of astronaut Eileen Collins (public
domain), read from scikit-image's data. Run it when a sample changes, after `make setup-dev` and with Debian's
ffmpeg on the PATH:

    .venv/bin/pip install reportlab==4.4.4 && .venv/bin/python samples/make_samples.py
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).resolve().parent
SIZE = (1280, 720)


@dataclass(frozen=True)
class Slide:
    """A slide of the talk: what is written on it and what is said over it."""

    title: str
    lines: tuple[str, ...]
    speech: str
    color: str


TALK = (
    Slide(
        "Tomatoes at Home",
        ("A small garden in four steps",),
        "Welcome. This talk is about growing tomatoes at home. There are four simple steps.",
        "#14532d",
    ),
    Slide(
        "1. Plant the seeds in March",
        ("One seed in each pot", "Keep the pots warm"),
        "First, plant the seeds in march. Put one seed in each pot, and keep the pots warm.",
        "#1e3a8a",
    ),
    Slide(
        "2. Water three times a week",
        ("Water in the morning", "Never on the leaves"),
        "Second, water the plants three times a week. Water in the morning, and never on the leaves.",
        "#7c2d12",
    ),
    Slide(
        "3. Eight hours of sun",
        ("A south window is best",),
        "Third, give the plants eight hours of sun every day. A south window is best.",
        "#4c1d95",
    ),
    Slide(
        "4. Harvest in August",
        ("Pick them when they are red",),
        "At last, the harvest begins in august. Pick the tomatoes when they are red. Thank you.",
        "#831843",
    ),
)


def draw_slide(slide: Slide) -> Image.Image:
    """One slide as a picture."""
    picture = Image.new("RGB", SIZE, slide.color)
    draw = ImageDraw.Draw(picture)
    draw.text((90, 200), slide.title, fill="white", font=ImageFont.load_default(72))
    for number, line in enumerate(slide.lines):
        draw.text((90, 350 + 80 * number), line, fill="#e5e7eb", font=ImageFont.load_default(48))
    return picture


def run_ffmpeg(*arguments: str) -> None:
    """Runs ffmpeg quietly, overwriting its output."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], check=True)


def make_talk(target: Path) -> None:
    """A talk with slides: each slide stands as long as its speech and half a second more."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for number, slide in enumerate(TALK):
            stem = Path(folder) / f"{number}"
            draw_slide(slide).save(f"{stem}.png")
            Path(f"{stem}.txt").write_text(slide.speech, "utf-8")
            run_ffmpeg("-f", "lavfi", "-i", f"flite=textfile={stem}.txt:voice=rms", f"{stem}.wav")
            run_ffmpeg(
                *("-loop", "1", "-framerate", "12", "-i", f"{stem}.png", "-i", f"{stem}.wav"),
                *("-af", "apad=pad_dur=0.5,aresample=44100", "-shortest", "-c:a", "pcm_s16le"),
                *("-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv420p", f"{stem}.mkv"),
            )
            parts.append(f"file '{stem}.mkv'\n")
        playlist = Path(folder) / "parts.txt"
        playlist.write_text("".join(parts), "utf-8")
        run_ffmpeg(
            *("-f", "concat", "-safe", "0", "-i", str(playlist), "-c:v", "libx264", "-crf", "30"),
            *("-g", "48", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k", "-ac", "1"),
            *("-movflags", "+faststart", "-metadata", "title=Tomatoes at Home", str(target)),
        )


def make_smoke(talk: Path, target: Path) -> None:
    """The first five seconds of what is said in the talk, for `braid doctor --smoke`."""
    run_ffmpeg(
        *("-i", str(talk), "-t", "5", "-vn", "-c:a", "aac", "-b:a", "64k", "-ac", "1"),
        *("-map_metadata", "-1", str(target)),
    )


LEASE = (
    ("Bicycle Rental Agreement", 20),
    ("Riverside Cycles, 12 Harbour Road, agreed on 4 May 2026.", 11),
    ("The customer rents one city bicycle for seven days. The price is 84 euros for the week.", 11),
    ("A deposit of 150 euros is paid by card and returned when the bicycle comes back undamaged.", 11),
    ("Return", 15),
    ("The bicycle is returned on 11 May 2026 before 18:00. Each late day costs 20 euros.", 11),
    ("Damage to tyres is paid by the customer. Damage to the frame is covered by our insurance.", 11),
    ("Questions are answered at hello@riverside-cycles.example or by telephone.", 11),
)
RECEIPT = (
    "RIVERSIDE CYCLES",
    "Receipt No. 2047",
    "City bicycle, 7 days   84.00",
    "Deposit   150.00",
    "Paid by card   234.00",
)


def make_document(target: Path) -> None:
    """Two pages: one with a text layer, one that is only a scan and has to be read by OCR."""
    canvas = Canvas(str(target), pagesize=A4, invariant=1)
    canvas.setTitle("Bicycle rental agreement")
    height = 780
    for text, size in LEASE:
        canvas.setFont("Helvetica-Bold" if size > 11 else "Helvetica", size)
        canvas.drawString(60, height, text)
        height -= size + 18
    canvas.showPage()
    scan = Image.new("L", (1240, 1754), 250)
    draw = ImageDraw.Draw(scan)
    for number, line in enumerate(RECEIPT):
        draw.text((180, 220 + 130 * number), line, fill=20, font=ImageFont.load_default(56))
    body = io.BytesIO()
    scan.rotate(0.6, fillcolor=250).save(body, "JPEG", quality=60)
    canvas.drawImage(ImageReader(body), 0, 0, *A4)
    canvas.showPage()
    canvas.save()


PORTRAIT_LINES = (("Crew portrait, Johnson Space Center", 46), ("Doors open at 18:30, admission free", 38))
STRIP_HEIGHT_PX = 150


def make_portrait(target: Path) -> None:
    """A real photograph with a strip of text below it."""
    with Image.open(str(files("skimage") / "data" / "astronaut.png")) as portrait:
        picture = portrait.convert("RGB").resize((1024, 1024), Image.Resampling.LANCZOS)
    poster = Image.new("RGB", (picture.width, picture.height + STRIP_HEIGHT_PX), "white")
    poster.paste(picture)
    draw = ImageDraw.Draw(poster)
    for number, (line, size) in enumerate(PORTRAIT_LINES):
        draw.text(
            (40, picture.height + 16 + 66 * number), line, fill="black", font=ImageFont.load_default(size)
        )
    poster.save(target, quality=88)


MUG_TEXT = """# Harbour mug

A blue ceramic mug that holds 350 ml. It is safe in the dishwasher.

The Harbour mug costs 19 euros.
"""


def make_bundle(folder: Path) -> None:
    """A product picture and its description; they disagree in the price, and only there."""
    folder.mkdir(exist_ok=True)
    picture = Image.new("RGB", (1200, 900), "#f3f4f6")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((640, 330, 860, 610), outline="#1d4ed8", width=44)
    draw.rounded_rectangle((330, 250, 740, 690), radius=40, fill="#2563eb")
    draw.ellipse((330, 210, 740, 300), fill="#1e40af")
    draw.text((90, 60), "Harbour mug", fill="#111827", font=ImageFont.load_default(80))
    draw.text((90, 760), "350 ml", fill="#111827", font=ImageFont.load_default(64))
    draw.text((800, 760), "14 euros", fill="#b91c1c", font=ImageFont.load_default(72))
    picture.save(folder / "mug.jpg", quality=85)
    (folder / "mug.md").write_text(MUG_TEXT, "utf-8")
    members = [{"name": "mug.jpg", "role": "image"}, {"name": "mug.md", "role": "text"}]
    manifest = {"schema_version": "1", "members": members}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    argparse.ArgumentParser(
        "python -m samples.make_samples", description=(__doc__ or "").splitlines()[0]
    ).parse_args()
    make_talk(HERE / "talk.mp4")
    make_smoke(HERE / "talk.mp4", HERE / "smoke.m4a")
    make_document(HERE / "rental.pdf")
    make_portrait(HERE / "portrait.jpg")
    make_bundle(HERE / "mug.bundle")
    for path in sorted(HERE.rglob("*.*")):
        print(f"{path.relative_to(HERE)}: {path.stat().st_size / 1000:.0f} kB")
