"""Draws a letter at any size, by a seed: turned, scaled, moved, with thicker strokes, other shades, noise.

Never mirrored: a mirrored sign is another one.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from evaluation.letters.alphabet import Alphabet, Symbol

__all__ = ["PLAIN", "Variation", "draw", "variation_of"]

# The fonts draw a symbol at 30 points as large as its sign's units say.
_POINTS_PER_UNIT = 30.0
# The share of the picture's side that the larger side of a sign takes, before it is varied.
_SIGN_SHARE = 0.6
_BLACK, _WHITE = 0, 255


@dataclass(frozen=True)
class Variation:
    """How a drawing differs from the plain one.

    ``scale`` is a factor; ``shift_x`` and ``shift_y`` are shares of the picture's side; ``ink`` and ``paper``
    are shades from 0 (black) to 255; ``noise`` is the standard deviation of what is added to
    every pixel; ``stroke`` is how much thicker lines are, as a share of the side.
    """

    rotation_degrees: float = 0.0
    scale: float = 1.0
    shift_x: float = 0.0
    shift_y: float = 0.0
    ink: int = _BLACK
    paper: int = _WHITE
    stroke: float = 0.0
    noise: float = 0.0


PLAIN = Variation()


def variation_of(letter: str, number: int, seed: int) -> Variation:
    """The variation of a letter's drawing ``number``; 0 is plain. The same for the same three, everywhere."""
    if number == 0:
        return PLAIN
    random = np.random.Generator(np.random.PCG64([seed, ord(letter), number]))

    def between(least: float, most: float, digits: int) -> float:
        return round(float(random.uniform(least, most)), digits)

    return Variation(
        rotation_degrees=between(-12, 12, 1),
        scale=between(0.75, 1.25, 2),
        shift_x=between(-0.08, 0.08, 3),
        shift_y=between(-0.08, 0.08, 3),
        ink=int(random.integers(0, 90)),
        paper=int(random.integers(190, 256)),
        noise=between(0, 12, 1),
        stroke=between(0, 0.016, 4),
    )


def draw(alphabet: Alphabet, symbols: tuple[Symbol, ...], variation: Variation, *, size: int) -> Image.Image:
    """A square grey picture of ``size`` pixels with the sign of ``symbols`` in its middle."""
    left, top, right, bottom = _extent(alphabet, symbols)
    pixels_per_unit = size * _SIGN_SHARE * variation.scale / max(right - left, bottom - top)
    fonts = [
        ImageFont.truetype(io.BytesIO(font), _POINTS_PER_UNIT * pixels_per_unit)
        for font in (alphabet.fill_font, alphabet.line_font)
    ]
    picture = Image.new("L", (size, size), variation.paper)
    pen = ImageDraw.Draw(picture)
    middle_x = size * (0.5 + variation.shift_x) - (left + right) / 2 * pixels_per_unit
    middle_y = size * (0.5 + variation.shift_y) - (top + bottom) / 2 * pixels_per_unit
    for symbol in symbols:
        place = (middle_x + symbol.x * pixels_per_unit, middle_y + symbol.y * pixels_per_unit)
        pen.text(place, symbol.fill, fill=variation.paper, font=fonts[0])
        pen.text(
            place, symbol.line, fill=variation.ink, font=fonts[1], stroke_width=round(variation.stroke * size)
        )
    turned = picture.rotate(variation.rotation_degrees, Image.Resampling.BICUBIC, fillcolor=variation.paper)
    return _noisy(turned, variation) if variation.noise else turned


def _extent(alphabet: Alphabet, symbols: tuple[Symbol, ...]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is drawn, in the sign's units."""
    font = ImageFont.truetype(io.BytesIO(alphabet.line_font), _POINTS_PER_UNIT)
    boxes = [(symbol, font.getbbox(symbol.line)) for symbol in symbols]
    return (
        min(symbol.x + box[0] for symbol, box in boxes),
        min(symbol.y + box[1] for symbol, box in boxes),
        max(symbol.x + box[2] for symbol, box in boxes),
        max(symbol.y + box[3] for symbol, box in boxes),
    )


def _noisy(picture: Image.Image, variation: Variation) -> Image.Image:
    pixels = np.asarray(picture, np.float64)
    # Seeded by what the picture is, so that it needs no state of its own.
    random = np.random.Generator(np.random.PCG64(zlib.crc32(picture.tobytes())))
    noise = random.normal(0.0, variation.noise, pixels.shape)
    return Image.fromarray(np.clip(np.rint(pixels + noise), _BLACK, _WHITE).astype(np.uint8))
