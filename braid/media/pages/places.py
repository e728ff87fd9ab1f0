"""Page coordinates to ratios of the page as shown: turned, and cut to what is visible."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import TypeAlias

import pypdfium2
import pypdfium2.raw as pdfium_c

from braid.domain.evidence.vision import Box

__all__ = ["BoxMapper", "Edges", "visible_area"]

Edges: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right and top in page coordinates (points, from the bottom left)."""

_SCALE = 1_000_000


class BoxMapper:
    """Maps edges on one page to a ``Box``."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._page = page
        # Which of a character's edges is where on a page that is turned by a quarter, up to the sign.
        is_turned = page.get_rotation() in (90, 270)
        self.left, self.bottom, self.right, self.top = (1, 0, 3, 2) if is_turned else (0, 1, 2, 3)

    def __call__(self, edges: Sequence[Edges]) -> Box:
        lefts, bottoms, rights, tops = zip(*edges, strict=True)
        corners = [self._device(min(lefts), min(bottoms)), self._device(max(rights), max(tops))]
        left, right = sorted(_ratio(x) for x, _ in corners)
        top, bottom = sorted(_ratio(y) for _, y in corners)
        return Box(left, top, round(right - left, 6), round(bottom - top, 6))

    def _device(self, x: float, y: float) -> tuple[int, int]:
        device_x, device_y = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(self._page, 0, 0, _SCALE, _SCALE, 0, x, y, device_x, device_y)
        return device_x.value, device_y.value


def _ratio(value: int) -> float:
    return min(max(value / _SCALE, 0.0), 1.0)


def visible_area(page: pypdfium2.PdfPage) -> Edges:
    """The part of the page that viewers show: its crop box within its media box."""
    area = pdfium_c.FS_RECTF()
    pdfium_c.FPDF_GetPageBoundingBox(page, area)
    return area.left, area.bottom, area.right, area.top
