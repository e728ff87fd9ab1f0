"""Pictures as the AI services take them: JPEG, RGB, bounded in size."""

from __future__ import annotations

import io

from PIL import Image

__all__ = ["MAX_JPEG_BYTES", "MAX_SIDE_PX", "MIN_SIDE_PX", "bytes_each", "encode_jpeg", "fit"]

# Rekognition takes 5,242,880 bytes inline and sees nothing more above 4,096 pixels; Bedrock's Converse takes
# 3.75 MB a picture. The smaller bound holds everywhere.
MAX_JPEG_BYTES = 3_750_000
MAX_SIDE_PX = 4096
# Rekognition refuses pictures below this; an icon enlarged to it can still be looked at.
MIN_SIDE_PX = 80
# What all stills that are held at once may take together.
_STILLS_BYTES = 128_000_000
_QUALITIES = (90, 80, 65, 50, 35)


def fit(width: int, height: int, max_side: int) -> tuple[int, int]:
    """Width and height for the services: scaled down so that the longer side is at most ``max_side``, or up
    so that the shorter one has MIN_SIDE_PX, as far as ``max_side`` lets it."""
    scale = min(max_side / max(width, height), max(1.0, MIN_SIDE_PX / min(width, height)))
    if scale == 1:
        return width, height
    return max(1, round(width * scale)), max(1, round(height * scale))


def bytes_each(still_count: int) -> int:
    """How long each of so many stills may be that are held in memory together."""
    return min(MAX_JPEG_BYTES, _STILLS_BYTES // still_count)


def encode_jpeg(image: Image.Image, *, max_bytes: int = MAX_JPEG_BYTES) -> bytes:
    """``image`` (RGB) as JPEG of at most ``max_bytes``: first the quality gives way, then the size."""
    while True:
        for quality in _QUALITIES:
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=quality)
            if buffer.tell() <= max_bytes:
                return buffer.getvalue()
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))
