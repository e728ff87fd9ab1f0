"""Pictures that were made: read with their transparency, sized, encoded, compared, and blurred."""

from __future__ import annotations

import io
import math
import warnings
from statistics import fmean, pstdev

from PIL import Image, ImageFilter

from braid.domain.errors import InvalidAssetError
from braid.media.pictures.decoding_limits import DECODER_ERRORS, check_pixels

__all__ = [
    "blurred",
    "checked_input",
    "encode_draft",
    "open_picture",
    "similarity",
    "small_jpeg",
    "statistics_of",
]

_FORMATS = ("PNG", "JPEG")
_TYPES = {"image/png": "PNG", "image/jpeg": "JPEG"}
# Providers take pictures of at most some nine megapixels.
_MAX_INPUT_PIXELS = 9_437_184
_JPEG_QUALITY = 92
_COMPARED_SIDE = 32
_STATISTICS_SIDE = 64
_BLUR_SHARE = 1 / 12


def open_picture(body: bytes) -> Image.Image:
    """A PNG or JPEG as RGB or, with transparency, RGBA. Raises ``InvalidAssetError`` for anything else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(body), formats=_FORMATS)
        check_pixels(image)
        image.load()
    except DECODER_ERRORS as error:
        raise InvalidAssetError("the picture is no PNG or JPEG that can be read") from error
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def checked_input(body: bytes, *, name: str) -> tuple[int, int]:
    """Width and height of a reference or mask. Raises ``InvalidAssetError`` that names it."""
    try:
        image = open_picture(body)
    except InvalidAssetError as error:
        raise InvalidAssetError(f"{name}: {error}") from error
    if image.width * image.height > _MAX_INPUT_PIXELS:
        raise InvalidAssetError(
            f"{name} has {image.width} x {image.height} pixels; {_MAX_INPUT_PIXELS:,} are taken: scale it"
        )
    return image.size


def encode_draft(image: Image.Image, media_type: str, *, longest_side: int | None = None) -> bytes:
    """``image`` as it will be published, without metadata; transparency is white in a JPEG."""
    if longest_side is not None and max(image.size) > longest_side:
        image = image.copy()
        image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    if media_type == "image/jpeg" and image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    saved = io.BytesIO()
    # Without subsampled colour, of which a first encoding needn't lose any.
    options = {"quality": _JPEG_QUALITY, "subsampling": 0} if media_type == "image/jpeg" else {}
    image.save(saved, _TYPES[media_type], **options)
    return saved.getvalue()


def small_jpeg(body: bytes, *, longest_side: int) -> bytes:
    """A look at a picture: a JPEG of at most that side."""
    return encode_draft(open_picture(body), "image/jpeg", longest_side=longest_side)


def blurred(body: bytes, *, longest_side: int) -> bytes:
    """A look at a picture that nobody should see: shapes of colour, as a JPEG."""
    image = open_picture(body).convert("RGB")
    image.thumbnail((longest_side, longest_side))
    return encode_draft(image.filter(ImageFilter.GaussianBlur(max(image.size) * _BLUR_SHARE)), "image/jpeg")


def similarity(one: bytes, other: bytes) -> float:
    """How alike two pictures are laid out, 0 to 1: the correlation of their brightness on a 32 x 32 grid.

    1 is a copy, whatever its size, encoding, brightness and contrast; 0 is nothing in common or its opposite.
    """
    first, second = (_grid(body) for body in (one, other))
    scale = sum(value * value for value in first) * sum(value * value for value in second)
    if not scale:
        return float(first == second)
    together = sum(a * b for a, b in zip(first, second, strict=True))
    return max(0.0, float(together / scale**0.5))


def _grid(body: bytes) -> list[float]:
    """Brightness of the cells, its mean taken away."""
    small = open_picture(body).convert("L").resize((_COMPARED_SIDE, _COMPARED_SIDE), Image.Resampling.BOX)
    values = list(small.tobytes())
    mean = sum(values) / len(values)
    return [value - mean for value in values]


def statistics_of(body: bytes) -> dict[str, float]:
    """Brightness and contrast, 0 to 255, and colourfulness of a picture, on a 64 x 64 grid.

    Colourfulness as D. Hasler and S. Süsstrunk measure it (SPIE 5007, 2003): 0 is grey, above 100 extreme.
    """
    side = (_STATISTICS_SIDE, _STATISTICS_SIDE)
    image = open_picture(body).convert("RGB").resize(side, Image.Resampling.BOX)
    red, green, blue = (band.tobytes() for band in image.split())
    light = image.convert("L").tobytes()
    red_green = [float(r - g) for r, g in zip(red, green, strict=True)]
    yellow_blue = [(r + g) / 2 - b for r, g, b in zip(red, green, blue, strict=True)]
    spread = math.hypot(pstdev(red_green), pstdev(yellow_blue))
    middle = math.hypot(fmean(red_green), fmean(yellow_blue))
    return {
        "brightness": round(fmean(light), 2),
        "contrast": round(pstdev(light), 2),
        "colourfulness": round(spread + 0.3 * middle, 2),
    }
