"""Pictures for tuning: made to fit, and varied without ever being mirrored."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageOps, ImageStat

from braid.domain.datasets.rules.images import image_problems
from braid.domain.errors import InvalidAssetError
from braid.media.pictures.training_pictures import (
    AUGMENTATIONS,
    Augmentation,
    augmented,
    picture_facts,
    training_picture,
)


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def flag(width: int = 160, height: int = 160) -> Image.Image:
    """No mirror image is like it."""
    picture = Image.new("RGB", (width, height), (235, 235, 225))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((width // 8, height // 8, width // 5, height * 7 // 8), fill=(20, 20, 40))
    pen.polygon(
        [(width // 5, height // 8), (width * 3 // 4, height // 4), (width // 5, height // 2)],
        fill=(180, 30, 30),
    )
    return picture


def distance(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.parametrize("how", AUGMENTATIONS)
def test_augmentation_is_seeded_and_keeps_size_and_side(how: Augmentation) -> None:
    plain = flag()
    content = encoded(plain)
    for seed in range(6):
        made = augmented(content, how, seed=seed)
        assert made == augmented(content, how, seed=seed)
        varied = Image.open(io.BytesIO(made)).convert("RGB")
        assert varied.size == plain.size
        assert distance(varied, plain) > 0.5, "something has changed"
        # Dark on light, whatever the brightness: it is nearer to itself than to its mirror image.
        one, other = (each.convert("L").point(lambda shade: 255 * (shade > 110)) for each in (varied, plain))
        assert distance(one, other) < distance(one, ImageOps.mirror(other)) / 1.5
    assert augmented(content, how, seed=1) != augmented(content, how, seed=2)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK", "1"])
def test_every_mode_becomes_rgb_and_that_is_said(mode: str) -> None:
    made = training_picture(encoded(flag().convert(mode), "TIFF" if mode == "CMYK" else "PNG"))
    assert Image.open(io.BytesIO(made.content)).mode == "RGB"
    assert any(note.startswith("converted from") for note in made.notes)


def test_a_picture_that_fits_stays_and_nothing_is_said() -> None:
    made = training_picture(encoded(flag()))
    assert made.notes == ()
    assert picture_facts(made.content).content == picture_facts(encoded(flag())).content


@pytest.mark.parametrize(("size", "scaled"), [((5_000, 3_000), "4096 × 2458"), ((64, 100), "128 × 200")])
def test_sizes_are_brought_into_bounds_and_said(size: tuple[int, int], scaled: str) -> None:
    made = training_picture(encoded(flag(*size)))
    assert image_problems(picture_facts(made.content)) == []
    assert scaled in made.notes[-1]


def test_a_strip_is_refused() -> None:
    with pytest.raises(InvalidAssetError, match=r"0\.25 to 4 are allowed"):
        training_picture(encoded(flag(1_000, 140)))


@given(st.binary(max_size=200))
def test_what_is_no_picture_is_refused_in_words(content: bytes) -> None:
    for made in (training_picture, picture_facts):
        with pytest.raises(InvalidAssetError):
            made(content)


def test_a_cut_off_picture_is_refused_in_words() -> None:
    with pytest.raises(InvalidAssetError, match="damaged"):
        training_picture(encoded(flag())[:-200])


def test_the_same_pixels_have_the_same_content_however_they_are_stored() -> None:
    assert picture_facts(encoded(flag())).content == picture_facts(encoded(flag(), "BMP")).content
    assert picture_facts(encoded(flag())).content != picture_facts(encoded(ImageOps.mirror(flag()))).content
