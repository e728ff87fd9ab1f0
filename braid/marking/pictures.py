"""Encoded pictures with the watermark in them."""

from __future__ import annotations

import io

from PIL import Image

from braid.marking.watermark import MIN_SIDE_PX, embed, read

__all__ = ["marked_picture", "number_in"]

_JPEG_QUALITY = 92


def marked_picture(body: bytes, media_type: str, number: int) -> bytes | None:
    """The picture with ``number`` in it, in the same encoding.

    ``None`` where it can't be read back, as in one that is too small or of one black: the signed statement is
    all the mark that such a picture has.
    """
    image = Image.open(io.BytesIO(body), formats=("PNG", "JPEG"))
    image.load()
    if min(image.size) < MIN_SIDE_PX:
        return None
    marked = embed(image if image.mode in ("RGB", "RGBA") else image.convert("RGB"), number)
    saved = io.BytesIO()
    if media_type == "image/jpeg":
        marked.convert("RGB").save(saved, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    else:
        marked.save(saved, "PNG")
    return saved.getvalue() if number_in(saved.getvalue()) == number else None


def number_in(body: bytes) -> int | None:
    """The number in a picture, as far as one can be read."""
    image = Image.open(io.BytesIO(body), formats=("PNG", "JPEG"))
    image.load()
    return read(image)
