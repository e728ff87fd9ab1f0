"""The lines of a PDF's page in the order in which people read them: column by column, rows of tables whole.

Most files draw their text in that order, and it is kept. Some draw across the columns, line by line: there
the white gap between the columns says where a line really ends. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from statistics import median

from braid.domain.evidence.vision import Box
from braid.media.pages import LinePart, PageText

__all__ = ["OrderedLine", "in_reading_order"]

# Where in the width of the text the second column may begin.
_COLUMN_FROM, _COLUMN_TO = 0.25, 0.75
# Columns have so many lines at least, of so many characters, which nearly fill them: cells of a table don't.
_COLUMN_LINES = 4
_COLUMN_CHARACTERS = 15
_COLUMN_FILLED = 0.7
# Left, right, page number: a file that changes sides oftener draws across its columns.
_CHANGES_BETWEEN_COLUMNS = 3
# So many rows of two cells in a row are a table, or fewer of more cells.
_TABLE_ROWS = 3
_WIDE_TABLE_ROWS = 2
# Most of its rows have a cell where the row above has one; all in shares of the page's width.
_ALIGNED_ROWS = 0.6
_ALIGNED = 0.006
_SHORT_CELL = 0.15


@dataclass(frozen=True)
class OrderedLine:
    """A line as it is read. ``is_row``: a table's row, whose parts are its cells."""

    parts: tuple[LinePart, ...]
    is_row: bool = False

    @cached_property
    def box(self) -> Box:
        """Where all of it stands."""
        left, top = self.left, min(part.box.top for part in self.parts)
        bottom = max(part.box.top + part.box.height for part in self.parts)
        return Box(left, top, round(self.right - left, 6), round(bottom - top, 6))

    @cached_property
    def left(self) -> float:
        """Where it begins (0 to 1 of the page's width)."""
        return min(part.box.left for part in self.parts)

    @cached_property
    def right(self) -> float:
        """Where it ends."""
        return max(_right(part) for part in self.parts)


def in_reading_order(page: PageText) -> tuple[OrderedLine, ...]:
    """All that stands on the page, each part once."""
    return tuple(_with_rows(list(_by_columns([OrderedLine(line.parts) for line in page.lines]))))


def _by_columns(lines: Sequence[OrderedLine]) -> Iterator[OrderedLine]:
    gap = _gap_between_columns([part for line in lines for part in line.parts])
    if gap is None:
        yield from lines
        return
    # What crosses the gap, or stands apart as page numbers do, divides the page into bands.
    pieces = list(_split(lines, gap))
    for crosses, band in groupby(
        pieces, lambda line: line.left < gap < line.right or _is_apart(line, pieces)
    ):
        in_band = list(band)
        sides = [line.right > gap for line in in_band]
        changes = sum(one != other for one, other in pairwise(sides))
        if crosses or changes <= _CHANGES_BETWEEN_COLUMNS:
            yield from in_band
        else:
            for side in (False, True):
                column = [line for line, is_right in zip(in_band, sides, strict=True) if is_right is side]
                yield from _by_columns(column)


def _is_apart(line: OrderedLine, lines: Sequence[OrderedLine]) -> bool:
    """Whether nothing else stands within two lines above or below."""
    top, height = line.box.top, line.box.height
    return not any(
        other is not line
        and other.box.top - (top + height) <= 2 * height
        and top - (other.box.top + other.box.height) <= 2 * height
        for other in lines
    )


def _gap_between_columns(parts: Sequence[LinePart]) -> float | None:
    """Where a column begins that has another on its left, with the fewest parts in the way."""
    if len(parts) < 2 * _COLUMN_LINES:
        return None
    begin, end = min(part.box.left for part in parts), max(map(_right, parts))
    first, last = (begin + (end - begin) * share for share in (_COLUMN_FROM, _COLUMN_TO))
    lines_at = Counter(round(part.box.left, 2) for part in parts if first <= part.box.left <= last)
    gaps: list[tuple[int, float]] = []
    for place in (place for place, count in lines_at.items() if count >= _COLUMN_LINES):
        gap = min(part.box.left for part in parts if round(part.box.left, 2) == place) - _ALIGNED
        left = [part for part in parts if _right(part) <= gap]
        right = [part for part in parts if part.box.left >= gap]
        if _is_column(left) and _is_column(right) and _stand_side_by_side(left, right):
            gaps.append((len(parts) - len(left) - len(right), gap))
    return min(gaps)[1] if gaps else None


def _is_column(parts: Sequence[LinePart]) -> bool:
    if len(parts) < _COLUMN_LINES:
        return False
    widths = [part.box.width for part in parts]
    characters = median(part.end_offset - part.begin_offset for part in parts)
    return characters >= _COLUMN_CHARACTERS and median(widths) >= _COLUMN_FILLED * max(widths)


def _stand_side_by_side(left: Sequence[LinePart], right: Sequence[LinePart]) -> bool:
    """Whether half of the shorter column's height has the other beside it."""
    tops = [min(part.box.top for part in parts) for parts in (left, right)]
    bottoms = [max(part.box.top + part.box.height for part in parts) for parts in (left, right)]
    shorter = min(bottom - top for top, bottom in zip(tops, bottoms, strict=True))
    return min(bottoms) - max(tops) >= shorter / 2


def _split(lines: Sequence[OrderedLine], gap: float) -> Iterator[OrderedLine]:
    """The lines, those that stand on both sides of the gap as two."""
    for line in lines:
        left = tuple(part for part in line.parts if _right(part) <= gap)
        right = tuple(part for part in line.parts if part.box.left >= gap)
        if left and right and len(left) + len(right) == len(line.parts):
            yield OrderedLine(left)
            yield OrderedLine(right)
        else:
            yield line


def _with_rows(lines: Sequence[OrderedLine]) -> Iterator[OrderedLine]:
    for has_cells, run in groupby(lines, key=lambda line: len(line.parts) > 1):
        rows = list(run)
        cells = min(len(row.parts) for row in rows)
        is_table = (
            has_cells
            and len(rows) >= (_TABLE_ROWS if cells == 2 else _WIDE_TABLE_ROWS)
            and sum(map(_is_aligned, rows, rows[1:])) >= _ALIGNED_ROWS * (len(rows) - 1)
        )
        for row in rows:
            yield replace(row, is_row=is_table)


def _is_aligned(row: OrderedLine, below: OrderedLine) -> bool:
    """Whether cells behind the first begin, or short ones end, at one place: widely set words don't."""
    return any(
        abs(one.box.left - other.box.left) <= _ALIGNED
        or (
            abs(_right(one) - _right(other)) <= _ALIGNED
            and max(one.box.width, other.box.width) <= _SHORT_CELL
        )
        for one in row.parts[1:]
        for other in below.parts[1:]
    )


def _right(part: LinePart) -> float:
    return part.box.left + part.box.width
