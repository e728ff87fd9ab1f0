"""Picture quality over graded blurs, and what a first look at a video sees and reads."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from braid.media.pictures.jpeg import encode_jpeg
from braid.media.pictures.quality import measure_quality, picture_quality
from braid.media.shots.first_look import look
from tests.unit.media import synthetic as media

RADII_PX = (0, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12)
BLURS = {"gaussian": ImageFilter.GaussianBlur, "box": ImageFilter.BoxBlur}
REAL = (
    "media-image/Pillow/flower.jpg",
    "media-image/Pillow/hopper.png",
    "media-image/Pillow/iss634.gif",
    "media-image/content-localization-on-aws/sample-face.jpg",
    "media-image/content-localization-on-aws/sample-image.jpg",
    "media-document/amazon-textract-response-parser/paystub.jpg",
    "media-document/amazon-textract-response-parser/default_invoice_1.png",
    "media-image-ocr/tesseract-ocr_test/phototest.tif",
    "media-image-ocr/tesseract-ocr_test/raaj.tif",
)


def sharpness_by_blur(picture: Image.Image, blur: Callable[[float], ImageFilter.Filter]) -> list[float]:
    graded = (picture.filter(blur(radius)) if radius else picture for radius in RADII_PX)
    return [measure_quality(encode_jpeg(image)).sharpness for image in graded]


@pytest.mark.slow
@pytest.mark.parametrize("blur", BLURS)
def test_sharpness_of_drawn_pictures_falls_with_every_blur(blur: str) -> None:
    for picture in (media.scene(4, (1_200, 800)), media.slide(1, (1_200, 800)), media.scene(9)):
        values = sharpness_by_blur(picture, BLURS[blur])
        assert all(sharper > softer for sharper, softer in pairwise(values)), values


@pytest.mark.parametrize("blur", BLURS)
def test_sharpness_of_real_pictures_falls_with_every_blur(shared_data: Path, blur: str) -> None:
    for name in REAL:
        with Image.open(shared_data / name) as opened:
            picture = opened.convert("RGB")
        picture.thumbnail((1_600, 1_600))
        values = sharpness_by_blur(picture, BLURS[blur])
        assert all(sharper > softer for sharper, softer in pairwise(values)), (name, values)


def test_a_number_means_the_same_at_every_size() -> None:
    large = media.scene(5, (3_000, 2_000))
    smaller = large.resize((1_500, 1_000), Image.Resampling.LANCZOS)

    assert picture_quality(smaller).sharpness == pytest.approx(picture_quality(large).sharpness, rel=0.05)


def test_contrast_falls_as_tones_come_together() -> None:
    picture = media.scene(6)
    flattened = [picture.point(lambda value, by=by: 128 + (value - 128) * by) for by in (1.0, 0.6, 0.3, 0.1)]
    values = [measure_quality(encode_jpeg(image)).contrast for image in flattened]

    assert all(more > less for more, less in pairwise(values)), values


@pytest.mark.parametrize(
    ("container", "codec"),
    [("mp4", "libx264"), ("matroska", "libx264"), ("mpegts", "libx264"), ("webm", "libvpx-vp9")],
)
def test_a_look_sees_five_places_of_a_video(container: str, codec: str) -> None:
    """Half of it is black: what is seen tells both halves apart."""
    pictures = [Image.new("RGB", (320, 180))] * 100 + [media.scene(3)] * 100
    data = media.video(pictures, container=container, codec=codec, group_frames=10)
    media_type = {"mp4": "mp4", "matroska": "x-matroska", "mpegts": "mp2t", "webm": "webm"}[container]

    seen = look(media.opened(data), f"video/{media_type}", 8_000)

    assert len(seen) == 5
    assert [quality.is_black for quality in seen[:2]] == [True, True]
    assert [quality.is_black for quality in seen[3:]] == [False, False]


def test_a_look_reads_little_of_a_video() -> None:
    noise = [Image.effect_noise((640, 360), 90).convert("RGB") for _ in range(4)]
    pictures = (noise[number % 4] for number in range(250))
    data = media.video(pictures, fps=5, group_frames=10, options={"qp": "16", "preset": "ultrafast"})
    file = media.CountingFile(data)

    look(file, "video/mp4", 50_000)

    assert len(data) > 20 * 1024 * 1024
    assert file.read_bytes < 8 * 1024 * 1024
