"""A still made small, for showing it among other things."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image

from braid.media.pictures.decoding_limits import DECODER_ERRORS

__all__ = ["thumbnail_png", "thumbnail_sixel"]

_COLOURS = 64
_BAND_PX = 6


def thumbnail_png(jpeg: bytes, *, max_width_px: int, max_height_px: int) -> bytes:
    """A PNG file of the picture within these bounds. Raises ``ValueError`` for bytes that are none."""
    target = io.BytesIO()
    _thumbnail(jpeg, max_width_px, max_height_px).save(target, "PNG", optimize=True)
    return target.getvalue()


def thumbnail_sixel(jpeg: bytes, *, max_width_px: int, max_height_px: int) -> str:
    """The picture in 64 colours as a terminal's sixels, without what opens and closes them.

    Raises ``ValueError`` for bytes that are no picture. https://vt100.net/docs/vt3xx-gp/chapter14.html
    """
    picture = _thumbnail(jpeg, max_width_px, max_height_px).quantize(_COLOURS)
    palette = picture.getpalette() or []
    width, height = picture.size
    places = picture.tobytes()
    rows = [places[at : at + width] for at in range(0, width * height, width)]
    colours = [
        f"#{number};2;" + ";".join(str(round(part / 2.55)) for part in palette[3 * number : 3 * number + 3])
        for number in sorted(set(places))
    ]
    bands = (_band(rows[top : top + _BAND_PX]) for top in range(0, height, _BAND_PX))
    return f'"1;1;{width};{height}{"".join(colours)}{"-".join(bands)}'


def _band(rows: list[bytes]) -> str:
    """Six rows of pixels: for each colour the columns that have it, one over the other."""
    return "$".join(f"#{colour}{''.join(_runs(rows, colour))}" for colour in sorted(set(b"".join(rows))))


def _runs(rows: list[bytes], colour: int) -> Iterator[str]:
    """A character for each column, whose bits say which rows have the colour; repeated ones are counted."""
    before, count = "", 0
    for column in zip(*rows, strict=True):
        bits = sum(1 << row for row, found in enumerate(column) if found == colour)
        character = chr(63 + bits)
        if character != before and before:
            yield _run(before, count)
            count = 0
        before, count = character, count + 1
    yield _run(before, count)


def _run(character: str, count: int) -> str:
    return f"!{count}{character}" if count > 3 else character * count


def _thumbnail(jpeg: bytes, max_width_px: int, max_height_px: int) -> Image.Image:
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as opened:
            picture = opened.convert("RGB")
    except DECODER_ERRORS as error:
        raise ValueError("the bytes are no JPEG picture") from error
    picture.thumbnail((max_width_px, max_height_px))
    return picture
