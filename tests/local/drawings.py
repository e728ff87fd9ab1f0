"""Pictures drawn for tests: text in a known font at known places, codes, and the bytes of arrays."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def encoded(image: Image.Image | npt.NDArray[np.uint8], image_format: str = "PNG") -> bytes:
    """The file's bytes."""
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    target = io.BytesIO()
    picture.save(target, image_format)
    return target.getvalue()


def slide(lines: list[str], size: tuple[int, int] = (960, 540), font_px: int = 44) -> Image.Image:
    """A light slide with one line of dark text under the other, the first at a tenth of the height."""
    picture = Image.new("RGB", size, (250, 250, 245))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(font_px)
    for row, line in enumerate(lines):
        draw.text((size[0] // 12, size[1] // 10 + row * 2 * font_px), line, (20, 24, 60), font=font)
    return picture


def portrait() -> npt.NDArray[np.uint8]:
    """The photograph of the sample portrait without the words below it: 512 by 512 pixels, one face."""
    with Image.open(SAMPLES / "portrait.jpg") as poster:
        photograph = poster.crop((0, 0, poster.width, poster.width))
        return np.asarray(photograph.resize((512, 512), Image.Resampling.LANCZOS))


def qr_code(text: str, side_px: int = 300) -> Image.Image:
    """A QR code with a quiet zone, on white."""
    code = cv2.QRCodeEncoder.create().encode(text)
    picture = Image.new("RGB", (side_px, side_px), "white")
    inner = side_px * 3 // 4
    scaled = Image.fromarray(code).resize((inner, inner), Image.Resampling.NEAREST)
    picture.paste(scaled.convert("RGB"), ((side_px - inner) // 2, (side_px - inner) // 2))
    return picture
