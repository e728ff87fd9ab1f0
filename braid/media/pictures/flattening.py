"""A decoded picture of any mode as RGB of a given size, without a second copy of the whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from PIL import Image, ImageOps

from braid.media.pictures.jpeg import fit
from braid.media.pictures.still_colours import srgb_conversion

__all__ = ["flattened"]

_ORIENTATION = 0x0112
_BAND_BYTES = 8 * 1024 * 1024  # of the picture, at four bytes a pixel, converted at once
_REACH = 3  # of LANCZOS, in pixels of the coarser picture


def flattened(image: Image.Image, max_side_px: int) -> Image.Image:
    """``image`` as 8-bit sRGB, upright as its EXIF data say, transparency on white, of the size that ``fit``
    gives; an embedded colour profile is applied.

    It is converted and scaled band by band: beside the decoded picture there is only the result. The same
    pixels as converting and scaling the whole would give.
    """
    image.load()
    orientation = _orientation(image)
    to_8_bit = _depth_conversion(image)
    to_srgb = srgb_conversion(image)
    width, height = fit(image.width, image.height, max_side_px)
    result = Image.new("RGB", (width, height))
    scale = image.height / height
    reach = 0 if (width, height) == image.size else math.ceil(_REACH * max(1.0, scale)) + 1
    rows = max(1, int(_BAND_BYTES / (4 * image.width) / scale))
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        # A little more than the band itself, for the filter looks at what lies beside it.
        first = max(0, math.floor(top * scale) - reach)
        last = min(image.height, math.ceil(bottom * scale) + reach)
        band = _to_rgb(to_srgb(to_8_bit(image.crop((0, first, image.width, last)))))
        if reach:
            box = (0.0, top * scale - first, float(image.width), bottom * scale - first)
            band = band.resize((width, bottom - top), Image.Resampling.LANCZOS, box=box)
        result.paste(band, (0, top))
    if orientation != 1:
        result.getexif()[_ORIENTATION] = orientation
        ImageOps.exif_transpose(result, in_place=True)
    return result


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (OSError, SyntaxError, ValueError, LookupError, TypeError, AttributeError, EOFError):
        return 1  # broken EXIF data don't make a broken picture


def _to_rgb(band: Image.Image) -> Image.Image:
    if band.has_transparency_data:
        layered = band.convert("RGBA")
        flat = Image.new("RGB", layered.size, "white")
        flat.paste(layered, mask=layered.getchannel("A"))
        return flat
    return band.convert("RGB")


def _depth_conversion(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """Deep grey scaled to 8 bits: by its depth, or, where numbers are free, by what the picture holds."""
    if not image.mode.startswith("I") and image.mode != "F":
        return lambda band: band
    low, high = _extrema(image)
    if image.mode == "F" or low < 0:
        scale, shift = 255 / ((high - low) or 1.0), -low
    else:
        depth = next((bits for bits in (8, 10, 12, 14, 16, 32) if high < 1 << bits), 32)
        scale, shift = 255 / ((1 << depth) - 1), 0.0
    return lambda band: band.convert("F").point(lambda value: value * scale + shift * scale).convert("L")


def _extrema(image: Image.Image) -> tuple[float, float]:
    lows, highs = [], []
    for band in _bands(image):
        low, high = band.convert("F").getextrema()
        if not isinstance(low, float) or not isinstance(high, float):
            raise ValueError(f"the picture's mode {image.mode} has more than one channel")
        lows.append(low)
        highs.append(high)
    return min(lows), max(highs)


def _bands(image: Image.Image) -> Iterator[Image.Image]:
    rows = max(1, _BAND_BYTES // (4 * image.width))
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(image.height, top + rows)))
