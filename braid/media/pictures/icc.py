"""Embedded colour profiles (ICC), converted to sRGB."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageCms

__all__ = ["embedded_to_srgb", "profile_conversion"]

_MODES = {"RGB": "RGB", "RGBA": "RGBA", "RGBX": "RGB", "CMYK": "RGB", "L": "RGB", "LAB": "RGB"}
_ERRORS = (ImageCms.PyCMSError, OSError, ValueError, TypeError)

Conversion = Callable[[Image.Image], Image.Image]


def embedded_to_srgb(image: Image.Image, profile: bytes) -> Image.Image | None:
    """``image`` in sRGB; None where the profile is damaged or of another kind of picture."""
    conversion = profile_conversion(image.mode, profile)
    return None if conversion is None else conversion(image)


def profile_conversion(mode: str, profile: bytes) -> Conversion | None:
    """What converts pictures of ``mode`` from the profile's colours; None where that can't be done.

    Profiles that are sRGB's own change nothing, and nothing is done.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in (ImageCms.getProfileDescription(source) or "").lower():
            return lambda image: image
        transform = ImageCms.buildTransform(
            source,
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
            mode,
            _MODES[mode],
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (*_ERRORS, KeyError):
        return None
    return lambda image: _applied(transform, image)


def _applied(transform: ImageCms.ImageCmsTransform, image: Image.Image) -> Image.Image:
    converted = transform.apply(image)
    if image.mode == "RGBA":
        converted.putalpha(image.getchannel("A"))
    return converted
