"""Real mp4 files from stills: the camera moves over a picture, which says where no model drew it."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
from PIL import Image

from local.engines.drawing.placeholders import placeholder_picture
from local.engines.pictures.pixels import decode

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
        Image.fromarray(placeholder_picture(prompt, width=width, height=height, seed=0))
        if first is None
        else Image.fromarray(decode(first)).resize(size)
    )
    end = begin if last is None else Image.fromarray(decode(last)).resize(size)
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


def _frame(begin: Image.Image, end: Image.Image, share: float, *, loops: bool) -> np.ndarray:
    position = 1 - abs(2 * share - 1) if loops else share
    picture = begin if begin is end else Image.blend(begin, end, share)
    cut_x, cut_y = (round(side * _ZOOM * position / 2) for side in picture.size)
    box = (cut_x, cut_y, picture.width - cut_x, picture.height - cut_y)
    return np.asarray(picture.resize(picture.size, Image.Resampling.BILINEAR, box=box))
