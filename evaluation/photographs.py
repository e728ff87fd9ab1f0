"""Photographs whose labels are known, each in several renderings: those that come with scikit-image."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import skimage.data
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

__all__ = ["LABELS", "QUERIES", "Photograph", "jpeg", "photographs", "renderings", "unnamed"]

_FOLDER = Path(skimage.data.__file__).parent
# Every label that is true of the photograph, by what a person sees in it; empty: nothing that has a class.
LABELS: Mapping[str, frozenset[str]] = {
    "chelsea": frozenset({"Animal", "Mammal", "Feline", "Cat", "Tabby", "Tiger Cat"}),
    "coffee": frozenset({"Beverage", "Coffee", "Espresso", "Cup", "Coffee Cup", "Kitchenware"}),
    "camera": frozenset({"Tripod", "Camera", "Clothing", "Coat"}),
    "motorcycle_left": frozenset({"Vehicle", "Motorcycle", "Helmet", "Crash Helmet", "Wheel"}),
    "rocket": frozenset({"Rocket"}),
    "astronaut": frozenset({"Clothing", "Uniform", "Helmet", "Vehicle", "Space Shuttle", "Rocket"}),
    "grass": frozenset({"Plant", "Nature"}),
    "gravel": frozenset({"Nature"}),
    "brick": frozenset({"Architecture", "Stone Wall"}),
    "coins": frozenset(),
    "moon": frozenset({"Nature"}),
    "retina": frozenset(),
    "ihc": frozenset(),
    "hubble_deep_field": frozenset(),
}
# What somebody who looks for it would write, written before any of them was looked for.
QUERIES: Mapping[str, str] = {
    "chelsea": "a cat looking at the camera",
    "coffee": "a cup of coffee on a table",
    "camera": "a man with a camera on a tripod",
    "motorcycle_left": "a motorbike in a garage",
    "rocket": "a rocket on the launch pad",
    "astronaut": "portrait of an astronaut",
}


@dataclass(frozen=True)
class Photograph:
    """A rendering of a photograph, as a JPEG file's bytes, and all labels that are true of it."""

    name: str
    rendering: str
    data: bytes
    labels: frozenset[str]


def photographs() -> Iterator[Photograph]:
    """All in all renderings, in the same order every time."""
    for name, labels in LABELS.items():
        for rendering, picture in renderings(_opened(name)):
            yield Photograph(name, rendering, jpeg(picture), labels)


def unnamed() -> frozenset[str]:
    """The photographs of what has no class at all."""
    return frozenset(name for name, labels in LABELS.items() if not labels)


def jpeg(picture: Image.Image, quality: int = 92) -> bytes:
    """The picture as a JPEG file."""
    target = io.BytesIO()
    picture.convert("RGB").save(target, "JPEG", quality=quality)
    return target.getvalue()


def _opened(name: str) -> Image.Image:
    with Image.open(next(_FOLDER.glob(f"{name}.*"))) as opened:
        return opened.convert("RGB")


def renderings(picture: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """The picture as it is, and five ways in which people have it too, each with its name."""
    width, height = picture.size
    small = picture.copy()
    small.thumbnail((320, 320))
    yield "as it is", picture
    yield "mirrored", ImageOps.mirror(picture)
    yield "dark", ImageEnhance.Brightness(picture).enhance(0.6)
    yield "blurred", picture.filter(ImageFilter.GaussianBlur(min(width, height) / 250))
    yield "small", Image.open(io.BytesIO(jpeg(small, 50))).convert("RGB")
    yield "closer", picture.crop((width * 3 // 20, height // 10, width * 9 // 10, height * 9 // 10))
