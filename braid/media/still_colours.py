"""The colours of still pictures as sRGB: an embedded profile, or Adobe RGB by what a camera notes instead."""

from __future__ import annotations

from PIL import Image

from braid.media.colours import to_srgb
from braid.media.icc import Conversion, profile_conversion

__all__ = ["colour_warning", "srgb_conversion"]

_EXIF_IFD, _INTEROPERABILITY_IFD, _INTEROPERABILITY_INDEX, _COLOR_SPACE = 0x8769, 0xA005, 0x0001, 0xA001
_UNCALIBRATED = 0xFFFF
_COLOURED_MODES = ("RGB", "RGBA", "RGBX", "CMYK", "L", "LAB")


def srgb_conversion(image: Image.Image) -> Conversion:
    """What converts pieces of ``image`` to sRGB; it gives them back as they are where that isn't needed."""
    profile = image.info.get("icc_profile")
    if profile:
        mode = "RGB" if image.mode == "P" else image.mode
        found = profile_conversion(mode, profile) if mode in _COLOURED_MODES else None
        if found is None:
            return _unchanged
        return found if image.mode != "P" else lambda piece: found(piece.convert("RGB"))
    if image.mode == "RGB" and _is_adobe_rgb(image):
        return lambda piece: to_srgb(piece, "adobe", "adobe")
    return _unchanged


def colour_warning(image: Image.Image) -> str | None:
    """Why the picture's colours can't be shown as they are meant; None where they can."""
    profile = image.info.get("icc_profile")
    mode = "RGB" if image.mode == "P" else image.mode
    if not profile or mode not in _COLOURED_MODES or profile_conversion(mode, profile) is not None:
        return None
    return "the embedded colour profile can't be applied: colours may look wrong"


def _unchanged(piece: Image.Image) -> Image.Image:
    return piece


def _is_adobe_rgb(image: Image.Image) -> bool:
    """Whether a camera notes Adobe RGB without its profile (Exif 2.32: interoperability index R03)."""
    try:
        exif = image.getexif()
        is_uncalibrated = exif.get_ifd(_EXIF_IFD).get(_COLOR_SPACE) == _UNCALIBRATED
        index = exif.get_ifd(_INTEROPERABILITY_IFD).get(_INTEROPERABILITY_INDEX, "")
    except (OSError, SyntaxError, ValueError, LookupError, TypeError, AttributeError, EOFError):
        return False
    return is_uncalibrated and str(index).strip("\x00 ") == "R03"
