"""Which rows of a table name its columns, and by what names. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lambdas.reading.tables.cell_kinds import cell_kind, is_series, main_kind

__all__ = ["MERGED", "Header", "Row", "find_header", "is_merged", "is_title", "marked_header", "used_columns"]

Row = Sequence[str]


class _Merged(str):
    """A blank cell that belongs to the one at its left."""

    __slots__ = ()


MERGED = _Merged()

# The header stands among the first rows of a block, and as many below it show what it is the header of.
_TOP_ROWS = 12
_SHOWN_ROWS = 40
# A row that fills fewer of the columns of the rows below is a title or a note.
_MIN_FILLED = 0.6
# Names and values above a table (``Date | 2024-05-01``) fill few columns of it.
_MAX_FILLED_ABOVE = 0.7
_LONG_NAME_CHARACTERS = 120


@dataclass(frozen=True)
class Header:
    """The rows ``first`` up to (not with) ``end`` of a block, and each column's name, perhaps blank."""

    first: int
    end: int
    names: tuple[str, ...]

    def labels(self, column_name: Callable[[int], str]) -> list[str]:
        """The names, those that are missing or not unique told with their column.

        A first column without a name counts or names the rows: it stays without one.
        """
        counts = Counter(self.names)
        labels = []
        for number, name in enumerate(self.names, start=1):
            if not name:
                labels.append(column_name(number) if number > 1 else "")
            else:
                labels.append(f"{name} ({column_name(number)})" if counts[name] > 1 else name)
        return labels


def is_merged(cell: str) -> bool:
    """Whether the cell belongs to the one at its left."""
    return isinstance(cell, _Merged)


def is_title(row: Row) -> bool:
    """Whether nothing but the first cell is filled."""
    return bool(row[0]) and not any(row[1:])


def used_columns(rows: Sequence[Row]) -> frozenset[int]:
    """The columns that at least half of the rows fill, or any row where those are fewer than two.

    Rows with a single cell are titles and count for nothing.
    """
    counts: Counter[int] = Counter()
    wide = [row for row in rows if _filled_count(row) > 1]
    for row in wide:
        counts.update(column for column, cell in enumerate(row) if cell)
    often = frozenset(column for column, count in counts.items() if count * 2 >= len(wide))
    return often if len(often) > 1 else frozenset(counts)


def marked_header(block: Sequence[Row], row_count: int) -> Header | None:
    """The header that a file marks as such; titles among the marked rows are none of it."""
    is_wide = any(_filled_count(row) > 1 for row in block)
    first = 0
    while first < row_count and is_wide and is_title(block[first]):
        first += 1
    if first >= row_count or len(block) <= row_count:
        return None
    end = row_count + _has_parts_beneath(block, row_count - 1)
    return Header(first, end, _names(block[first:end]))


def find_header(
    block: Sequence[Row], *, below: Sequence[Row] = (), must_be_sure: bool, is_data: bool
) -> Header | None:
    """The first row that fills the columns of the rows below it, with the rows of groups at it.

    ``below`` stands for the rows below where the block has none. ``must_be_sure``: only a row of words over
    columns of numbers. ``is_data``: the first row of two columns may be a header; in a document that marks
    none these are names and values.
    """
    fallback: Header | None = None
    for index, row in enumerate(block[:_TOP_ROWS]):
        rows_below = block[index + 1 : index + 1 + _SHOWN_ROWS] or below[:_SHOWN_ROWS]
        columns = used_columns(rows_below)
        width = len(columns.union(column for column, cell in enumerate(row) if cell))
        if _filled_count(row) < 2 or len(columns) < 2 or (width == 2 and not is_data):
            continue
        filled = _filled_share(row, columns)
        if _is_long(row):
            continue
        if not _can_name(row, rows_below):
            if filled > _MAX_FILLED_ABOVE:
                break  # the table's first row
            continue
        is_sure = _is_sure(row, rows_below, columns)
        is_first = filled == 1 and all(map(is_title, block[:index]))
        is_likely = (
            not must_be_sure
            and (width > 2 or _is_uniform(rows_below, max(columns)))
            and (is_data or is_first)
        )
        if filled < _MIN_FILLED or not (is_sure or is_likely):
            if width == 2:
                break  # names and values: none of the rows below is a header either
            continue
        header = _with_groups(block, index)
        if filled == 1 and (is_sure or fallback is None):
            return header
        fallback = fallback or header
    return fallback


