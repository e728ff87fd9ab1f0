"""The colours of still pictures as sRGB: by an embedded profile, coded numbers, or what a camera notes."""

from __future__ import annotations

import struct

from PIL import Image

from braid.media.pictures.colours import Primaries, Transfer, to_srgb
from braid.media.pictures.icc import Conversion, profile_conversion

__all__ = ["CODED_COLOURS", "coded_colours", "colour_warning", "srgb_conversion"]

CODED_COLOURS = "coded_colours"  # where ``Image.info`` keeps what ``coded_colours`` found

_EXIF_IFD, _INTEROPERABILITY_IFD, _INTEROPERABILITY_INDEX, _COLOR_SPACE = 0x8769, 0xA005, 0x0001, 0xA001
_UNCALIBRATED = 0xFFFF
# Numbers of ITU-T H.273, as AVIF (``nclx``) and PNG (``cICP``) write them.
_CODED_PRIMARIES: dict[int, Primaries] = {1: "bt709", 9: "bt2020", 11: "p3", 12: "p3"}
_CODED_TRANSFERS: dict[int, Transfer] = {
    1: "screen",
    6: "screen",
    13: "srgb",
    14: "screen",
    16: "pq",
    18: "hlg",
}
_PLAIN = (("bt709", "screen"), ("bt709", "srgb"))
_COLOURED_MODES = ("RGB", "RGBA", "RGBX", "CMYK", "L", "LAB")


def coded_colours(head: bytes) -> tuple[Primaries, Transfer] | None:
    """What an AVIF or PNG file that begins with ``head`` says in numbers of its colours; None where nothing.

    Stills of high range have no profile but these.
    """
    if (at := head.find(b"colrnclx")) >= 0 and len(head) >= at + 12:
        primaries, transfer = struct.unpack_from(">HH", head, at + 8)
    elif head.startswith(b"\x89PNG") and (at := head.find(b"cICP")) >= 0 and len(head) >= at + 6:
        primaries, transfer = head[at + 4], head[at + 5]
    else:
        return None
    if transfer not in _CODED_TRANSFERS or primaries not in _CODED_PRIMARIES:
        return None
    return _CODED_PRIMARIES[primaries], _CODED_TRANSFERS[transfer]


def srgb_conversion(image: Image.Image) -> Conversion:
    """What converts pieces of ``image`` to sRGB; it gives them back as they are where that isn't needed."""
    profile = image.info.get("icc_profile")
    if profile:
        mode = "RGB" if image.mode == "P" else image.mode
        found = profile_conversion(mode, profile) if mode in _COLOURED_MODES else None
        if found is None:
            return _unchanged
        return found if image.mode != "P" else lambda piece: found(piece.convert("RGB"))
    coded = image.info.get(CODED_COLOURS)
    if coded is not None and coded not in _PLAIN and image.mode in ("RGB", "RGBA"):
        return lambda piece: _with_alpha(piece, to_srgb(piece.convert("RGB"), *coded))
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


def _with_alpha(piece: Image.Image, converted: Image.Image) -> Image.Image:
    if piece.mode == "RGBA":
        converted.putalpha(piece.getchannel("A"))
    return converted


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
