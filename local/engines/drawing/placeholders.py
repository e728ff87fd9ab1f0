"""Where no model draws: colours from the prompt's words, and a label on the picture that says so."""

from __future__ import annotations

import hashlib
import io
import textwrap

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from local.engines.pictures.pixels import RgbImage

__all__ = ["LABEL", "labelled", "placeholder", "placeholder_picture"]

LABEL = "placeholder: no model drew this"
_LABEL_SHARE = 1 / 28
_MOST_LINES = 4


def placeholder(prompt: str, *, width: int, height: int, seed: int) -> bytes:
    """PNG of that size. The same prompt and seed give the same bytes, another seed other colours."""
    saved = io.BytesIO()
    Image.fromarray(placeholder_picture(prompt, width=width, height=height, seed=seed)).save(saved, "PNG")
    return saved.getvalue()


def placeholder_picture(prompt: str, *, width: int, height: int, seed: int) -> RgbImage:
    """Soft shapes in colours drawn from prompt and seed, with the label and the prompt across them."""
    digest = hashlib.sha256(f"{seed}\n{prompt}".encode()).digest()
    random = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    coarse = random.integers(60, 220, (5, 5, 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    return labelled(np.asarray(picture), LABEL, prompt)


def labelled(image: RgbImage, label: str, prompt: str) -> RgbImage:
    """``image`` with a dark band below that says what it is, and what was asked for."""
    picture = Image.fromarray(image).convert("RGB")
    size = max(12, round(picture.width * _LABEL_SHARE))
    font = ImageFont.load_default(size)
    lines = [label, *textwrap.wrap(prompt, max(10, int(picture.width / size * 1.7)))[:_MOST_LINES]]
    top = picture.height - round(size * 1.4) * len(lines) - size // 2
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, max(0, top), picture.width, picture.height), fill=(20, 24, 32))
    for number, line in enumerate(lines):
        place = (size // 2, max(0, top) + size // 4 + number * round(size * 1.4))
        draw.text(place, line, fill=(240, 240, 240) if number else (255, 210, 90), font=font)
    return np.asarray(picture)
