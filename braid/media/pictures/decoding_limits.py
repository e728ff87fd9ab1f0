"""How large a picture may be so that decoding it stays within the memory that a step has.

Half a gigabyte is the bound for every step. Most decoders need the picture once, four bytes a pixel; some
need it several times over, and of those fewer pixels are taken.
"""

from __future__ import annotations

import struct
import zlib

from PIL import Image

from braid.domain.errors import InvalidAssetError

__all__ = ["DECODER_ERRORS", "MAX_PIXELS", "check_file_size", "check_pixels"]

# What Pillow's decoders raise on damaged data; its own UnidentifiedImageError is an OSError.
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
MAX_PIXELS = 64_000_000
# A JPEG is decoded at the scale that is needed, so it may be larger: phones make 200 megapixels.
_MAX_JPEG_PIXELS_RATIO = 4
# What a decoder may hold, so that interpreter, libraries, the still and its JPEG fit into 512 MB beside it.
_DECODER_BYTES = 264_000_000
# WebP and AVIF: planes or two canvases, the picture as bytes and as Pillow's own (each measured).
_BYTES_PER_PIXEL = {"WEBP": 16, "AVIF": 14}
# HEIC likewise: the 48 million pixels of a phone take 462 MB in all, ten bits or transparency more planes.
_HEIC_BYTES_PER_PIXEL, _DEEP_HEIC_BYTES_PER_PIXEL = 5.25, 8.5
# GIF and animated PNG: the picture, the one before it, and the one that is shown, each with transparency.
_ANIMATED_BYTES_PER_PIXEL = {"WEBP": 20, "AVIF": 18, "PNG": 16, "GIF": 12}
# Above eight thousand pixels a side a JPEG is decoded at half of them or less.
_HALVED_SIDE_PX = 8192
# These decoders want the whole file at once: a TIFF's lies on disk, the others' in memory.
_MAX_FILE_BYTES = {
    "TIFF": 448 * 1024 * 1024,
    "WEBP": 64 * 1024 * 1024,
    "AVIF": 64 * 1024 * 1024,
    "HEIF": 32 * 1024 * 1024,
}


def check_pixels(image: Image.Image, max_pixels: int = MAX_PIXELS) -> None:
    """Raises InvalidAssetError where ``image``, of which nothing but the header was read, is too large.

    ``max_pixels`` holds for every format; four times as many in a JPEG, fewer where its decoder needs more.
    """
    pixels = image.width * image.height
    limit = _limit(image, max_pixels)
    if pixels > limit:
        of_kind = "" if limit >= max_pixels else f" of this kind of {image.format}"
        raise InvalidAssetError(
            f"The picture declares {image.width:,} × {image.height:,} pixels, {pixels / 1e6:,.0f} million;"
            f" at most {limit / 1e6:,.0f} million are decoded{of_kind}. Scale it down and upload that."
        )
    if pixels == 0:
        raise InvalidAssetError(
            f"The picture is empty ({image.width} × {image.height} pixels). Export it again."
        )


def check_file_size(image_format: str, size_bytes: int) -> None:
    """Raises InvalidAssetError where the decoder of ``image_format`` would have to hold too long a file."""
    limit = _MAX_FILE_BYTES.get(image_format)
    if limit is not None and size_bytes > limit:
        raise InvalidAssetError(
            f"The picture's file has {size_bytes / 1e6:,.0f} MB; of a {image_format} at most"
            f" {limit / 1e6:,.0f} MB are decoded. Scale it down or split it, and upload that."
        )


def _limit(image: Image.Image, max_pixels: int) -> int:
    if image.format == "JPEG":
        return min(_MAX_JPEG_PIXELS_RATIO * max_pixels, int(_DECODER_BYTES / _jpeg_bytes_per_pixel(image)))
    return min(max_pixels, int(_DECODER_BYTES / _bytes_per_pixel(image)))


def _jpeg_bytes_per_pixel(image: Image.Image) -> float:
    """A progressive JPEG is decoded from all its coefficients, two bytes each, held at once."""
    shown = 4.0 if max(image.size) < _HALVED_SIDE_PX else 1.0
    if not image.info.get("progressive"):
        return shown
    layers: list[tuple[int, int, int, int]] = getattr(image, "layer", [])
    largest = max((h * v for _, h, v, _ in layers), default=1)
    return shown + sum(2 * h * v / largest for _, h, v, _ in layers)


def _bytes_per_pixel(image: Image.Image) -> float:
    name = image.format or ""
    if getattr(image, "is_animated", False) and name in _ANIMATED_BYTES_PER_PIXEL:
        return _ANIMATED_BYTES_PER_PIXEL[name]
    shown = 1 if image.mode in ("1", "L", "P") else 2 if image.mode.startswith("I;16") else 4
    if name == "HEIF":
        is_plain = image.mode == "RGB" and image.info.get("bit_depth", 8) == 8
        return _HEIC_BYTES_PER_PIXEL if is_plain else _DEEP_HEIC_BYTES_PER_PIXEL
    if name == "TIFF":
        return shown + _strip_share(image) * shown
    return _BYTES_PER_PIXEL.get(name, shown)


def _strip_share(image: Image.Image) -> float:
    """How much of a TIFF's picture is in one strip, which is decoded as a whole, beside the picture."""
    rows = getattr(image, "tag_v2", {}).get(278, image.height)  # RowsPerStrip
    is_raw = image.info.get("compression") == "raw"
    return 0.0 if is_raw else min(1.0, rows / max(1, image.height))
