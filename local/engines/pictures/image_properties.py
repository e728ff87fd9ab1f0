"""Measures how a picture looks: sharpness, brightness, contrast and dominant colours, with OpenCV."""

from __future__ import annotations

import colorsys
import math
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ImageColor

from local.engines.findings import Colour, ImageProperties, Look, Quality
from local.engines.pictures.pixels import RgbImage, decode, scaled_to

_MEASURED_SIDE_PX = 800
_COLOUR_SIDE_PX = 96
_CLUSTERS = 12
_CLUSTER_ROUNDS = 20
_SEED = 7
# The rim that is measured as background: a fifth of each side.
_RIM = 5
# What the picture's edge is made of is its background wherever else it lies: colours of this share of the
# edge, and what the eye hardly tells from them (CIE 1976 difference; 2.3 is just noticeable, shadows and JPEG
# noise make more of it).
_EDGE_PX = 3
_EDGE_SHARE = 0.1
_LIKE_BACKGROUND = 14.0
# With less before it than this, a picture shows one surface, and its middle counts.
_LEAST_FOREGROUND = 0.02
# The Laplacian's variance at which sharpness reaches 63: an ordinary photograph in focus.
_SHARP_VARIANCE = 400.0
# Where a hue ends, in degrees, and what it is called.
_HUES = (
    (14, "red"),
    (45, "orange"),
    (68, "yellow"),
    (165, "green"),
    (195, "cyan"),
    (258, "blue"),
    (292, "purple"),
    (345, "pink"),
    (361, "red"),
)


def measure(data: bytes) -> ImageProperties:
    """The look of the whole picture, its middle and its rim. Raises ``UnreadableMediaError``.

    The foreground's quality is that of the middle, its colours are those of what isn't background.
    """
    image = scaled_to(decode(data), _MEASURED_SIDE_PX)
    height, width = image.shape[:2]
    rim_y, rim_x = height // _RIM, width // _RIM
    middle = image[rim_y : height - rim_y, rim_x : width - rim_x]
    return ImageProperties(
        whole=Look(quality(image), dominant_colours(image)),
        foreground=Look(quality(middle), _foreground_colours(image) or dominant_colours(middle)),
        background=_rim_look(image, rim_x, rim_y),
    )


def quality(image: RgbImage) -> Quality:
    """Brightness (mean), contrast (spread) and sharpness (response to edges) of a picture or a part of it."""
    grey = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)
    return _quality([grey])


def dominant_colours(image: RgbImage) -> tuple[Colour, ...]:
    """Up to twelve colours that stand for the picture, the most frequent first; the same every time."""
    small = cv2.resize(
        np.ascontiguousarray(image), (_COLOUR_SIDE_PX, _COLOUR_SIDE_PX), interpolation=cv2.INTER_AREA
    )
    return _clustered(small.reshape(-1, 3))


def _foreground_colours(image: RgbImage) -> tuple[Colour, ...]:
    """The colours of what lies before the background; none where nothing does."""
    small = cv2.resize(
        np.ascontiguousarray(image), (_COLOUR_SIDE_PX, _COLOUR_SIDE_PX), interpolation=cv2.INTER_AREA
    )
    is_edge = np.ones(small.shape[:2], dtype=bool)
    is_edge[_EDGE_PX:-_EDGE_PX, _EDGE_PX:-_EDGE_PX] = False
    background = np.array(
        [
            [[colour.red, colour.green, colour.blue]]
            for colour in _clustered(small[is_edge])
            if colour.pixel_percent >= 100 * _EDGE_SHARE
        ],
        dtype=np.uint8,
    )
    if not len(background):
        return ()
    pixels, surfaces = _lab(small), _lab(background)
    nearest = np.linalg.norm(pixels[:, None] - surfaces[None], axis=2).min(axis=1)
    is_before = (nearest > _LIKE_BACKGROUND).reshape(small.shape[:2]).astype(np.uint8)
    # A pixel on an outline is a mixture of both sides; so is thin writing.
    is_inside = cv2.erode(is_before, np.ones((3, 3), np.uint8))
    if is_inside.mean() < _LEAST_FOREGROUND:
        return ()
    return _clustered(small[is_inside.astype(bool)])


