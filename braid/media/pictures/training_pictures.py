"""Pictures for tuning a model: what they are, made to fit, and three ways to have more of them."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageChops, ImageEnhance

from braid.domain.datasets.rules.images import (
    LEAST_PIXELS,
    MOST_BYTES,
    MOST_PIXELS,
    ImageFacts,
    image_problems,
)
from braid.domain.errors import InvalidAssetError
from braid.media.pictures.decoding_limits import DECODER_ERRORS, check_file_size, check_pixels
from braid.media.pictures.flattening import flattened
from braid.media.pictures.jpeg import encode_jpeg

__all__ = [
    "AUGMENTATIONS",
    "Augmentation",
    "TrainingPicture",
    "augmented",
    "picture_facts",
    "training_picture",
]

# None of them mirrors: a mirrored sign, letter or arrow is another one.
Augmentation = Literal["crop", "brightness", "noise"]
AUGMENTATIONS: tuple[Augmentation, ...] = ("crop", "brightness", "noise")
_Way = Callable[[Image.Image, random.Random], Image.Image]
_LEAST_KEPT = 0.85  # of each side, by a crop
_DARKEST, _BRIGHTEST = 0.7, 1.3
_LEAST_NOISE, _MOST_NOISE = 4, 24  # shades of 255, to either side


@dataclass(frozen=True)
class TrainingPicture:
    """PNG, or JPEG where PNG would be too large. ``notes`` say in words what had to be changed."""

    content: bytes
    media_type: str
    notes: tuple[str, ...]

    @property
    def ending(self) -> str:
        """Of its file's name."""
        return "png" if self.media_type == "image/png" else "jpeg"


def picture_facts(content: bytes) -> ImageFacts:
    """What a picture is. Raises ``InvalidAssetError`` where it can't be opened, or is too large to be."""
    picture = _opened(content)
    pixels = hashlib.sha256(_flat(picture, max(picture.size)).tobytes()).hexdigest()
    media_type = Image.MIME.get(str(picture.format), "application/octet-stream")
    width, height = picture.size
    return ImageFacts(media_type, len(content), width, height, f"{width}x{height} {pixels}", picture.mode)


def training_picture(content: bytes) -> TrainingPicture:
    """The picture as RGB, upright, within the bounds of a tuning job; what was done to it is said.

    Raises ``InvalidAssetError`` where it can't be opened or is too long and narrow.
    """
    picture = _opened(content)
    notes = [] if picture.mode == "RGB" else [f"converted from {picture.mode} to RGB"]
    found = _flat(picture, min(MOST_PIXELS, max(picture.size)))
    shorter = min(found.size)
    if shorter < LEAST_PIXELS:
        scale = LEAST_PIXELS / shorter
        size = (round(found.width * scale), round(found.height * scale))
        found = found.resize(size, Image.Resampling.BICUBIC)
    if sorted(found.size) != sorted(picture.size):
        was, now = (f"{width} × {height}" for width, height in (picture.size, found.size))
        notes.append(f"scaled from {was} to {now} pixels")
    buffer = io.BytesIO()
    found.save(buffer, "PNG")
    written, media_type = buffer.getvalue(), "image/png"
    if len(written) > MOST_BYTES:
        written, media_type = encode_jpeg(found), "image/jpeg"
        notes.append("written as JPEG: as PNG it has more than 5 MB")
    misfits = image_problems(ImageFacts(media_type, len(written), found.width, found.height, ""))
    if misfits:
        raise InvalidAssetError(f"The picture doesn't fit: {'; '.join(misfits)}. Crop it.")
    return TrainingPicture(written, media_type, tuple(notes))


def augmented(content: bytes, how: Augmentation, *, seed: int) -> bytes:
    """A PNG of the same size that shows the same: cropped a little, brighter or darker, or with noise.

    The same bytes for the same picture, way and seed. Raises ``InvalidAssetError`` where it can't be opened.
    """
    picture = _opened(content)
    found = _flat(picture, max(picture.size))
    chance = random.Random(f"{seed}:{how}:{hashlib.sha256(content).hexdigest()}")
    buffer = io.BytesIO()
    _WAYS[how](found, chance).save(buffer, "PNG")
    return buffer.getvalue()


def _cropped(picture: Image.Image, chance: random.Random) -> Image.Image:
    width, height = (round(side * chance.uniform(_LEAST_KEPT, 0.98)) for side in picture.size)
    left, top = chance.randint(0, picture.width - width), chance.randint(0, picture.height - height)
    box = (left, top, left + width, top + height)
    return picture.resize(picture.size, Image.Resampling.BICUBIC, box=box)


def _lit(picture: Image.Image, chance: random.Random) -> Image.Image:
    # Never nearly as it was: at least a tenth darker or brighter.
    factor = chance.choice((chance.uniform(_DARKEST, 0.9), chance.uniform(1.1, _BRIGHTEST)))
    return ImageEnhance.Brightness(picture).enhance(factor)


def _noisy(picture: Image.Image, chance: random.Random) -> Image.Image:
    reach = chance.randint(_LEAST_NOISE, _MOST_NOISE)
    grain = Image.frombytes("L", picture.size, chance.randbytes(picture.width * picture.height))
    grain = grain.point([round(value * 2 * reach / 255) for value in range(256)])
    return ImageChops.add(picture, Image.merge("RGB", (grain, grain, grain)), 1.0, -reach)


_WAYS: Mapping[Augmentation, _Way] = {"crop": _cropped, "brightness": _lit, "noise": _noisy}


def _opened(content: bytes) -> Image.Image:
    """The picture, of which the header is read and no more than may be decoded."""
    try:
        picture = Image.open(io.BytesIO(content))
        check_file_size(str(picture.format), len(content))
        check_pixels(picture)
    except DECODER_ERRORS as error:
        raise InvalidAssetError("The picture can't be opened. Export it again.") from error
    return picture


def _flat(picture: Image.Image, max_side_px: int) -> Image.Image:
    try:
        return flattened(picture, max_side_px)
    except DECODER_ERRORS as error:
        raise InvalidAssetError("The picture is damaged. Export it again.") from error
