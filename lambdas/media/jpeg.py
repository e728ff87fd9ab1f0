"""Pictures as the AI services take them: JPEG, RGB, bounded in size."""

from __future__ import annotations

import io

from PIL import Image

__all__ = ["MAX_JPEG_BYTES", "MAX_SIDE_PX", "encode_jpeg", "fit"]

# Rekognition takes 5,242,880 bytes inline and sees nothing more above 4,096 pixels; Bedrock's Converse takes
# 3.75 MB a picture. The smaller bound holds everywhere.
MAX_JPEG_BYTES = 3_750_000
MAX_SIDE_PX = 4096
_QUALITIES = (90, 80, 65, 50, 35)


def fit(width: int, height: int, max_side: int) -> tuple[int, int]:
    """Width and height scaled down, never up, so that the longer one is at most ``max_side``."""
    longest = max(width, height)
    if longest <= max_side:
        return width, height
    return max(1, round(width * max_side / longest)), max(1, round(height * max_side / longest))


def encode_jpeg(image: Image.Image, *, max_bytes: int = MAX_JPEG_BYTES) -> bytes:
    """``image`` (RGB) as JPEG of at most ``max_bytes``: first the quality gives way, then the size."""
    while True:
        for quality in _QUALITIES:
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=quality)
            if buffer.tell() <= max_bytes:
                return buffer.getvalue()
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))