def _rim_look(image: RgbImage, rim_x: int, rim_y: int) -> Look:
    """The four strips around the middle, each measured as it lies: joining them would make edges."""
    height, width = image.shape[:2]
    strips = [
        image[:rim_y],
        image[height - rim_y :],
        image[rim_y : height - rim_y, :rim_x],
        image[rim_y : height - rim_y, width - rim_x :],
    ]
    strips = [np.ascontiguousarray(strip) for strip in strips if strip.size] or [image]
    pixels = np.concatenate([strip.reshape(-1, 3) for strip in strips])
    sample = pixels[:: max(1, len(pixels) // _COLOUR_SIDE_PX**2)]
    return Look(_quality([cv2.cvtColor(strip, cv2.COLOR_RGB2GRAY) for strip in strips]), _clustered(sample))


def _quality(parts: list[cv2.typing.MatLike]) -> Quality:
    pixels = np.concatenate([part.ravel() for part in parts])
    edges = np.concatenate([cv2.Laplacian(part, cv2.CV_64F).ravel() for part in parts])
    return Quality(
        brightness=float(pixels.mean()) / 2.55,
        sharpness=100 * (1 - math.exp(-float(edges.var()) / _SHARP_VARIANCE)),
        # Half black and half white has a deviation of 127.5.
        contrast=min(100.0, float(pixels.std()) / 1.275),
    )


def _clustered(pixels: cv2.typing.MatLike) -> tuple[Colour, ...]:
    lab = _lab(pixels)
    count = min(_CLUSTERS, len(np.unique(pixels, axis=0)))
    cv2.setRNGSeed(_SEED)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, _CLUSTER_ROUNDS, 0.5)
    _, members, centres = cv2.kmeans(
        lab, count, np.empty((0, 1), np.int32), criteria, 2, cv2.KMEANS_PP_CENTERS
    )
    sizes = np.bincount(members.ravel(), minlength=count)
    colours = []
    for cluster in np.argsort(-sizes, kind="stable"):
        if not sizes[cluster]:
            continue
        rgb = cv2.cvtColor(centres[cluster].reshape(1, 1, 3), cv2.COLOR_LAB2RGB)[0, 0]
        red, green, blue = (int(value) for value in np.clip(np.rint(rgb * 255), 0, 255))
        colours.append(
            Colour(
                red,
                green,
                blue,
                _nearest_css_name(red, green, blue),
                _simple_name(red, green, blue),
                100.0 * float(sizes[cluster]) / len(pixels),
            )
        )
    return tuple(colours)


def _lab(pixels: cv2.typing.MatLike) -> npt.NDArray[np.float32]:
    """Colours where distance is what the eye sees as difference (CIE L*a*b*)."""
    scaled = pixels.reshape(1, -1, 3).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB)[0], dtype=np.float32)


def _nearest_css_name(red: int, green: int, blue: int) -> str:
    names, palette = _css_palette()
    distance = ((palette - _lab(np.array([[red, green, blue]], dtype=np.uint8))) ** 2).sum(axis=1)
    return names[int(distance.argmin())]


@cache
def _css_palette() -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
    names = tuple(ImageColor.colormap)
    return names, _lab(np.array([ImageColor.getrgb(name)[:3] for name in names], dtype=np.uint8))


def _simple_name(red: int, green: int, blue: int) -> str:
    """One of the twelve names that Rekognition simplifies colours to."""
    hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    if value < 0.16:
        return "black"
    if saturation < 0.13:
        return "white" if value > 0.88 else "grey"
    if saturation < 0.25 and value < 0.3:
        return "black" if value < 0.22 else "grey"
    name = next(name for limit, name in _HUES if hue * 360 < limit)
    if name == "red" and value <= 0.45:
        return "brown"
    if name == "red" and saturation < 0.45 and value > 0.75:
        return "pink"
    if name == "orange" and (value < 0.7 or saturation < 0.5):
        return "brown"
    if name == "yellow" and value <= 0.5:
        return "brown"
    if name == "pink" and value <= 0.6:
        return "purple"
    return name
