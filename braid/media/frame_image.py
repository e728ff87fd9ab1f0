"""Decoded video frames as pictures."""

from __future__ import annotations

from typing import Any

from av.video.frame import VideoFrame
from PIL import Image

__all__ = ["frame_image"]

# PyAV gives the angle by which a frame must be turned counter-clockwise.
_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


def frame_image(frame: VideoFrame, size: tuple[int, int] | None = None) -> Image.Image:
    """A frame as it is shown, RGB: scaled to ``size`` (as stored), then turned as the camera was held."""
    width, height = size or (frame.width, frame.height)
    # PyAV's own to_image starts a pool of threads for each frame, which takes longer than the work.
    plain = frame.reformat(width, height, format="rgb24", interpolation="BICUBIC", threads=1)
    plane: Any = plain.planes[0]  # Pillow's stubs know no buffer protocol below Python 3.12
    image = Image.frombuffer("RGB", (width, height), plane, "raw", "RGB", plane.line_size, 1)
    turn = _TURNS.get(frame.rotation % 360)
    return image if turn is None else image.transpose(turn)
