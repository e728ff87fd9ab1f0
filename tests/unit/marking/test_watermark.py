"""A mark stays where pictures are saved again and made smaller, and is nowhere else."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from braid.marking.watermark import MIN_SIDE_PX, embed, read
from tests.unit.marking.drawings import pictures

# What is promised: read in 95 of 100 pictures after each of these.
_COUNT = 100
_LEAST = 95
_LEAST_PSNR_DB = 36.0


def _jpeg(image: Image.Image, quality: int = 80) -> Image.Image:
    saved = io.BytesIO()
    image.save(saved, "JPEG", quality=quality)
    return Image.open(saved)


def _half(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


ATTACKS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "nothing": lambda image: image,
    "JPEG 80": _jpeg,
    "half size": _half,
    "half size, then JPEG 80": lambda image: _jpeg(_half(image)),
}


@pytest.mark.slow
def test_a_hundred_pictures_keep_their_mark_and_their_looks() -> None:
    kept, quality = dict.fromkeys(ATTACKS, 0), []
    for number, picture in enumerate(pictures(_COUNT)):
        value = random.Random(number).randrange(1 << 32)
        assert read(picture) is None
        marked = embed(picture, value)
        error = np.square(np.asarray(marked, float) - np.asarray(picture, float)).mean()
        quality.append(10 * np.log10(255**2 / error))
        for name, attack in ATTACKS.items():
            kept[name] += read(attack(marked)) == value
    assert kept["nothing"] == _COUNT
    assert min(kept.values()) >= _LEAST, kept
    assert np.mean(quality) >= _LEAST_PSNR_DB


@pytest.mark.parametrize("number", [0, 1, 0x12345678, (1 << 32) - 1])
def test_any_number_comes_back(number: int) -> None:
    picture = next(pictures(1))
    assert read(_jpeg(embed(picture, number))) == number


def test_transparency_stays_as_it_was() -> None:
    picture = next(pictures(1)).convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    marked = embed(picture, 7)
    assert marked.getchannel("A").tobytes() == picture.getchannel("A").tobytes()
    assert read(marked) == 7


def test_a_cut_picture_reads_as_unmarked() -> None:
    marked = embed(next(pictures(1)), 7)
    assert read(marked.crop((100, 100, 600, 600))) is None


@pytest.mark.parametrize("number", [-1, 1 << 32])
def test_what_doesnt_fit_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        embed(next(pictures(1)), number)


def test_a_picture_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        embed(Image.new("RGB", (MIN_SIDE_PX - 1, 400)), 1)
