"""The objects that a page is drawn from, with their places, those within forms too."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium_c

from braid.media.pages.places import Edges

__all__ = ["address", "bounds", "drawn_objects"]

_MAX_DEPTH = 6
# Maps are drawn of hundreds of thousands of lines; what these objects are asked for is decided by then.
_MAX_OBJECTS = 20_000


def drawn_objects(page: pypdfium2.PdfPage, kinds: tuple[int, ...] = ()) -> Iterator[pypdfium2.PdfObject]:
    """The first 20,000 objects of these kinds (``FPDF_PAGEOBJ_*``; all kinds if none is given), in the order
    in which they are drawn."""
    found = page.get_objects(filter=list(kinds) or None, max_depth=_MAX_DEPTH)
    for _ in range(_MAX_OBJECTS):
        try:
            yield next(found)
        except (StopIteration, pypdfium2.PdfiumError):
            return


def bounds(item: pypdfium2.PdfObject) -> Edges:
    """Where the object stands on the page; PDFium says where it stands in its form."""
    edges: Edges = item.get_bounds()
    container = item.container
    while container is not None:
        edges = container.get_matrix().on_rect(*edges)
        container = container.container
    return edges


def address(item: object) -> int | None:
    """What tells two handles of PDFium's apart."""
    return ctypes.cast(getattr(item, "raw", item), ctypes.c_void_p).value  # type: ignore[arg-type]  # any pointer


# pypdfium2's constants, by the names that are used here.
TEXT = pdfium_c.FPDF_PAGEOBJ_TEXT
PATH = pdfium_c.FPDF_PAGEOBJ_PATH
IMAGE = pdfium_c.FPDF_PAGEOBJ_IMAGE
SHADING = pdfium_c.FPDF_PAGEOBJ_SHADING
FORM = pdfium_c.FPDF_PAGEOBJ_FORM
