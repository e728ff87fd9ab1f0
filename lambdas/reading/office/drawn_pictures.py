"""DrawingML and VML: which picture a slide, sheet or Word document shows, and how large. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from braid.domain.evidence.vision import Box
from lambdas.reading.blocks import Picture
from lambdas.reading.markup.xml import Element, attribute, local_name, reference
from lambdas.reading.office.zip_safety import Relationship

__all__ = ["A4_EMU", "drawn_picture", "is_hidden"]

# English metric units: 360,000 a centimetre (ECMA-376 part 1, 20.1.2.1).
_EMU_PER_POINT = 12_700
A4_EMU = (21 * 360_000, 29.7 * 360_000)
_GROUPS = ("grpSp", "wgp")
_STYLE_LENGTH = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([\d.]+)(pt|in|cm|mm|px)?")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, None: 1.0}


def drawn_picture(
    element: Element, relationships: Mapping[str, Relationship], page_emu: tuple[float, float]
) -> Picture | None:
    """The picture of a ``pic``, of a shape that is filled with one, or of VML's ``imagedata``.

    ``page_emu`` is the page's width and height. ``None`` where there is none within the file.
    """
    if local_name(element) == "imagedata":
        identifier, width, height, shown = reference(element), *_styled_size(element), None
    else:
        blip = element.find(".//{*}blip")
        identifier = attribute(blip, "embed") if blip is not None else None
        width, height = _size(element)
        shown = element.find(".//{*}srcRect")
    part = relationships.get(identifier or "")
    if part is None or part.kind != "image":
        return None
    share = min(1.0, width * height / (page_emu[0] * page_emu[1])) if all(page_emu) else 1.0
    box = _shown(shown) if shown is not None else Box(0.0, 0.0, 1.0, 1.0)
    return Picture(part.target, share, box) if box is not None else None


def is_hidden(element: Element) -> bool:
    """Whether an author switched the shape off."""
    return any(
        local_name(mark) in ("cNvPr", "docPr") and attribute(mark, "hidden") in ("1", "true")
        for mark in (*element, *element.iterfind("./*/{*}cNvPr"))
    )


def _size(element: Element) -> tuple[float, float]:
    """Width and height in EMU, the scales of the groups around it included; nothing said is a whole page."""
    extent = element.find("{*}spPr/{*}xfrm/{*}ext")
    if extent is None:
        return A4_EMU
    width, height = _number(extent, "cx"), _number(extent, "cy")
    for group in element.iterancestors():
        if local_name(group) in _GROUPS and (frame := group.find("{*}grpSpPr/{*}xfrm")) is not None:
            outside, inside = frame.find("{*}ext"), frame.find("{*}chExt")
            if outside is not None and inside is not None:
                width *= _number(outside, "cx") / (_number(inside, "cx") or 1.0)
                height *= _number(outside, "cy") / (_number(inside, "cy") or 1.0)
    return width, height


def _styled_size(data: Element) -> tuple[float, float]:
    shape = data.getparent()
    style = (attribute(shape, "style") or "") if shape is not None else ""
    sizes = {name: float(value.strip(".") or 0) * _POINTS[unit] for name, value, unit in _lengths(style)}
    if sizes.keys() < {"width", "height"}:
        return A4_EMU
    return sizes["width"] * _EMU_PER_POINT, sizes["height"] * _EMU_PER_POINT


def _lengths(style: str) -> list[tuple[str, str, str | None]]:
    return [(match[1], match[2], match[3]) for match in _STYLE_LENGTH.finditer(style)]


def _shown(cut: Element) -> Box | None:
    """What cropping leaves of the picture; ``None`` where that is nothing."""
    left, top, right, bottom = (max(0.0, _number(cut, side) / 100_000) for side in "ltrb")
    width, height = 1.0 - left - right, 1.0 - top - bottom
    return Box(left, top, width, height) if width > 0 and height > 0 else None


def _number(element: Element, name: str) -> float:
    value = attribute(element, name) or "0"
    return float(value) if re.fullmatch(r"-?\d{1,15}", value) else 0.0
