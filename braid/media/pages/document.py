"""A PDF that is opened, page by page, in bounded memory.

PDFium is not thread-safe: one thread at a time in this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

import pypdfium2
import pypdfium2.raw as pdfium_c

from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.media.containers.blocks import BlockReader
from braid.media.pages.forms import has_widgets
from braid.media.pages.picture import PAGE_SIDE_PX, rendered
from braid.media.pages.text import PageText, page_text
from braid.media.pictures.jpeg import bytes_each
from braid.media.pictures.still import Still

__all__ = ["PdfProbe", "extract_pages", "page_count", "probe_pdf", "render_page", "render_pages"]

_MAX_KEPT_BYTES = 64 * 1024 * 1024
# A form of XFA that is laid out on the pages too has fields on the first of them.
_FORM_PAGES = 20


@dataclass(frozen=True)
class PdfProbe:
    """A PDF that opens without a password."""

    page_count: int


def probe_pdf(file: BinaryIO) -> PdfProbe:
    """Opens the document and its first page.

    Raises InvalidAssetError where it is encrypted, damaged, without pages, or a form whose pages are only a
    notice that Adobe's reader replaces.
    """
    with _opened(_PdfReader(file)) as document:
        _page(document, 1)
        _check_form(document)
        return PdfProbe(len(document))


def page_count(file: BinaryIO) -> int:
    """How many pages the PDF has. Raises InvalidAssetError as ``probe_pdf`` does."""
    return probe_pdf(file).page_count


def extract_pages(file: BinaryIO, *, max_pages: int | None = None) -> Iterator[PageText]:
    """The text of each page, from the first to the last or ``max_pages``; a page at a time in memory.

    Raises InvalidAssetError as ``probe_pdf`` does; a single damaged page comes without text and needs OCR.
    """
    with _opened(_PdfReader(file)) as document:
        count = len(document) if max_pages is None else min(len(document), max_pages)
    for number, page in _pages(file, range(1, count + 1)):
        yield PageText.unreadable(number) if page is None else page_text(page, number)


def render_page(file: BinaryIO, number: int, *, max_side_px: int = PAGE_SIDE_PX) -> Still:
    """The picture of page ``number`` (from 1), turned as it is read, its longer side ``max_side_px``.

    Raises InvalidAssetError where the document or the page is damaged, InvalidInputError where there is no
    such page.
    """
    return next(render_pages(file, [number], max_side_px=max_side_px))


def render_pages(file: BinaryIO, numbers: list[int], *, max_side_px: int = PAGE_SIDE_PX) -> Iterator[Still]:
    """``render_page`` for several pages of one document, which is opened once; all may be held together."""
    for number, page in _pages(file, numbers):
        if page is None:
            raise InvalidAssetError(f"Page {number} of the PDF is damaged. Export it again.")
        yield rendered(page, number, max_side_px, bytes_each(len(numbers)))


def _pages(file: BinaryIO, numbers: Sequence[int]) -> Iterator[tuple[int, pypdfium2.PdfPage | None]]:
    """Pages by number, each open until the next one is asked for; None for one that is damaged.

    An opened document keeps all that it ever read, pictures too: it is opened anew before that is too much.
    """
    reader = _PdfReader(file)
    done = 0
    while done < len(numbers):
        with _opened(reader) as document:
            before = reader.fetched_bytes
            while done < len(numbers) and reader.fetched_bytes - before < _MAX_KEPT_BYTES:
                number = numbers[done]
                done += 1
                if not 1 <= number <= len(document):
                    raise InvalidInputError(f"there is no page {number} of {len(document)}")
                try:
                    page = _page(document, number)
                except InvalidAssetError:
                    yield number, None
                    continue
                try:
                    yield number, page
                finally:
                    page.close()


class _PdfReader(BlockReader):
    """PDFium calls from C, where no exception passes: it is told of a short read, and ``error`` tells us."""

    def readinto(self, buffer: object) -> int:
        try:
            return super().readinto(buffer)
        except Exception:
            if self.error is None:
                raise
            return 0


@contextmanager
def _opened(reader: _PdfReader) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(cast(BinaryIO, reader), autoclose=False)
    except pypdfium2.PdfiumError as error:
        if reader.error is not None:
            raise reader.error from error
        if getattr(error, "err_code", None) in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            raise InvalidAssetError(
                "The PDF is protected by a password. Save it without one and upload that."
            ) from error
        raise InvalidAssetError(
            "The PDF is damaged or cut off and can't be opened. Export it again and upload that."
        ) from error
    try:
        _open_form(document)
        if len(document) == 0:
            raise InvalidAssetError("The PDF has no pages. Export it again.")
        yield document
        if reader.error is not None:  # PDFium goes on without what it couldn't read
            raise reader.error
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    try:
        return document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise InvalidAssetError(f"Page {number} of the PDF is damaged. Export it again.") from error


def _open_form(document: pypdfium2.PdfDocument) -> None:
    """Lets PDFium read and draw what the form's fields hold; it asks for that before anything else."""
    if document.get_formtype() == pdfium_c.FORMTYPE_NONE:
        return
    config = pdfium_c.FPDF_FORMFILLINFO(version=2)
    handle = pdfium_c.FPDFDOC_InitFormFillEnvironment(document, config)
    if handle:  # ``init_forms`` does the same, but logs advice on building PDFium for every XFA form
        document.formenv = pypdfium2.PdfFormEnv(handle, config)


def _check_form(document: pypdfium2.PdfDocument) -> None:
    """An XFA form is drawn by Adobe's reader alone; some have ordinary fields on their pages as well."""
    kind = document.get_formtype()
    is_notice = kind == pdfium_c.FORMTYPE_XFA_FULL
    if kind == pdfium_c.FORMTYPE_XFA_FOREGROUND:
        numbers = range(1, min(len(document), _FORM_PAGES) + 1)
        is_notice = not any(has_widgets(_page(document, number)) for number in numbers)
    if is_notice:
        raise InvalidAssetError(
            "The PDF is a form that only Adobe Reader shows (XFA): its pages hold nothing but a notice."
            " Open it there, print it to PDF and upload that."
        )
