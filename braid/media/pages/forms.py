"""What people put on a page: values and ticks of its form's fields, and notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c

from braid.media.pages.places import Edges

__all__ = ["TICKED", "UNTICKED", "Entry", "has_widgets", "read_entries", "read_notes"]

TICKED, UNTICKED = "☒", "☐"
_HIDDEN = 0x02 | 0x20  # annotation flags Hidden and NoView (ISO 32000-1, table 165)
_PASSWORD = 1 << 13  # field flag (table 228)
_BUTTONS = (pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON)
_CHOICES = (pdfium_c.FPDF_FORMFIELD_COMBOBOX, pdfium_c.FPDF_FORMFIELD_LISTBOX)
_NOTES = {
    pdfium_c.FPDF_ANNOT_FREETEXT, pdfium_c.FPDF_ANNOT_TEXT, pdfium_c.FPDF_ANNOT_STAMP,
    pdfium_c.FPDF_ANNOT_CARET, pdfium_c.FPDF_ANNOT_HIGHLIGHT, pdfium_c.FPDF_ANNOT_UNDERLINE,
    pdfium_c.FPDF_ANNOT_SQUIGGLY, pdfium_c.FPDF_ANNOT_STRIKEOUT, pdfium_c.FPDF_ANNOT_LINE,
    pdfium_c.FPDF_ANNOT_SQUARE, pdfium_c.FPDF_ANNOT_CIRCLE, pdfium_c.FPDF_ANNOT_POLYGON,
    pdfium_c.FPDF_ANNOT_POLYLINE, pdfium_c.FPDF_ANNOT_INK,
}  # fmt: skip
_MAX_OPTIONS = 1_000
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Entry:
    """What a field shows: a value, or ``TICKED`` or ``UNTICKED``; ``name`` is what its form calls it."""

    edges: Edges
    text: str
    name: str

    @property
    def is_box(self) -> bool:
        """Whether it is a check box or radio button."""
        return self.text in (TICKED, UNTICKED)


def has_widgets(page: pypdfium2.PdfPage) -> bool:
    """Whether the page has a field of a form."""
    return any(
        pdfium_c.FPDFAnnot_GetSubtype(annotation) == pdfium_c.FPDF_ANNOT_WIDGET
        for annotation in _annotations(page)
    )


def read_entries(page: pypdfium2.PdfPage) -> tuple[list[Entry], int]:
    """What the fields show, from the page's top left, and the number of hidden ones that hold something."""
    entries: list[Entry] = []
    hidden = 0
    form = page.formenv
    for annotation in _annotations(page) if form is not None else ():
        if pdfium_c.FPDFAnnot_GetSubtype(annotation) != pdfium_c.FPDF_ANNOT_WIDGET:
            continue
        text = _shown(form, annotation)
        if not text:
            continue
        if pdfium_c.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            hidden += text != UNTICKED
        elif (edges := _edges(annotation)) is not None:
            names = (pdfium_c.FPDFAnnot_GetFormFieldAlternateName, pdfium_c.FPDFAnnot_GetFormFieldName)
            name = next((name for read in names if (name := _string(read, form, annotation))), "")
            entries.append(Entry(edges, text, name))
    return sorted(entries, key=lambda entry: (-entry.edges[3], entry.edges[0])), hidden


def read_notes(page: pypdfium2.PdfPage) -> tuple[list[str], int]:
    """Free texts and comments in the file's order, and the number of hidden ones."""
    notes: list[str] = []
    hidden = 0
    for annotation in _annotations(page):
        kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
        text = _note(annotation) if kind in _NOTES else ""
        if not text:
            continue
        if pdfium_c.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            hidden += 1
            continue
        author = _string(pdfium_c.FPDFAnnot_GetStringValue, annotation, b"T")
        is_shown = kind in (pdfium_c.FPDF_ANNOT_FREETEXT, pdfium_c.FPDF_ANNOT_STAMP)
        notes.append(text if is_shown or not author else f"Comment by {author}: {text}")
    return notes, hidden


def _shown(form: Any, annotation: Any) -> str:
    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _BUTTONS:
        return TICKED if pdfium_c.FPDFAnnot_IsChecked(form, annotation) else UNTICKED
    if kind in _CHOICES and (chosen := list(_chosen(form, annotation))):
        return ", ".join(chosen)
    is_secret = pdfium_c.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD
    if kind in (*_CHOICES, pdfium_c.FPDF_FORMFIELD_TEXTFIELD) and not is_secret:
        return " ".join(_string(pdfium_c.FPDFAnnot_GetFormFieldValue, form, annotation).split())
    return ""


def _chosen(form: Any, annotation: Any) -> Iterator[str]:
    count = pdfium_c.FPDFAnnot_GetOptionCount(form, annotation)
    for index in range(min(max(0, count), _MAX_OPTIONS)):
        if pdfium_c.FPDFAnnot_IsOptionSelected(form, annotation, index):
            yield _string(pdfium_c.FPDFAnnot_GetOptionLabel, form, annotation, index)


def _note(annotation: Any) -> str:
    text = _string(pdfium_c.FPDFAnnot_GetStringValue, annotation, b"Contents")
    rich = text or _TAGS.sub(" ", _string(pdfium_c.FPDFAnnot_GetStringValue, annotation, b"RC"))
    return " ".join(rich.split())


def _edges(annotation: Any) -> Edges | None:
    place = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFAnnot_GetRect(annotation, place):
        return None
    left, right = sorted((place.left, place.right))
    bottom, top = sorted((place.bottom, place.top))
    return left, bottom, right, top


def _annotations(page: pypdfium2.PdfPage) -> Iterator[Any]:
    for index in range(max(0, pdfium_c.FPDFPage_GetAnnotCount(page))):
        with _annotation(page, index) as annotation:
            if annotation:
                yield annotation


@contextmanager
def _annotation(page: pypdfium2.PdfPage, index: int) -> Iterator[Any]:
    annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
    try:
        yield annotation
    finally:
        if annotation:
            pdfium_c.FPDFPage_CloseAnnot(annotation)


def _string(read: Callable[..., int], *arguments: Any) -> str:
    """A string of PDFium's, which is asked first how many bytes it has."""
    length = read(*arguments, None, 0)
    if length < 2:
        return ""
    buffer = pdfium_c.create_string_buffer(length)
    read(*arguments, pdfium_c.cast(buffer, pdfium_c.POINTER(pdfium_c.FPDF_WCHAR)), length)
    value: bytes = buffer.raw[:length]
    return value.decode("utf-16-le", errors="replace").rstrip("\0").strip()
