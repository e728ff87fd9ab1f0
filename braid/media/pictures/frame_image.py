"""Decoded video frames as pictures."""

from __future__ import annotations

from typing import Any

from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorTrc, Interpolation
from PIL import Image

from braid.media.containers.orientation import upright
from braid.media.containers.side_data import side_data
from braid.media.pictures.colours import Primaries, Transfer, to_srgb
from braid.media.pictures.icc import embedded_to_srgb

__all__ = ["colour_warning", "frame_image"]

_HIGH_RANGE: dict[int, Transfer] = {ColorTrc.SMPTE2084: "pq", ColorTrc.ARIB_STD_B67: "hlg"}
_PRIMARIES: dict[int, Primaries] = {
    ColorPrimaries.BT2020: "bt2020",
    ColorPrimaries.SMPTE431: "p3",
    ColorPrimaries.SMPTE432: "p3",
}
_UNKNOWN = (ColorTrc.LOG, ColorTrc.LOG_SQRT, ColorTrc.LINEAR, ColorTrc.SMPTE428)
# Exact where colours are converted: what is a step off in a signal of high range is ten levels off then.
_EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


def frame_image(frame: VideoFrame, size: tuple[int, int] | None = None) -> Image.Image:
    """A frame as it is shown, sRGB: scaled to ``size`` (as stored), then turned as the camera was held."""
    width, height = size or (frame.width, frame.height)
    space = _space(frame)
    interpolation = Interpolation.BICUBIC if space is None else _EXACT
    # PyAV's own to_image starts a pool of threads for each frame, which takes longer than the work.
    plain = frame.reformat(width, height, format="rgb24", interpolation=interpolation, threads=1)
    plane: Any = plain.planes[0]  # Pillow's stubs know no buffer protocol below Python 3.12
    image = Image.frombuffer("RGB", (width, height), plane, "raw", "RGB", plane.line_size, 1)
    if space is not None:
        image = to_srgb(image, *space)
    elif profile := side_data(frame, Type.ICC_PROFILE):
        image = embedded_to_srgb(image, profile) or image
    return upright(image, frame)


def colour_warning(frame: VideoFrame) -> str | None:
    """Why the frame's colours can't be shown as they are meant; None where they can."""
    has_dolby_vision = bool(side_data(frame, Type.DOVI_METADATA))
    is_known = frame.color_trc in _HIGH_RANGE or frame.color_primaries == ColorPrimaries.BT709
    if frame.color_trc in _UNKNOWN or (has_dolby_vision and not is_known):
        return "the colours are coded in a way that can't be converted: they may look wrong"
    return None


def _space(frame: VideoFrame) -> tuple[Primaries, Transfer] | None:
    """What the frame's colours must be converted from; None where they are a screen's own."""
    primaries = _PRIMARIES.get(frame.color_primaries)
    if transfer := _HIGH_RANGE.get(frame.color_trc):
        # Only BT.2100 has these, and its primaries are often left out.
        return ("bt709" if frame.color_primaries == ColorPrimaries.BT709 else primaries or "bt2020"), transfer
    if primaries is None:
        return None
    return primaries, "srgb" if frame.color_trc == ColorTrc.IEC61966_2_1 else "screen"
