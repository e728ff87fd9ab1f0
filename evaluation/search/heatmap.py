"""A table of cosines as a picture: SVG for pages, PNG for everywhere else. Both open offline."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from html import escape

from PIL import Image, ImageDraw, ImageFont

from evaluation.search.providers import Vectors

__all__ = ["png_heatmap", "svg_heatmap"]

_CELL, _MARGIN, _TOP, _BOTTOM = 56, 190, 44, 130
# From white through orange to dark red; what is written on it stays legible.
_STOPS = ((0.0, (255, 255, 255)), (0.5, (253, 174, 97)), (1.0, (150, 20, 40)))
_PNG_SCALE = 2
_LEGEND = "cosine of each with each: 1 is the same direction, 0 nothing in common"


def svg_heatmap(cosines: Vectors, names: Sequence[str], title: str) -> str:
    """A square of cells with their cosines, for one name a row and column."""
    side = _CELL * len(names)
    width, height = _MARGIN + side + 20, _TOP + side + _BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{_MARGIN}" y="28" font-size="16" font-weight="bold">{escape(title)}</text>',
    ]
    for row, name in enumerate(names):
        y = _TOP + _CELL * row
        parts.append(
            f'<text x="{_MARGIN - 10}" y="{y + _CELL / 2 + 4}" text-anchor="end">{escape(name)}</text>'
        )
        x = _MARGIN + _CELL * row + _CELL / 2
        foot = _TOP + side + 16
        parts.append(
            f'<text x="{x}" y="{foot}" text-anchor="end" transform="rotate(-40 {x} {foot})">'
            f"{escape(name)}</text>"
        )
        for column in range(len(names)):
            value = float(cosines[row, column])
            fill = "#{:02x}{:02x}{:02x}".format(*_color(value))
            left = _MARGIN + _CELL * column
            parts.append(
                f'<rect x="{left}" y="{y}" width="{_CELL}" height="{_CELL}" fill="{fill}" stroke="#ffffff"/>'
                f'<text x="{left + _CELL / 2}" y="{y + _CELL / 2 + 5}" text-anchor="middle" '
                f'fill="{_ink(value)}">{value:.2f}</text>'
            )
    parts.append(f'<text x="{_MARGIN}" y="{height - 12}" fill="#57534e">{_LEGEND}</text></svg>')
    return "\n".join(parts) + "\n"


def png_heatmap(cosines: Vectors, names: Sequence[str], title: str) -> bytes:
    """The same as a PNG file, at twice the size."""
    scale = _PNG_SCALE
    side = _CELL * len(names)
    size = (scale * (_MARGIN + side + 20), scale * (_TOP + side + _BOTTOM))
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    font, head = ImageFont.load_default(13 * scale), ImageFont.load_default(16 * scale)
    draw.text((scale * _MARGIN, scale * 10), title, fill="black", font=head)
    for row, name in enumerate(names):
        y = scale * (_TOP + _CELL * row)
        middle = y + scale * _CELL // 2
        draw.text((scale * (_MARGIN - 10), middle), name, fill="black", font=font, anchor="rm")
        _slanted(picture, name, font, scale * (_MARGIN + _CELL * row + _CELL // 2), scale * (_TOP + side + 8))
        for column in range(len(names)):
            value = float(cosines[row, column])
            left = scale * (_MARGIN + _CELL * column)
            draw.rectangle(
                (left, y, left + scale * _CELL - 1, y + scale * _CELL - 1),
                fill=_color(value),
                outline="white",
            )
            centre = (left + scale * _CELL // 2, middle)
            draw.text(centre, f"{value:.2f}", fill=_ink(value), font=font, anchor="mm")
    draw.text((scale * _MARGIN, size[1] - scale * 24), _LEGEND, fill="#57534e", font=font)
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()


def _slanted(
    picture: Image.Image, name: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, x: int, y: int
) -> None:
    """A name below its column, ending there."""
    left, top, right, bottom = font.getbbox(name)
    written = Image.new("L", (int(right - left) + 4, int(bottom - top) + 6), 0)
    ImageDraw.Draw(written).text((2 - left, 2 - top), name, fill=255, font=font)
    turned = written.rotate(40, expand=True, resample=Image.Resampling.BICUBIC)
    picture.paste("black", (x - turned.width + 8, y), turned)


def _color(cosine: float) -> tuple[int, int, int]:
    value = min(max(cosine, 0.0), 1.0)
    for (low, one), (high, other) in itertools.pairwise(_STOPS):
        if value <= high:
            share = (value - low) / (high - low)
            red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
            return red, green, blue
    return _STOPS[-1][1]


def _ink(cosine: float) -> str:
    return "#ffffff" if cosine > 0.7 else "#1c1917"
