"""Encoded pictures and pages to pixels, for the engines that look at them."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from local.engines.errors import UnreadableMediaError

RgbImage = npt.NDArray[np.uint8]
"""Height × width × 3, red first."""

# What Pillow's decoders raise on damaged data.
_DECODER_ERRORS = (
    *(OSError, SyntaxError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, EOFError),
    *(RuntimeError, MemoryError, struct.error, zlib.error),
)
_MAX_PIXELS = 100_000_000  # the largest picture that the services take: 10,000 px on each side


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height in pixels from the header alone. Raises ``UnreadableMediaError``."""
    with _opened(data) as image:
        return image.size


def decode(data: bytes) -> RgbImage:
    """The pixels of the first picture, turned as its EXIF orientation says, transparency over white.

    Raises ``UnreadableMediaError`` if the bytes are no picture, broken, or larger than 100 megapixels.
    """
    with _opened(data) as image:
        if image.width * image.height > _MAX_PIXELS:
            raise UnreadableMediaError(
                f"the picture has {image.width} × {image.height} pixels, more than 100 megapixels"
            )
        try:
            upright = ImageOps.exif_transpose(image)
            return np.asarray(_flattened(upright))
        except _DECODER_ERRORS as error:
            raise UnreadableMediaError(f"the picture is damaged: {error}") from error


def page_count(data: bytes) -> int:
    """How many pictures the file holds (TIFF pages, GIF frames). Raises ``UnreadableMediaError``."""
    with _opened(data) as image:
        return int(getattr(image, "n_frames", 1))


def scaled_to(image: RgbImage, longest_side_px: int) -> RgbImage:
    """The picture shrunk until its longest side fits; never enlarged."""
    longest = max(image.shape[:2])
    if longest <= longest_side_px:
        return image
    width, height = (max(1, round(side * longest_side_px / longest)) for side in image.shape[1::-1])
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BOX))


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Size is judged above, before any pixel is decoded; Pillow's own warning would be a second judge.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data))
    except _DECODER_ERRORS as error:
        raise UnreadableMediaError("the bytes are no picture that can be read") from error
    except Image.DecompressionBombError as error:
        raise UnreadableMediaError(f"the picture is too large to decode: {error}") from error


def _flattened(image: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue; what is transparent becomes paper."""
    if image.mode.startswith("I;16"):
        # Pillow clips 16-bit grey to white instead of scaling it.
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    return image.convert("RGB")
