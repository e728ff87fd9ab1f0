"""How a table is written as CSV: which delimiter, which quoting. Standard library only.

Quoting is that of RFC 4180: a quoted cell holds delimiters and line breaks, a quote in it is doubled. Of that
nothing is guessed. The delimiter is the one by which the rows have the same number of cells.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

__all__ = ["CsvFormat", "CsvText", "csv_format", "is_csv", "read_rows"]

# Tabs and semicolons stand in cells less often than commas do, and bars are the least usual delimiter.
_DELIMITERS = "\t;,|"
_SEEN_ROWS = 60
# Spreadsheet programs write the delimiter into a first line of its own.
_SEPARATOR_LINE = re.compile(r'\ufeff?\s*"?sep=(?P<delimiter>[^\r\n])"?[ \t]*(?:\r\n|\r|\n|$)', re.I)
# Delimiters of decimals and of a log's milliseconds, on which every line may agree.
_FALSE_COMMA = re.compile(r"\d{1,2}:\d{2}:\d{2},\d{3}\b")
_MARKDOWN_TABLE = re.compile(r"^(?:\||[ :-]+\|[ :|-]+$)", re.M)
_MIN_EQUAL_SHARE = 0.8
_MAX_TITLE_ROWS = 6


@dataclass(frozen=True)
class CsvFormat:
    """``begin`` is where the table begins in the text, behind a ``sep=`` line."""

    delimiter: str
    begin: int = 0
    is_declared: bool = False
    equal_share: float = 1.0
    """The share of the rows with as many cells as most rows have."""


@dataclass(frozen=True)
class CsvText:
    """The rows of a text, and the first line (from 1) whose quoting isn't that of RFC 4180, if any."""

    rows: list[list[str]]
    misquoted_line: int | None = None

    def uneven_row_count(self) -> int:
        """How many rows of the table, without lines above and below it, differ in width from most."""
        width = _usual_width(self.rows)
        below = itertools.dropwhile(lambda row: len(row) != width, self.rows)
        table = itertools.takewhile(any, below)
        return sum(len(row) < width or any(row[width:]) for row in table)


def csv_format(text: str, *, is_whole: bool = True) -> CsvFormat | None:
    """The format of a table that begins with ``text``; ``None`` where no delimiter makes columns of it.

    ``is_whole``: nothing follows ``text``; otherwise its last row may be cut anywhere.
    """
    if declared := _SEPARATOR_LINE.match(text):
        return CsvFormat(declared["delimiter"], declared.end(), is_declared=True)
    found = [
        CsvFormat(delimiter, equal_share=share)
        for delimiter in _DELIMITERS
        if (share := _equal_share(text, delimiter, is_whole=is_whole)) > 0
    ]
    return max(found, key=lambda one: round(one.equal_share, 2), default=None)


def is_csv(text: str, *, is_whole: bool = True) -> bool:
    """Whether a text is a table: the same columns in nearly all of its first rows, no prose between commas.

    Lines of a title may stand above it.
    """
    form = csv_format(text, is_whole=is_whole)
    if form is None:
        return False
    if form.is_declared:
        return True
    rows, is_cut = _first_rows(text, form.delimiter, is_whole=is_whole)
    width = _usual_width(rows)
    first = next(index for index, row in enumerate(rows) if len(row) == width)
    table = rows[first:]
    if len(table) + is_cut < 2 or first > _MAX_TITLE_ROWS or (first and width < 3):
        return False
    needed = _MIN_EQUAL_SHARE if width > 2 and len(table) > 4 else 1
    if sum(len(row) == width for row in table) < needed * len(table):
        return False
    if form.delimiter == "," and _FALSE_COMMA.search(text[:2_000]):
        return False
    if form.delimiter == "|" and _MARKDOWN_TABLE.search(text):
        return False
    cells = [cell for row in table for cell in row[1:]]
    if not any(cells):
        return False
    as_written = itertools.islice(
        csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter), len(rows)
    )
    spaced = sum(cell.startswith(" ") for row in as_written for cell in row[1:])
    is_like_prose = spaced > len(cells) / 2
    return not is_like_prose or (width > 2 and _has_numbers(table))


def read_rows(text: str, form: CsvFormat) -> CsvText:
    """Every row of ``text``. Blank lines are rows without cells.

    Quotes behind backslashes are read where the text keeps to them throughout. Where its quotes follow no
    rule, a quote that is never closed swallows no more than its line, if that gives more rows of one width.
    """
    body = text[form.begin :]
    reader = _reader(body, form.delimiter, strict=True)
    try:
        return CsvText(list(reader))
    except csv.Error:
        misquoted_line = text.count("\n", 0, form.begin) + max(1, reader.line_num)
    if '\\"' in body:
        rows = list(_reader(body, form.delimiter, escape="\\"))
        if _equal_count(rows) == sum(map(bool, rows)):
            return CsvText(rows)
    line_by_line = [next(_reader(line, form.delimiter), []) for line in body.splitlines()]
    readings = (list(_reader(body, form.delimiter)), line_by_line)
    return CsvText(max(readings, key=_equal_count), misquoted_line)


def _reader(text: str, delimiter: str, *, escape: str | None = None, strict: bool = False) -> CsvReader:
    csv.field_size_limit(sys.maxsize)  # whoever opens the text limits its size
    return csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        doublequote=escape is None,
        escapechar=escape,
        skipinitialspace=True,
        strict=strict,
    )


def _first_rows(text: str, delimiter: str, *, is_whole: bool) -> tuple[list[list[str]], bool]:
    """The first rows that have cells, and whether another one is cut off behind them."""
    readings = [
        list(itertools.islice(filter(None, _reader(text, delimiter, escape=escape)), _SEEN_ROWS + 1))
        for escape in ((None, "\\") if '\\"' in text else (None,))
    ]
    rows = max(readings, key=_equal_count)
    is_cut = not is_whole and 0 < len(rows) <= _SEEN_ROWS
    return (rows[:-1] if is_cut else rows), is_cut


def _equal_share(text: str, delimiter: str, *, is_whole: bool) -> float:
    rows, _ = _first_rows(text, delimiter, is_whole=is_whole)
    return _equal_count(rows) / len(rows) if rows else 0


def _equal_count(rows: list[list[str]]) -> int:
    """How many rows have as many cells as most that have several."""
    width = _usual_width(rows)
    return sum(len(row) == width for row in rows) if width else 0


def _usual_width(rows: list[list[str]]) -> int:
    counts = Counter(len(row) for row in rows if len(row) > 1)
    return counts.most_common(1)[0][0] if counts else 0


def _has_numbers(table: list[list[str]]) -> bool:
    """Whether a column under the first row holds nothing but what begins with a digit."""
    columns = itertools.zip_longest(*(row[1:] for row in table[1:]), fillvalue="")
    return any(all(cell.strip()[:1].isdigit() for cell in column) for column in columns)
