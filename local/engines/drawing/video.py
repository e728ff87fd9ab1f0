"""Real mp4 files from stills: the camera moves over a picture, which says where no model drew it."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import cv2
import numpy as np
from PIL import Image, ImageOps

from local.engines.drawing.placeholders import placeholder_picture
from local.engines.pictures.pixels import RgbImage, decode

__all__ = ["video"]

_RATE = 24
_ZOOM = 0.12


def video(
    prompt: str,
    *,
    seconds: int,
    width: int,
    height: int,
    first: bytes | None,
    last: bytes | None,
    loops: bool,
) -> bytes:
    """An mp4 (H.264): a slow dolly over ``first``, crossfaded into ``last`` or, with ``loops``, into itself.

    Without a picture it is a placeholder's. Raises ``UnreadableMediaError`` for a picture that can't be read.
    """
    size = (width, height)
    begin = (
        placeholder_picture(prompt, width=width, height=height, seed=0)
        if first is None
        else _sized(first, size)
    )
    end = begin if last is None else _sized(last, size)
    saved = io.BytesIO()
    with av.open(saved, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=_RATE, options={"preset": "ultrafast", "crf": "26"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, _RATE)
        count = seconds * _RATE
        for number in range(count):
            share = number / max(1, count - 1)
            frame = av.VideoFrame.from_ndarray(_frame(begin, end, share, loops=loops), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return saved.getvalue()


def _sized(picture: bytes, size: tuple[int, int]) -> RgbImage:
    # Cut to the video's shape: what is squeezed into it looks wrong.
    return np.asarray(ImageOps.fit(Image.fromarray(decode(picture)), size))


def _frame(begin: RgbImage, end: RgbImage, share: float, *, loops: bool) -> RgbImage:
    position = 1 - abs(2 * share - 1) if loops else share
    picture: RgbImage = begin
    if begin is not end:
        picture = np.asarray(cv2.addWeighted(begin, 1 - share, end, share, 0), np.uint8)
    height, width = picture.shape[:2]
    shown = 1 - _ZOOM * position
    move = np.array([[shown, 0, (1 - shown) * (width - 1) / 2], [0, shown, (1 - shown) * (height - 1) / 2]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, move, (width, height), flags=flags), np.uint8)
