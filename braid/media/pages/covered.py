"""Which texts of a page are drawn but can't be seen: under a bar, or outside of what they are clipped to.

Bars are how many people redact. What may be covered is found by its place, and proven by drawing the page
with and without it: where that changes nothing, nobody sees the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pypdfium2
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops

from braid.media.pages.objects import PATH, TEXT, bounds, drawn_objects
from braid.media.pages.places import BoxMapper, Edges

__all__ = ["covered_texts"]

_PROBE_SIDE_PX = 1000
# Each text is compared with each of the page's last shapes; bars are drawn last.
_MAX_SHAPES = 500


def covered_texts(page: pypdfium2.PdfPage, number: int) -> Iterator[int]:
    """The indexes of page ``number``'s texts, in drawing order, that leave no trace on the page.

    Pictures cover nothing here: under those of scans stands what they say.
    """
    candidates = list(_candidates(page))
    if not candidates:
        return
    probe = page.pdf[number - 1]  # a copy of the page, which may be changed
    try:
        to_box = BoxMapper(probe)
        texts = list(drawn_objects(probe, (TEXT,)))
        boxes = [to_box([bounds(texts[index])]) for index in candidates]
        shown = _drawn(probe)
        for index in candidates:
            pdfium_c.FPDFPageObj_SetIsActive(texts[index], False)
        changed = ImageChops.difference(shown, _drawn(probe))
    finally:
        probe.close()
    width, height = changed.size
    for index, box in zip(candidates, boxes, strict=True):
        right, bottom = box.left + box.width, box.top + box.height
        place = (
            int(box.left * width),
            int(box.top * height),
            int(right * width) + 1,
            int(bottom * height) + 1,
        )
        if changed.crop(place).getbbox() is None:
            yield index


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    longest = max(*page.get_size(), 1.0)
    bitmap = page.render(
        scale=_PROBE_SIDE_PX / longest, grayscale=True, draw_annots=False, may_draw_forms=False
    )
    picture: Image.Image = bitmap.to_pil().copy()
    bitmap.close()
    return picture


def _candidates(page: pypdfium2.PdfPage) -> Iterator[int]:
    items = list(drawn_objects(page, (TEXT, PATH)))
    index = sum(item.type == TEXT for item in items)
    later: list[Edges] = []
    for item in reversed(items):
        if item.type == TEXT:
            index -= 1
            edges = bounds(item)
            is_filled = pdfium_c.FPDFTextObj_GetTextRenderMode(item) == pdfium_c.FPDF_TEXTRENDERMODE_FILL
            if is_filled and (_is_within(edges, later) or _is_clipped_off(item, edges)):
                yield index
        elif len(later) < _MAX_SHAPES and _is_opaque(item):
            later.append(bounds(item))


def _is_opaque(item: pypdfium2.PdfObject) -> bool:
    if pdfium_c.FPDFPageObj_HasTransparency(item):
        return False
    fill, stroke = pdfium_c.c_int(), pdfium_c.FPDF_BOOL()
    is_drawn = pdfium_c.FPDFPath_GetDrawMode(item, fill, stroke)
    return bool(is_drawn and fill.value != pdfium_c.FPDF_FILLMODE_NONE)


def _is_within(edges: Edges, shapes: Sequence[Edges]) -> bool:
    """Whether the text's middle lies under a shape."""
    x, y = (edges[0] + edges[2]) / 2, (edges[1] + edges[3]) / 2
    return any(shape[0] <= x <= shape[2] and shape[1] <= y <= shape[3] for shape in shapes)


def _is_clipped_off(text: pypdfium2.PdfObject, edges: Edges) -> bool:
    """Whether the text's middle lies outside of its clip path; those within forms count in other units."""
    clip = pdfium_c.FPDFPageObj_GetClipPath(text)
    if not clip or text.container is not None:
        return False
    paths = (_clip_edges(clip, number) for number in range(max(0, pdfium_c.FPDFClipPath_CountPaths(clip))))
    return any(path is not None and not _is_within(edges, [path]) for path in paths)


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
