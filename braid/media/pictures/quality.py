"""How good a picture is, measured cheaply: sharpness, brightness, contrast, and whether anything is on it."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageFilter, ImageStat

__all__ = ["PictureQuality", "measure_quality", "picture_quality"]

# At fixed sizes, so that a number means the same for a phone's 50 megapixels and for a video frame; at three
# of them, because what is left of a strong blur in fine detail is only the JPEG's own noise.
_SIDES_PX = (512, 256, 128)
_BLANK_STDDEV = 2.0
_BLACK_BRIGHTNESS = 0.1
# Laplacian of the luma, halved and centred so that 8 bits hold it.
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=2, offset=128)


@dataclass(frozen=True)
class PictureQuality:
    """Measured on the picture at 512 pixels and below.

    ``sharpness`` is the standard deviation of the luma's Laplacian, mean of three sizes: 0 for a blank
    picture, below 4 where nothing is in focus, 15 and more in a photograph, 50 and more in a page of text.
    ``brightness`` is the mean luma and ``contrast`` its standard deviation, both as shares of full scale (0
    to 1). ``is_blank``: one tone all over; ``is_black``: blank and dark.
    """

    sharpness: float
    brightness: float
    contrast: float
    is_blank: bool
    is_black: bool


def measure_quality(jpeg: bytes) -> PictureQuality:
    """The quality of a still that this package made."""
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
        picture.draft("L", (_SIDES_PX[0], _SIDES_PX[0]))
        return picture_quality(picture)


def picture_quality(picture: Image.Image) -> PictureQuality:
    """The quality of a decoded picture of any size."""
    luma = picture.convert("L")
    luma.thumbnail((_SIDES_PX[0], _SIDES_PX[0]), Image.Resampling.BOX)
    tone = ImageStat.Stat(luma)
    edges = []
    for side in _SIDES_PX:
        luma.thumbnail((side, side), Image.Resampling.BOX)
        edges.append(_edge_stddev(luma))
    brightness, contrast = tone.mean[0] / 255, tone.stddev[0] / 255
    is_blank = tone.stddev[0] < _BLANK_STDDEV
    return PictureQuality(
        sharpness=sum(edges) / len(edges),
        brightness=brightness,
        contrast=contrast,
        is_blank=is_blank,
        is_black=is_blank and brightness < _BLACK_BRIGHTNESS,
    )


def _edge_stddev(luma: Image.Image) -> float:
    edges = luma.filter(_LAPLACIAN)
    if min(edges.size) > 2:
        edges = edges.crop((1, 1, edges.width - 1, edges.height - 1))  # the filter leaves the border as it is
    return 2 * ImageStat.Stat(edges).stddev[0]
