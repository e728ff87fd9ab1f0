"""Rows of a table as lines that can be read without the table around them: ``Street: Elm; May: 7``. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lambdas.reading.tables.cell_kinds import cell_kind
from lambdas.reading.tables.header import (
    MERGED,
    Header,
    Row,
    find_header,
    is_merged,
    is_title,
    marked_header,
    used_columns,
)

__all__ = ["MERGED", "table_lines"]

# No eye counts more columns than these to find out where a lone number stands.
_COUNTED_COLUMNS = 50


def table_lines(
    rows: Iterable[Row],
    *,
    header: int | None = None,
    column_name: Callable[[int], str] = "column {}".format,
    cells_may_slip: bool = False,
) -> Iterator[str]:
    """A line for each row that holds something, its cells named by the header above them.

    ``header`` says how many of the first rows the file marks as header; 0: none, though its format has such
    marks; ``None``: its format has none (CSV, sheets). ``MERGED`` cells belong to the cell at their left. A
    blank row ends a block of rows, and the next may bring a header of its own.

    The header is the first row that fills the columns of the rows below, with the names of groups above or
    of parts beneath. What stands above it is told as it is. Names that are missing or not unique are told
    with their column, ``column_name`` of its number from 1. Without a header a row is its cells between
    bars, where a blank one keeps its place. So is, where ``cells_may_slip`` (CSV), a row with more cells than
    the header: which of them a stray delimiter moved, or which column has no name, can't be known.
    """
    blocks = list(_blocks(rows))
    is_data = header is None
    current: Header | None = None
    is_first = True
    untold: list[Row] = []  # the header, until a row has to be told without its names
    for number, block in enumerate(blocks):
        following = blocks[number + 1] if number + 1 < len(blocks) else []
        own = marked_header(block, header) if header and not number else None
        own = own or _own_header(block, following, is_first=is_first, is_data=is_data)
        if own:
            yield from map(_between_bars, block[: own.first])
            untold = block[own.first : own.end]
            current, block, is_first = own, block[own.end :], False
        elif any(sum(map(bool, row)) > 1 for row in block) and len(block) > 1:
            is_first = False
        labels = current.labels(column_name) if current else []
        if not own and max(used_columns(block), default=0) >= len(labels):
            labels = []  # another table
        for row in block:
            if not labels or (not own and len(labels) > 2 and is_title(row)):
                yield _between_bars(row)
            elif cells_may_slip and any(row[len(labels) :]):
                yield from map(_between_bars, (*untold, row))
                untold = []
            elif not (current and _is_repeated(row, current)):
                yield _named(row, labels, column_name)


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows without a blank one among them."""
    block: list[Row] = []
    for row in rows:
        cells = [cell if is_merged(cell) else cell.strip() for cell in row]
        if any(cells):
            block.append(cells)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _own_header(
    block: Sequence[Row], following: Sequence[Row], *, is_first: bool, is_data: bool
) -> Header | None:
    """The header that a block has in it, or is."""
    must_be_sure = not is_first and not (len(block) > 2 and is_title(block[0]))
    next_has_one = bool(following) and find_header(following, must_be_sure=True, is_data=is_data) is not None
    if next_has_one and len(used_columns(block)) < 3 <= len(used_columns(following)):
        return None  # names and values in front of the table
    if is_first and following and not next_has_one and sum(map(bool, block[-1])) > 1:
        # A header and a blank row beneath it.
        alone = find_header(block[-1:], below=following, must_be_sure=True, is_data=is_data)
        if alone and all(map(is_title, block[:-1])):
            return Header(len(block) - 1, len(block), alone.names)
    return find_header(block, must_be_sure=must_be_sure, is_data=is_data)


def _is_repeated(row: Row, header: Header) -> bool:
    """Whether the row says the header again, as tables over several pages do."""
    return tuple(" ".join(cell.split()) for cell in row) == header.names[: len(row)]


def _named(row: Row, labels: Sequence[str], column_name: Callable[[int], str]) -> str:
    parts = []
    for number, cell in enumerate(row, start=1):
        label = labels[number - 1] if number <= len(labels) else column_name(number)
        if cell:
            parts.append(f"{label}: {cell}" if label else cell)
    return "; ".join(parts)


def _between_bars(row: Row) -> str:
    cells = list(row)
    while cells and not cells[-1]:
        cells.pop()
    is_alone = not any(cells[:-1]) and (cell_kind(cells[-1]) == "words" or len(cells) > _COUNTED_COLUMNS)
    return cells[-1] if is_alone else " | ".join(cells)
