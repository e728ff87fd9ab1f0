"""Engines that look at pictures: decoding, faces, QR codes, colours and quality."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from PIL import Image

from local.engines.errors import UnreadableMediaError
from local.engines.pictures import codes, faces, image_properties
from local.engines.pictures import pixels as pictures
from tests.local.drawings import encoded, portrait, qr_code, slide

PORTRAIT = portrait()


def test_a_picture_is_turned_as_its_exif_says() -> None:
    picture = Image.new("RGB", (200, 100), "white")
    picture.paste("red", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise by a quarter to see it upright
    target = io.BytesIO()
    picture.save(target, "JPEG", exif=exif, quality=95)
    pixels = pictures.decode(target.getvalue())
    assert pixels.shape == (200, 100, 3)
    assert pixels[50, 50, 1] < 60  # red is above
    assert pixels[150, 50, 1] > 200


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_every_mode_becomes_plain_rgb(mode: str) -> None:
    grey = Image.linear_gradient("L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
        data = encoded(picture)
    else:
        data = encoded(grey.convert("RGB").convert(mode), "TIFF" if mode == "CMYK" else "PNG")
    pixels = pictures.decode(data)
    assert pixels.shape == (256, 256, 3)
    assert int(pixels[:32].mean()) < 60
    assert int(pixels[-32:].mean()) > 195


def test_transparent_parts_are_paper() -> None:
    assert pictures.decode(encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)))).min() == 255


def test_a_damaged_picture_is_refused() -> None:
    data = encoded(slide(["A line"]), "JPEG")
    with pytest.raises(UnreadableMediaError, match="damaged"):
        pictures.decode(data[: len(data) // 3])


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    target = io.BytesIO()
    Image.new("1", (11_000, 11_000)).save(target, "PNG")
    with pytest.raises(UnreadableMediaError, match="100 megapixels"):
        pictures.decode(target.getvalue())


def test_a_face_is_found_where_it_is() -> None:
    (face,) = faces.find_faces(encoded(PORTRAIT))
    height, width = PORTRAIT.shape[:2]
    # The astronaut's face in the picture: about x 170 to 280, y 60 to 180.
    assert face.box.left * width == pytest.approx(170, abs=40)
    assert face.box.top * height == pytest.approx(65, abs=40)
    assert 0.8 < face.confidence <= 1.0
    assert 0 < face.brightness < 100
    assert 0 < face.sharpness <= 100


@pytest.mark.parametrize("name", ["chelsea", "coffee", "rocket", "page", "brick", "hubble_deep_field"])
def test_no_face_is_seen_in_cats_cups_and_walls(name: str) -> None:
    picture = getattr(skimage.data, name)()
    assert faces.find_faces(encoded(np.ascontiguousarray(picture))) == []


def test_faces_are_told_from_other_patches() -> None:
    """Measured 2026-11: 98 of 100 portraits, none of 100 others."""
    patches = (skimage.data.lfw_subset() * 255).astype(np.uint8)
    found = []
    for patch in [*patches[:100:4], *patches[100::4]]:
        larger = cv2.resize(patch, (150, 150), interpolation=cv2.INTER_CUBIC)
        framed = cv2.copyMakeBorder(larger, 40, 40, 40, 40, cv2.BORDER_REPLICATE)
        found.append(bool(faces.find_faces(encoded(framed))))
    assert sum(found[:25]) >= 23
    assert sum(found[25:]) == 0


def test_a_qr_code_is_found_and_a_picture_without_one_is_not() -> None:
    assert len(codes.find_qr_codes(encoded(qr_code("https://example.com/braid")))) == 1
    assert codes.find_qr_codes(encoded(slide(["No code here"]))) == []


def test_blur_lowers_sharpness_and_light_raises_brightness() -> None:
    sharp = image_properties.quality(PORTRAIT)
    blurred = [image_properties.quality(cv2.GaussianBlur(PORTRAIT, (0, 0), sigma)) for sigma in (1, 3, 9)]
    assert sharp.sharpness > blurred[0].sharpness > blurred[1].sharpness > blurred[2].sharpness
    darker = image_properties.quality((PORTRAIT * 0.5).astype(np.uint8))
    assert darker.brightness < sharp.brightness
    assert darker.contrast < sharp.contrast


def test_dominant_colours_are_named_and_weighed() -> None:
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[:] = (220, 20, 30)
    picture[:, 300:] = (20, 40, 200)
    found = image_properties.measure(encoded(picture))
    assert [colour.simple_name for colour in found.whole.colours] == ["red", "blue"]
    assert found.whole.colours[0].pixel_percent == pytest.approx(75, abs=3)
    assert [colour.simple_name for colour in found.foreground.colours] == ["red", "blue"]
    assert found.whole.colours == image_properties.measure(encoded(picture)).whole.colours


@pytest.mark.parametrize(
    ("background", "product", "name"),
    [((243, 244, 246), (37, 99, 235), "blue"), ((20, 20, 25), (220, 30, 30), "red")],
)
@pytest.mark.parametrize("is_shaded", [False, True])
def test_a_product_s_colours_are_not_those_of_what_it_stands_on(
    background: tuple[int, int, int], product: tuple[int, int, int], name: str, *, is_shaded: bool
) -> None:
    picture = np.full((300, 400, 3), background, np.uint8)
    if is_shaded:
        shade = np.linspace(0, 12, 400).astype(np.int16)[None, :, None]
        picture = np.clip(picture + shade - 6, 0, 255).astype(np.uint8)
    picture[110:190, 150:250] = product
    found = image_properties.measure(encoded(picture))
    assert found.whole.colours[0].simple_name != name
    assert {colour.simple_name for colour in found.foreground.colours} == {name}


def test_a_picture_of_one_surface_has_the_colours_of_its_middle() -> None:
    picture = np.full((300, 400, 3), (0, 128, 0), np.uint8)
    assert [
        colour.simple_name for colour in image_properties.measure(encoded(picture)).foreground.colours
    ] == ["green"]


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((255, 255, 255), "white"),
        ((0, 0, 0), "black"),
        ((128, 128, 128), "grey"),
        ((255, 0, 0), "red"),
        ((255, 165, 0), "orange"),
        ((255, 255, 0), "yellow"),
        ((0, 128, 0), "green"),
        ((0, 255, 255), "cyan"),
        ((0, 0, 255), "blue"),
        ((128, 0, 128), "purple"),
        ((255, 105, 180), "pink"),
        ((139, 69, 19), "brown"),
    ],
)
def test_plain_colours_have_their_everyday_names(rgb: tuple[int, int, int], name: str) -> None:
    (colour,) = image_properties.dominant_colours(np.full((50, 50, 3), rgb, np.uint8))
    assert colour.simple_name == name
    assert colour.pixel_percent == 100


def test_real_portraits(shared_data: Path) -> None:
    folder = shared_data / "media-image" / "content-localization-on-aws"
    for name in ("sample-face.jpg", "sample-image.jpg"):
        assert len(faces.find_faces((folder / name).read_bytes())) == 1, name
