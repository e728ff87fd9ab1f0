"""Which letters of a page are drawn but can't be seen: under a bar, clipped off, on their own colour.

Bars are how many people redact, a word of a line too. What may be unseen is found by places and colours, and
proven by drawing the page with and without it: where no ink of a letter shows, nobody sees the letter.
A page without such candidates isn't drawn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops

from braid.domain.evidence.vision import Box
from braid.media.pages.objects import FORM, IMAGE, PATH, SHADING, TEXT, address, bounds, drawn_objects
from braid.media.pages.places import Edges
from braid.media.pages.visible import is_judgeable

__all__ = ["CoveredText", "find_covered"]

_PROBE_SIDE_PX = 1400  # 120 dpi on A4
# Each text is compared with the last shapes before it and behind it: grounds and bars are among them.
_MAX_SHAPES = 200
# A bar covers a line's middle and is as high as half of it; underlines and rules between cells aren't.
_BAR_HEIGHT = 0.5
# So much of a text's length may stand out of its clip path: cells are cut as tightly.
_CLIPPED_SHARE = 0.1
# Ink that changes its ground by less than one in forty isn't seen. Normal contrast sensitivity for letters is
# 1.65 to 1.8 log units, a contrast of 1.6 to 2.2 % (Pelli, Robson, Wilkins, Clin. Vision Sci. 2, 1988).
_CONTRAST_STEPS = 40
# Colours that are as near as this to their ground (of 255) may be within that.
_NEAR_COLOUR = 16
# Letters overlap a little: one is seen where so much of the ink in its place is.
_SEEN_SHARE = 0.2
_DRAWN_MODES = (
    pdfium_c.FPDF_TEXTRENDERMODE_FILL,
    pdfium_c.FPDF_TEXTRENDERMODE_STROKE,
    pdfium_c.FPDF_TEXTRENDERMODE_FILL_STROKE,
)
# Notes that people put over what they want unread.
_COVERING_NOTES = (
    pdfium_c.FPDF_ANNOT_SQUARE,
    pdfium_c.FPDF_ANNOT_POLYGON,
    pdfium_c.FPDF_ANNOT_FREETEXT,
    pdfium_c.FPDF_ANNOT_STAMP,
    pdfium_c.FPDF_ANNOT_REDACT,
)
_WHITE = (255, 255, 255)

_Colour = tuple[int, int, int]


class CoveredText:
    """The texts of a page some letters of which may be unseen, and a proof for each letter."""

    def __init__(self, addresses: Sequence[int | None], ink: Image.Image, shown: Image.Image) -> None:
        self._addresses = frozenset(addresses)
        self._ink = ink
        self._shown = shown

    def has(self, text: int | None) -> bool:
        """Whether the text object at this address is among them."""
        return text in self._addresses

    def shows(self, letter: Box) -> bool:
        """Whether ink of the letter in this place is seen."""
        width, height = self._ink.size
        right, bottom = letter.left + letter.width, letter.top + letter.height
        place = (
            int(letter.left * width),
            int(letter.top * height),
            int(right * width) + 1,
            int(bottom * height) + 1,
        )
        ink, shown = (picture.crop(place).tobytes() for picture in (self._ink, self._shown))
        seen = sum(dark for dark, change in zip(ink, shown, strict=True) if change * _CONTRAST_STEPS > dark)
        return seen > _SEEN_SHARE * sum(ink)


def find_covered(
    page: pypdfium2.PdfPage, number: int, items: Sequence[pypdfium2.PdfObject]
) -> CoveredText | None:
    """Page ``number``'s texts that may be unseen in part; ``None`` where there are none. ``items`` are its
    objects in drawing order.

    Pictures cover nothing here: under those of scans stands what they say.
    """
    found = _candidates(page, items)
    own = [item for item in items if item.type == TEXT]
    candidates = [index for index in sorted(found) if is_judgeable(own[index])]
    if not candidates:
        return None
    probe = page.pdf[number - 1]  # a copy of the page, which may be changed
    try:
        items = list(drawn_objects(probe))
        texts = [item for item in items if item.type == TEXT]
        shown = _drawn(probe)
        for index in candidates:
            pdfium_c.FPDFPageObj_SetIsActive(texts[index], False)
        changes = ImageChops.difference(shown, _drawn(probe))
        for item in items:
            if item.type != FORM:
                pdfium_c.FPDFPageObj_SetIsActive(item, False)
        for index in candidates:
            pdfium_c.FPDFPageObj_SetIsActive(texts[index], True)
            pdfium_c.FPDFPageObj_SetFillColor(texts[index], 0, 0, 0, 255)
            pdfium_c.FPDFTextObj_SetTextRenderMode(texts[index], pdfium_c.FPDF_TEXTRENDERMODE_FILL)
        ink = ImageChops.invert(_drawn(probe, with_notes=False).convert("L"))
    finally:
        probe.close()
    red, green, blue = changes.split()
    largest = ImageChops.lighter(red, ImageChops.lighter(green, blue))
    return CoveredText([address(own[index]) for index in candidates], ink, largest)


def _drawn(page: pypdfium2.PdfPage, *, with_notes: bool = True) -> Image.Image:
    longest = max(*page.get_size(), 1.0)
    bitmap = page.render(
        scale=_PROBE_SIDE_PX / longest, rev_byteorder=True, draw_annots=with_notes, may_draw_forms=False
    )
    picture: Image.Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    return picture


@dataclass(frozen=True, slots=True)
class _Drawn:
    """An object of a page, its place and the colour that it fills it with; ``None`` where only drawing tells
    that: pictures, shades, what is see-through, and texts."""

    item: pypdfium2.PdfObject
    edges: Edges
    colour: _Colour | None = None


def _drawn_objects(items: Sequence[pypdfium2.PdfObject]) -> Iterator[_Drawn]:
    """Texts and what fills an area, in the order in which they are drawn."""
    for item in items:
        if item.type == PATH:
            if _is_filled(item):
                is_opaque = not pdfium_c.FPDFPageObj_HasTransparency(item)
                yield _Drawn(item, bounds(item), _fill(item)[0] if is_opaque else None)
        elif item.type in (TEXT, IMAGE, SHADING):
            yield _Drawn(item, bounds(item))


def _candidates(page: pypdfium2.PdfPage, items: Sequence[pypdfium2.PdfObject]) -> set[int]:
    """The indexes of texts, in drawing order, that may be unseen."""
    drawn = list(_drawn_objects(items))
    return {*_on_their_colour(drawn), *_under_or_cut(drawn, list(_notes(page)))}


def _under_or_cut(drawn: Sequence[_Drawn], later: list[Edges]) -> Iterator[int]:
    index = sum(one.item.type == TEXT for one in drawn)
    for one in reversed(drawn):
        if one.item.type == TEXT:
            index -= 1
            if pdfium_c.FPDFTextObj_GetTextRenderMode(one.item) not in _DRAWN_MODES:
                continue
            if any(_may_cover(shape, one.edges) for shape in later) or _is_clipped(one.item, one.edges):
                yield index
        elif one.colour is not None and len(later) < _MAX_SHAPES:
            later.append(one.edges)


def _may_cover(shape: Edges, text: Edges) -> bool:
    """Whether a shape lies over the middle of a part of a line, whichever way the line runs."""
    width = min(shape[2], text[2]) - max(shape[0], text[0])
    height = min(shape[3], text[3]) - max(shape[1], text[1])
    if width <= 0 or height <= 0:
        return False
    length, depth = text[2] - text[0], text[3] - text[1]
    return height >= _BAR_HEIGHT * depth if length >= depth else width >= _BAR_HEIGHT * length


def _is_clipped(text: pypdfium2.PdfObject, edges: Edges) -> bool:
    """Whether a part of the text stands out of its clip path; those within forms count in other units."""
    clip = pdfium_c.FPDFPageObj_GetClipPath(text)
    if not clip or text.container is not None:
        return False
    paths = (_clip_edges(clip, number) for number in range(max(0, pdfium_c.FPDFClipPath_CountPaths(clip))))
    return any(path is not None and not _is_mostly_within(edges, path) for path in paths)


def _is_mostly_within(text: Edges, path: Edges) -> bool:
    for low, high in ((0, 2), (1, 3)):
        length = text[high] - text[low]
        inside = min(text[high], path[high]) - max(text[low], path[low])
        is_along = length >= max(text[2] - text[0], text[3] - text[1])
        if inside < (1 - _CLIPPED_SHARE if is_along else _BAR_HEIGHT) * length:
            return False
    return True


def _clip_edges(clip: object, number: int) -> Edges | None:
    x, y = pdfium_c.c_float(), pdfium_c.c_float()
    points = []
    for index in range(max(0, pdfium_c.FPDFClipPath_CountPathSegments(clip, number))):
        segment = pdfium_c.FPDFClipPath_GetPathSegment(clip, number, index)
        if segment and pdfium_c.FPDFPathSegment_GetPoint(segment, x, y):
            points.append((x.value, y.value))
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _on_their_colour(drawn: Sequence[_Drawn]) -> Iterator[int]:
    """Texts whose colour is that of the shape, or of the paper, that is the last below them."""
    grounds: deque[_Drawn] = deque(maxlen=_MAX_SHAPES)
    index = -1
    for one in drawn:
        if one.item.type != TEXT:
            grounds.appendleft(one)
            continue
        index += 1
        if pdfium_c.FPDFTextObj_GetTextRenderMode(one.item) != pdfium_c.FPDF_TEXTRENDERMODE_FILL:
            continue
        colour, alpha = _fill(one.item)
        is_near = colour is not None and _is_near(colour, _ground(one.edges, grounds))
        if is_near or alpha < _NEAR_COLOUR:
            yield index


def _ground(text: Edges, grounds: Iterable[_Drawn]) -> _Colour | None:
    """The colour below a text's middle, ``None`` for one that only drawing tells."""
    x, y = (text[0] + text[2]) / 2, (text[1] + text[3]) / 2
    for one in grounds:
        left, bottom, right, top = one.edges
        if left <= x <= right and bottom <= y <= top:
            return one.colour
    return _WHITE