def _filled_count(row: Row) -> int:
    return sum(map(bool, row))


def _filled_share(row: Row, columns: frozenset[int]) -> float:
    needed = columns - {0} if not row[0] else columns
    return sum(column < len(row) and bool(row[column]) for column in needed) / max(1, len(needed))


def _is_long(row: Row) -> bool:
    """Whether the row has a text or a label (``Date:``) in it that names no column."""
    return any(len(cell) > _LONG_NAME_CHARACTERS or cell.endswith(":") for cell in row)


def _can_name(row: Row, below: Sequence[Row]) -> bool:
    """Words, or a series of numbers or dates that the rows below don't have too."""
    columns = [column for column, cell in enumerate(row) if cell_kind(cell) not in ("blank", "words")]
    if not columns:
        return True
    if 0 in columns or not is_series([row[column] for column in columns]):
        return False
    series = (
        cells for cells in ([_cell(line, column) for column in columns] for line in below) if any(cells)
    )
    return not any(is_series([cell for cell in cells if cell]) for cells in series)


def _is_sure(row: Row, below: Sequence[Row], columns: frozenset[int]) -> bool:
    """Whether it names a column of numbers, dates or times: it has none of these itself, but for a series."""
    ruled = [column for column in columns if main_kind([_cell(line, column) for line in below]) != "words"]
    return any(_cell(row, column) for column in ruled)


def _is_uniform(rows: Sequence[Row], column: int) -> bool:
    """Whether a column holds one kind: the values beside names are of several."""
    return len({cell_kind(_cell(row, column)) for row in rows} - {"blank"}) == 1


def _with_groups(block: Sequence[Row], index: int) -> Header:
    """The header in row ``index``, with the names of groups in the row above or those of parts beneath."""
    first, end = index, index + 1 + _has_parts_beneath(block, index)
    row = block[index]
    if index and _belong_together(block[index - 1], row) and _can_name(block[index - 1], ()):
        first -= 1
    return Header(first, end, _names(block[first:end]))


def _has_parts_beneath(block: Sequence[Row], index: int) -> bool:
    """Whether the row below a header's goes on with it: the names above don't tell the columns apart."""
    row, rows_below = block[index], block[index + 2 : index + 2 + _SHOWN_ROWS]
    names = [cell for cell in row[1:] if cell]
    is_ambiguous = len(set(names)) < len(names) or not all(row[1:])
    if not (is_ambiguous and rows_below):
        return False
    beneath = block[index + 1]
    return (
        _belong_together(row, beneath)
        and _can_name(beneath, rows_below)
        and _is_sure(beneath, rows_below, used_columns(rows_below))
    )


def _belong_together(upper: Row, lower: Row) -> bool:
    """Whether two rows can be parts of one header: their first column has one name, none, or a group's."""
    is_group = len(upper) > 1 and is_merged(upper[1])
    has_one_name = is_group or not upper[0] or not lower[0] or upper[0] == lower[0]
    return has_one_name and _filled_count(upper) > 1 and _filled_count(lower) > 1


def _names(rows: Sequence[Row]) -> tuple[str, ...]:
    """The names in these rows, those of groups in front of each column that belongs to them."""
    width = max(map(len, rows))
    parts: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        has_marks = any(map(is_merged, row))
        group = ""
        for column in range(width):
            cell = _cell(row, column)
            goes_on = (
                is_merged(cell) if has_marks else any(_cell(lower, column) for lower in rows[number + 1 :])
            )
            group = cell or (group if goes_on else "")
            if group and group not in parts[column][-1:]:
                parts[column].append(" ".join(group.split()))
    return tuple(" ".join(part) for part in parts)


def _cell(row: Row, column: int) -> str:
    return row[column] if column < len(row) else ""
