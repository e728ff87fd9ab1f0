"""Reads the text of a one-page document: a picture, a TIFF or a PDF."""

from __future__ import annotations

import numpy as np
import pypdfium2 as pdfium

from local.engines.errors import UnreadableMediaError, UnsupportedMediaError
from local.engines.findings import Page
from local.engines.pictures import ocr
from local.engines.pictures import pixels as pictures

_PDF = b"%PDF-"
# Small print needs about this much; rapidocr itself shrinks to 2,000 px on the longest side.
_PDF_DPI = 200
_MAX_SIDE_PX = 2_000
_POINTS_PER_INCH = 72


def read_document(data: bytes) -> Page:
    """The text of a one-page document.

    Raises ``UnreadableMediaError``; ``UnsupportedMediaError`` for several pages or a password.
    """
    if data.startswith(_PDF):
        return ocr.read_page(_render(data))
    count = pictures.page_count(data)
    if count != 1:
        raise UnsupportedMediaError(f"the document has {count} pages; one is the limit")
    return ocr.read_text(data)


def _render(data: bytes) -> pictures.RgbImage:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium.raw.FPDF_ERR_PASSWORD:
            raise UnsupportedMediaError("the PDF is protected by a password") from error
        raise UnreadableMediaError(f"the PDF can't be read: {error}") from error
    try:
        if len(document) != 1:
            raise UnsupportedMediaError(f"the document has {len(document)} pages; one is the limit")
        page = document[0]
        longest = max(page.get_size())
        scale = min(_PDF_DPI / _POINTS_PER_INCH, _MAX_SIDE_PX / max(longest, 1.0))
        bitmap = page.render(scale=scale, rev_byteorder=True)
        # A copy: the bitmap's memory goes with the document.
        return np.array(bitmap.to_numpy()[:, :, :3], dtype=np.uint8)
    except pdfium.PdfiumError as error:
        raise UnreadableMediaError(f"the PDF page can't be drawn: {error}") from error
    finally:
        document.close()
