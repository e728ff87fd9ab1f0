"""Which text objects of a page are shown.

PDFium extracts all text, that on layers that are off included, but draws only what is shown: so objects on
layers or within forms (which may be layers too) are drawn alone, and what leaves no trace isn't shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium_c

from braid.media.pages.objects import (
    FORM,
    IMAGE,
    PATH,
    TEXT,
    address,
    bounds,
    drawn_objects,
)
from braid.media.pages.places import Edges

__all__ = ["has_drawn_text", "is_judgeable", "unseen_texts"]

_LAYER_MARK = "OC"
_MAX_GROUPS = 40
_PROBE_SIDE_PX = 800
_WHITE = 250
# So many outlines are letters that invisible text may stand for; fewer are rules and frames.
_FEW_PATHS = 20


def unseen_texts(
    page: pypdfium2.PdfPage, number: int, items: Sequence[pypdfium2.PdfObject]
) -> frozenset[int]:
    """The addresses of page ``number``'s text objects that nobody sees: on a layer that is off, or invisible
    without a picture or outlines of the same letters below. ``items`` are its objects in drawing order."""
    texts = [item for item in items if item.type == TEXT]
    unseen = {address(texts[index]) for index in _switched_off(page.pdf, number, _groups(texts))}
    plain = [text for text in texts if address(text) not in unseen]
    unseen |= {address(text) for text in _without_ink(plain, items)}
    return frozenset(item for item in unseen if item is not None)


def has_drawn_text(page: pypdfium2.PdfPage, number: int) -> bool:
    """Whether page ``number`` draws text, whatever letters its fonts make of it."""
    count = sum(1 for _ in drawn_objects(page, (TEXT,)))
    return count > 0 and not list(_switched_off(page.pdf, number, [_Group(tuple(range(count)))]))


def _without_ink(
    texts: Sequence[pypdfium2.PdfObject], items: Sequence[pypdfium2.PdfObject]
) -> Iterator[pypdfium2.PdfObject]:
    invisible = [text for text in texts if _mode(text) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE]
    if not invisible:
        return
    is_outlined = sum(item.type == PATH for item in items) >= _FEW_PATHS
    pictures = [bounds(item) for item in items if item.type == IMAGE]
    for text in invisible:
        if not is_outlined and not _is_on(text, pictures):
            yield text


def _mode(text: pypdfium2.PdfObject) -> int:
    return int(pdfium_c.FPDFTextObj_GetTextRenderMode(text))


def _is_on(text: pypdfium2.PdfObject, grounds: Sequence[Edges]) -> bool:
    left, bottom, right, top = bounds(text)
    x, y = (left + right) / 2, (bottom + top) / 2
    return any(ground[0] <= x <= ground[2] and ground[1] <= y <= ground[3] for ground in grounds)


@dataclass(frozen=True)
class _Group:
    """Texts on the same layers in the same form: all are shown or none is."""

    indexes: tuple[int, ...]


def _groups(texts: Sequence[pypdfium2.PdfObject]) -> list[_Group]:
    """The texts that stand on a layer or in a form; the others are shown anyway."""
    by_key: dict[object, list[int]] = {}
    run = 0
    before: object = None
    for index, text in enumerate(texts):
        key = _key(text)
        run += key != before
        before = key
        if key is not None:
            by_key.setdefault((key, run) if None in key[1] else key, []).append(index)
    return [_Group(tuple(indexes)) for indexes in by_key.values()][:_MAX_GROUPS]


def _key(text: pypdfium2.PdfObject) -> tuple[tuple[int | None, ...], tuple[str | None, ...]] | None:
    """The forms around a text and the names of its layers, ``None`` for one without a name."""
    containers: list[int | None] = []
    layers = list(_layers(text))
    container = text.container
    while container is not None:
        containers.append(address(container))
        layers += _layers(container)
        container = container.container
    return (tuple(containers), tuple(layers)) if containers or layers else None


def _layers(item: pypdfium2.PdfObject) -> Iterator[str | None]:
    for index in range(max(0, pdfium_c.FPDFPageObj_CountMarks(item))):
        mark = pdfium_c.FPDFPageObj_GetMark(item, index)
        if _mark_text(pdfium_c.FPDFPageObjMark_GetName, mark) == _LAYER_MARK:
            yield _mark_text(pdfium_c.FPDFPageObjMark_GetParamStringValue, mark, b"Name") or None


def _mark_text(read: object, mark: object, *key: bytes) -> str:
    needed = pdfium_c.c_ulong()
    if not read(mark, *key, None, 0, needed) or needed.value < 2:  # type: ignore[operator]  # a C function
        return ""
    buffer = pdfium_c.create_string_buffer(needed.value)
    wide = pdfium_c.cast(buffer, pdfium_c.POINTER(pdfium_c.FPDF_WCHAR))
    read(mark, *key, wide, needed.value, needed)  # type: ignore[operator]  # a C function
    value: bytes = buffer.raw[: needed.value]
    return value.decode("utf-16-le", errors="replace").rstrip("\0")


def _switched_off(document: pypdfium2.PdfDocument, number: int, groups: Sequence[_Group]) -> Iterator[int]:
    """The indexes of texts whose group leaves no trace when it is drawn alone."""
    if not groups:
        return
    probe = document[number - 1]  # a copy of the page, which may be changed
    try:
        items = list(drawn_objects(probe))
        texts = [item for item in items if item.type == TEXT]
        for item in items:
            if item.type != FORM:
                pdfium_c.FPDFPageObj_SetIsActive(item, False)
        for group in groups:
            members = [texts[index] for index in group.indexes if is_judgeable(texts[index])]
            if members and not _is_drawn(probe, members):
                yield from group.indexes
    finally:
        probe.close()


def is_judgeable(text: pypdfium2.PdfObject) -> bool:
    """Whether the text would leave a trace if it were shown: fonts that aren't in the file may be missing."""
    font = pdfium_c.FPDFTextObj_GetFont(text)
    left, bottom, right, top = text.get_bounds()
    has_size = right - left > 0 and top - bottom > 0
    return has_size and (pdfium_c.FPDFFont_GetIsEmbedded(font) == 1 or _is_standard(font))


def _is_standard(font: object) -> bool:
    length = pdfium_c.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = pdfium_c.create_string_buffer(max(1, length))
    pdfium_c.FPDFFont_GetBaseFontName(font, buffer, length)
    name: str = buffer.value.decode("latin-1")
    return name.startswith(("Helvetica", "Times", "Courier", "Arial"))


def _is_drawn(page: pypdfium2.PdfPage, texts: Sequence[pypdfium2.PdfObject]) -> bool:
    for text in texts:
        pdfium_c.FPDFPageObj_SetIsActive(text, True)
        pdfium_c.FPDFPageObj_SetFillColor(text, 0, 0, 0, 255)
        pdfium_c.FPDFTextObj_SetTextRenderMode(text, pdfium_c.FPDF_TEXTRENDERMODE_FILL)
    longest = max(*page.get_size(), 1.0)
    bitmap = page.render(
        scale=_PROBE_SIDE_PX / longest, grayscale=True, draw_annots=False, may_draw_forms=False
    )
    darkest, _ = bitmap.to_pil().getextrema()
    bitmap.close()
    for text in texts:
        pdfium_c.FPDFPageObj_SetIsActive(text, False)
    return bool(darkest < _WHITE)