def _is_near(colour: _Colour, ground: _Colour | None) -> bool:
    return ground is not None and all(
        abs(ours - theirs) <= _NEAR_COLOUR for ours, theirs in zip(colour, ground, strict=True)
    )


def _is_filled(path: pypdfium2.PdfObject) -> bool:
    fill, stroke = pdfium_c.c_int(), pdfium_c.FPDF_BOOL()
    is_drawn = pdfium_c.FPDFPath_GetDrawMode(path, fill, stroke)
    return bool(is_drawn and fill.value != pdfium_c.FPDF_FILLMODE_NONE)


def _fill(item: pypdfium2.PdfObject) -> tuple[_Colour | None, int]:
    """The colour (``None`` where it is a pattern) and how opaque it is, 0 to 255."""
    red, green, blue, alpha = (pdfium_c.c_uint() for _ in range(4))
    if not pdfium_c.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return None, 255
    return (red.value, green.value, blue.value), alpha.value


def _notes(page: pypdfium2.PdfPage) -> Iterator[Edges]:
    """Where notes lie that may cover what is below them."""
    place = pdfium_c.FS_RECTF()
    for index in range(max(0, pdfium_c.FPDFPage_GetAnnotCount(page))):
        note = pdfium_c.FPDFPage_GetAnnot(page, index)
        is_covering = pdfium_c.FPDFAnnot_GetSubtype(note) in _COVERING_NOTES
        if is_covering and pdfium_c.FPDFAnnot_GetRect(note, place):
            low, high = sorted((place.bottom, place.top))
            yield place.left, low, place.right, high
        pdfium_c.FPDFPage_CloseAnnot(note)
