"""Pictures of many kinds, from a seed: what products, posters and scenes look like to a watermark."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

_SIZES = ((512, 512), (768, 432), (432, 768), (640, 480), (600, 400))


def pictures(count: int, *, seed: int = 1) -> Iterator[Image.Image]:
    """``count`` pictures: things on white, scenes in noise, shapes on a gradient, text, dark rooms."""
    chance = random.Random(seed)
    kinds = (_on_white, _scene, _shapes, _page, _dark)
    for number in range(count):
        yield kinds[number % len(kinds)](chance, chance.choice(_SIZES))


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return (chance.randrange(256), chance.randrange(256), chance.randrange(256))


def _on_white(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, "white")
    across, down = size[0] // 4, size[1] // 4
    ImageDraw.Draw(image).rounded_rectangle((across, down, 3 * across, 3 * down), 40, fill=_colour(chance))
    return image.filter(ImageFilter.GaussianBlur(chance.uniform(0, 3)))


def _scene(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    random_ = np.random.default_rng(chance.randrange(1 << 30))
    total = np.zeros((size[1], size[0], 3))
    for octave in (4, 8, 16, 32, 64):
        noise = random_.random((max(2, size[1] * octave // 512), max(2, size[0] * octave // 512), 3)) * 255
        layer = Image.fromarray(noise.astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
        total += np.asarray(layer, float) / octave
    total = (total - total.min()) / np.ptp(total) * 255
    return Image.fromarray(total.astype(np.uint8))


def _shapes(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        left, top = chance.randrange(size[0]), chance.randrange(size[1])
        draw.ellipse(
            (left, top, left + chance.randrange(20, 200), top + chance.randrange(20, 200)),
            fill=_colour(chance),
        )
    return image


def _page(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, (250, 248, 240))
    draw = ImageDraw.Draw(image)
    for top in range(20, size[1] - 20, 24):
        words = " ".join("x" * chance.randrange(2, 9) for _ in range(size[0] // 60))
        draw.text((20, top), words, fill=(20, 20, 20), font_size=16)
    return image


def _dark(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    return _scene(chance, size).point(lambda value: value // 6)
