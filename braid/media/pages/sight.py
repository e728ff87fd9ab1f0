"""Which characters of a page are seen: within what viewers show, large enough, and not hidden or covered."""

from __future__ import annotations

import math

import pypdfium2
import pypdfium2.raw as pdfium_c

from braid.media.pages.covered import find_covered
from braid.media.pages.objects import address, drawn_objects
from braid.media.pages.places import BoxMapper, Edges, visible_area
from braid.media.pages.visible import unseen_texts

__all__ = ["Sight"]

# Print of one point (0.35 mm) is smaller than anyone reads: the sharpest eyes, of 20/10, need letters of 2.5
# minutes of arc (ISO 8596), which at the 40 cm of reading charts is 0.29 mm for the letter x, 1.7 points of
# type. Printers sell it as microtext, to be read with a magnifier.
_SMALLEST_PT = 1.0
# What is thinner than this share of that may be squeezed: full stops and dashes of print are thicker.
_THIN = 0.25
# Viewers fit small pages to the window, as large as one of A4.
_A4_HEIGHT_PT = 842.0


class Sight:
    """Which characters of page ``number`` are seen."""

    def __init__(
        self, page: pypdfium2.PdfPage, number: int, text_page: pypdfium2.PdfTextPage, to_box: BoxMapper
    ) -> None:
        self._text_page = text_page
        self._to_box = to_box
        items = list(drawn_objects(page))
        self._unseen = unseen_texts(page, number, items)
        self._covered = find_covered(page, number, items)
        self._area = visible_area(page)
        self._smallest: float = _SMALLEST_PT * min(1.0, max(page.get_size()) / _A4_HEIGHT_PT)

    def has(self, index: int, edges: Edges) -> bool:
        """Whether the character at PDFium's ``index``, which stands at ``edges``, is seen."""
        left, bottom, right, top = self._area
        x, y = (edges[0] + edges[2]) / 2, (edges[1] + edges[3]) / 2
        if not (left <= x <= right and bottom <= y <= top) or self._is_tiny(index, edges):
            return False
        if not self._unseen and self._covered is None:
            return True
        text = pdfium_c.FPDFText_GetTextObject(self._text_page, index)
        place = address(text) if text else None
        return place not in self._unseen and not self._is_covered(place, edges)

    def _is_covered(self, text: int | None, edges: Edges) -> bool:
        if self._covered is None or not self._covered.has(text):
            return False
        return not self._covered.shows(self._to_box([edges]))

    def _is_tiny(self, index: int, edges: Edges) -> bool:
        inked: float = max(edges[2] - edges[0], edges[3] - edges[1])
        thickness = min(edges[2] - edges[0], edges[3] - edges[1])
        if inked >= self._smallest and thickness >= _THIN * self._smallest:
            return False
        place = pdfium_c.FS_RECTF()
        if not pdfium_c.FPDFText_GetLooseCharBox(self._text_page, index, place):
            return False
        size: float = max(abs(place.right - place.left), abs(place.top - place.bottom))
        if size < inked:  # a font that doesn't say how high it is
            return inked < self._smallest / 2
        return size * self._squeezed(index) < self._smallest

    def _squeezed(self, index: int) -> float:
        """How much narrower than high (or lower than wide) the text's matrix makes letters, 0 to 1."""
        matrix = pdfium_c.FS_MATRIX()
        if not pdfium_c.FPDFText_GetMatrix(self._text_page, index, matrix):
            return 1.0
        sides = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
        return min(sides) / max(sides) if max(sides) else 1.0
