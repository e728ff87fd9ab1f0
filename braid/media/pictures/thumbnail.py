"""A still made small, for showing it among other things."""

from __future__ import annotations

import io

from PIL import Image

from braid.media.pictures.decoding_limits import DECODER_ERRORS

__all__ = ["thumbnail_png"]


def thumbnail_png(jpeg: bytes, *, max_width_px: int, max_height_px: int) -> bytes:
    """A PNG file of the picture within these bounds. Raises ``ValueError`` for bytes that are none."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as opened:
            picture = opened.convert("RGB")
    except DECODER_ERRORS as error:
        raise ValueError("the bytes are no JPEG picture") from error
    picture.thumbnail((max_width_px, max_height_px))
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()
