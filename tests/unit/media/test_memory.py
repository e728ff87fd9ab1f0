"""No step needs more than half a gigabyte, whatever is admitted: measured in processes of their own."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from braid.media.pictures.decoding_limits import MAX_PIXELS
from evaluation.phone_pictures import heic
from tests.unit.media import synthetic as media
from tests.unit.media.peak_memory import peak_mb

pytestmark = pytest.mark.slow

MAX_MB = 512
# What the function holds beside this: its handler, the SDK and its clients.
PICTURE = """
import lambdas.keyframes.handler_select, lambdas.intake.handler_admit
from braid.media.pictures.stills import image_stills, probe_image
with open(sys.argv[1], "rb") as file:
    probe_image(file, sys.argv[2])
    assert image_stills(file, sys.argv[2]).stills
"""


def _filled(mode: str, pixels: int) -> Image.Image:
    side = math.isqrt(pixels)
    colour = (200, 30, 30, 128) if mode == "RGBA" else 77 if mode in ("P", "L") else (200, 30, 30)
    return Image.new(mode, (side, side), colour)


def _still_picture(form: str, mode: str, pixels: int, **options: object) -> Callable[[Path], None]:
    return lambda path: _filled(mode, pixels).save(path, form, **options)


def _animation(form: str, mode: str, pixels: int, **options: object) -> Callable[[Path], None]:
    def save(path: Path) -> None:
        first = _filled(mode, pixels)
        second = first.copy()
        second.paste(Image.new(mode, (first.width // 2, first.height // 2)), (0, 0))
        first.save(path, form, save_all=True, append_images=[second, first], duration=200, **options)

    return save


def _photo_of_a_phone(pixels: int, **options: str) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(heic(_filled("RGB", pixels), tile_px=512, **options)) and None


@pytest.mark.parametrize(
    ("media_type", "save"),
    [
        ("image/png", _still_picture("PNG", "RGBA", MAX_PIXELS, compress_level=1)),
        ("image/tiff", _still_picture("TIFF", "RGBA", MAX_PIXELS, compression="tiff_lzw")),
        ("image/tiff", _still_picture("TIFF", "RGBA", MAX_PIXELS)),
        ("image/bmp", _still_picture("BMP", "RGB", MAX_PIXELS)),
        ("image/webp", _still_picture("WEBP", "RGBA", 16_400_000, lossless=True, method=0)),
        ("image/heic", _photo_of_a_phone(50_000_000)),
        ("image/heic", _photo_of_a_phone(30_800_000, pixel_format="yuv422p10le")),
        ("image/avif", _still_picture("AVIF", "RGBA", 18_800_000, speed=10)),
        ("image/jpeg", _still_picture("JPEG", "RGB", 4 * MAX_PIXELS)),
        ("image/jpeg", _still_picture("JPEG", "RGB", 37_700_000, progressive=True)),
        ("image/gif", _animation("GIF", "P", 21_900_000)),
        ("image/png", _animation("PNG", "RGBA", 16_400_000, compress_level=1)),
        ("image/webp", _animation("WEBP", "RGBA", 13_100_000, lossless=True, method=0)),
    ],
    ids=[
        "png",
        "tiff",
        "tiff uncompressed",
        "bmp",
        "webp",
        "heic",
        "heic of ten bits",
        "avif",
        "jpeg",
        "progressive jpeg",
        "animated gif",
        "animated png",
        "animated webp",
    ],
)
@pytest.mark.slow
def test_the_largest_picture_of_each_kind(
    media_type: str, save: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / "picture"
    save(path)

    assert peak_mb(PICTURE, path, media_type) <= MAX_MB


VIDEO = """
import lambdas.keyframes.handler_select
from braid.media.shots.frames import select_keyframes
with open(sys.argv[1], "rb") as file:
    assert select_keyframes(file, "video/mp4").stills
"""


@pytest.mark.slow
@pytest.mark.parametrize(("size", "frames"), [((3840, 2160), 30), ((7680, 4320), 6)], ids=["4K", "8K"])
def test_a_film_in(size: tuple[int, int], frames: int, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    scenes = [media.scene(number, size) for number in range(2)]
    path.write_bytes(
        media.video((scenes[number * 2 // frames] for number in range(frames)), group_frames=frames // 2)
    )

    assert peak_mb(VIDEO, path) <= MAX_MB


SCANS = """
import lambdas.keyframes.handler_select
from braid.media.pages import extract_pages, render_pages
with open(sys.argv[1], "rb") as file:
    count = sum(1 for _ in extract_pages(file))
    assert len(list(render_pages(file, list(range(1, count + 1))))) == count
"""


@pytest.mark.slow
def test_a_long_document_of_scans(tmp_path: Path) -> None:
    path = tmp_path / "scans.pdf"
    noise = [Image.effect_noise((1400, 1980), 90) for _ in range(3)]
    scan = Image.merge("RGB", noise)
    scan.save(path, save_all=True, append_images=[scan] * 31, quality=100, subsampling=0)

    assert path.stat().st_size > 300_000_000  # an opened document keeps what it read
    assert peak_mb(SCANS, path) <= MAX_MB
