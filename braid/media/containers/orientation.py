"""How a decoded frame must be turned or mirrored to be upright: its display matrix (ISO 14496-12, 6.2.2)."""

from __future__ import annotations

import struct

from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from PIL import Image

from braid.media.containers.side_data import side_data

__all__ = ["turns_sideways", "upright"]

_T = Image.Transpose
# The signs of a, b, c, d in x' = a x + c y, y' = b x + d y, with y downwards.
_ORIENTATIONS = {
    (-1, 0, 0, 1): _T.FLIP_LEFT_RIGHT,
    (1, 0, 0, -1): _T.FLIP_TOP_BOTTOM,
    (-1, 0, 0, -1): _T.ROTATE_180,
    (0, 1, -1, 0): _T.ROTATE_270,
    (0, -1, 1, 0): _T.ROTATE_90,
    (0, 1, 1, 0): _T.TRANSPOSE,
    (0, -1, -1, 0): _T.TRANSVERSE,
}
_SIDEWAYS = (_T.ROTATE_90, _T.ROTATE_270, _T.TRANSPOSE, _T.TRANSVERSE)


def upright(image: Image.Image, frame: VideoFrame) -> Image.Image:
    """``image``, made of ``frame`` as it is stored, as players show it."""
    orientation = _orientation(frame)
    return image if orientation is None else image.transpose(orientation)


def turns_sideways(frame: VideoFrame) -> bool:
    """Whether width and height change places."""
    return _orientation(frame) in _SIDEWAYS


def _orientation(frame: VideoFrame) -> Image.Transpose | None:
    data = side_data(frame, Type.DISPLAYMATRIX)
    if len(data) < 36:
        return None
    a, b, _, c, d, *_ = struct.unpack("=9i", data[:36])
    # Of an angle between, the nearest quarter turn.
    if abs(a) + abs(d) >= abs(b) + abs(c):
        b = c = 0
    else:
        a = d = 0
    return _ORIENTATIONS.get((_sign(a), _sign(b), _sign(c), _sign(d)))


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
