"""Where a page shows something of which the file holds no text: pictures and outlines of letters.

What text *covers* decides, not how much of it there is: a printed header over a scan, a stamp or an
envelope's number makes no page readable. Areas are sets of cells of a grid over the page as shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2

from braid.domain.evidence.vision import Box
from braid.media.pages.objects import IMAGE, PATH, bounds, drawn_objects
from braid.media.pages.places import BoxMapper

__all__ = ["NOWHERE", "Areas", "areas_of", "unread_areas"]

_CELLS = 60
# A row of a picture has text upon it where so much of its width has.
_COVERED_WIDTH = 0.15
# Text covers the lines' gaps too, so many times its height above and below.
_LEADING = 1.5
# A picture is unread where so much of it has no text upon it; a scan's own text layer leaves only margins.
_UNREAD_SHARE = 0.5
# A line is within an area if so much of it is.
_WITHIN = 0.3
# What is so small in pixels is a line or a ground of one colour.
_MIN_PICTURE_PX = 16
# So many small outlines are letters: fewer are bullets, ticks and rules.
_FEW_PATHS = 20
_MANY_PATHS = 150
_LETTER_HEIGHT, _LETTER_WIDTH = 0.06, 0.12


@dataclass(frozen=True)
class Areas:
    """Parts of a page."""

    cells: frozenset[tuple[int, int]] = frozenset()

    @property
    def share(self) -> float:
        """How much of the page they are (0 to 1)."""
        return len(self.cells) / _CELLS**2

    def has(self, box: Box) -> bool:
        """Whether a good part of ``box`` stands in them."""
        touched = set(_touched(box))
        return len(touched & self.cells) >= _WITHIN * len(touched)


NOWHERE = Areas()


def areas_of(boxes: Sequence[Box]) -> Areas:
    """The areas that ``boxes`` touch."""
    return Areas(frozenset(cell for box in boxes for cell in _touched(box)))


def unread_areas(page: pypdfium2.PdfPage, to_box: BoxMapper, lines: Sequence[Box]) -> Areas:
    """Pictures and outlined letters without text upon them; ``lines`` are where the page's text stands."""
    cells: set[tuple[int, int]] = set()
    grown = [_grown(line) for line in lines]
    for picture in drawn_objects(page, (IMAGE,)):
        if min(picture.get_px_size()) >= _MIN_PICTURE_PX:
            touched = set(_touched(to_box([bounds(picture)])))
            uncovered = touched - _covered(touched, grown)
            if len(uncovered) >= _UNREAD_SHARE * len(touched):
                cells |= uncovered
    paths = [to_box([bounds(path)]) for path in drawn_objects(page, (PATH,))]
    small = [path for path in paths if path.height <= _LETTER_HEIGHT and path.width <= _LETTER_WIDTH]
    if not lines and len(paths) >= _FEW_PATHS:
        cells |= areas_of(paths).cells
    elif len(small) >= _MANY_PATHS:
        touched = set(areas_of(small).cells)
        uncovered = touched - _covered(touched, grown)
        if len(uncovered) >= _UNREAD_SHARE * len(touched):
            cells |= uncovered
    return Areas(frozenset(cells))


def _grown(line: Box) -> Box:
    height = min(line.height, line.width)  # a line that runs upward is as high as it is wide
    top = max(0.0, line.top - _LEADING * height)
    return Box(line.left, top, line.width, min(1.0, line.top + line.height + _LEADING * height) - top)


def _covered(touched: set[tuple[int, int]], lines: Sequence[Box]) -> set[tuple[int, int]]:
    """The cells of those rows of ``touched`` that have text upon much of their width."""
    rows: dict[int, set[int]] = {}
    for column, row in touched:
        rows.setdefault(row, set()).add(column)
    with_text: dict[int, set[int]] = {}
    for line in lines:
        for column, row in _touched(line):
            with_text.setdefault(row, set()).add(column)
    covered = {
        row
        for row, columns in rows.items()
        if len(columns & with_text.get(row, set())) > _COVERED_WIDTH * len(columns)
    }
    return {(column, row) for column, row in touched if row in covered}


def _touched(box: Box) -> Iterator[tuple[int, int]]:
    for row in _places(box.top, box.height):
        for column in _places(box.left, box.width):
            yield column, row


def _places(begin: float, length: float) -> range:
    first = min(int(begin * _CELLS), _CELLS - 1)
    return range(first, min(max(first, int((begin + length) * _CELLS - 1e-9)), _CELLS - 1) + 1)
