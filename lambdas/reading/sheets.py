"""Spreadsheets (xlsx): every sheet is a page, every row a line with the names of its columns."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from lxml.etree import LxmlError
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from braid.domain.errors import InvalidAssetError
from lambdas.reading.blocks import Extract, Piece, lay_out
from lambdas.reading.csv_json import table_lines
from lambdas.reading.zip_safety import Package, open_package

__all__ = ["MAX_ROWS", "read_xlsx"]

# Beyond this a workbook is a database: what a row says counts less than what all of them amount to.
MAX_ROWS = 20_000
# What openpyxl raises over files that don't keep to the format.
_DAMAGED = (
    *(InvalidFileException, LxmlError, ParseError, zipfile.BadZipFile),
    *(AttributeError, IndexError, KeyError, OSError, OverflowError, TypeError, ValueError),
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_NEVER_CALCULATED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PERCENT = re.compile(r'(?:[^"\\]|"[^"]*"|\\.)*?%')
_MIDNIGHT = datetime.time()


def read_xlsx(file: BinaryIO) -> Extract:
    """The rows of each sheet in the workbook's order, behind the sheet's name where there are several.

    Formulas count as the values that were stored with them, dates are written as ISO 8601, a cell that is
    merged over rows is told in each of them. ``warnings`` tells of hidden sheets, which are left out but
    count as pages, of rows beyond the first 20,000, and of formulas that no program has calculated yet.
    Raises ``InvalidAssetError`` for a damaged file.
    """
    with open_package(file) as package:
        reading = _Reading(package)
        content = package.markup_alone()
        try:
            reader = _RowsAlone(content, read_only=True, data_only=True, keep_links=False)
            reader.read()
            sheets = reader.wb._sheets
            tables = [sheet for sheet in sheets if sheet is not None]
            visible = [sheet for sheet in tables if sheet.sheet_state == "visible"]
            pieces: list[Piece] = []
            for sheet in visible:
                page = sheets.index(sheet) + 1
                lines = [Piece(line, "table_row", page) for line in table_lines(reading.rows(sheet))]
                if lines and len(visible) > 1:
                    pieces.append(Piece(sheet.title, "heading", page))
                pieces += lines
        except _DAMAGED as error:
            raise InvalidAssetError(
                f"The workbook is damaged ({error}). Open it in a spreadsheet program and save it again."
            ) from error
    hidden = [sheet.title for sheet in tables if sheet not in visible]
    return Extract(
        lay_out(pieces),
        tuple(_warnings(hidden, reading)),
        page_count=len(sheets),
        unread_page_count=len(reading.cut_sheets),
    )


def _warnings(hidden: list[str], reading: _Reading) -> Iterator[str]:
    if hidden:
        yield f"hidden sheets were not read: {', '.join(hidden)}"
    if reading.cut_sheets:
        yield (
            f"only the first {MAX_ROWS:,} rows of the workbook were read; it goes on in"
            f" {', '.join(reading.cut_sheets)}"
        )
    if reading.uncalculated:
        yield (
            f"{reading.uncalculated} formulas have no value yet: open the workbook in a spreadsheet program"
            " and save it"
        )


class _RowsAlone(ExcelReader):  # type: ignore[misc]  # openpyxl ships no types
    """openpyxl without charts that have sheets of their own: no rows are there, and it stumbles over some."""

    def read_worksheets(self) -> None:
        for sheet, relation in self.parser.find_sheets():
            if "chartsheet" in relation.Type:
                self.wb._sheets.append(None)
            elif relation.target in self.valid_files:
                opened = _Sheet(self.wb, sheet.name, relation.target, self.shared_strings)
                opened.sheet_state = sheet.state
                self.wb._sheets.append(opened)


class _Sheet(ReadOnlyWorksheet):  # type: ignore[misc]  # openpyxl ships no types
    """A sheet that is as large as its rows say.

    What a file says about its size is often wrong, and cuts rows off; where it says nothing, openpyxl reads
    the whole sheet to find out.
    """

    def _get_size(self) -> None:
        pass


class _Reading:
    """Reads sheets of one workbook and counts what could not be read."""

    def __init__(self, package: Package) -> None:
        self.uncalculated = 0
        self.cut_sheets: list[str] = []
        self._package = package
        self._rows_left = MAX_ROWS
        self._is_percent: dict[int, bool] = {}  # by the number of a cell's style

    def rows(self, sheet: Any) -> Iterator[list[str]]:
        """The rows of a sheet that hold something, as they would be shown."""
        markup = self._package.read(sheet._worksheet_path)
        if b"f>" in markup or b"f " in markup:  # else there is no formula, and looking takes a while
            self.uncalculated += len(_NEVER_CALCULATED.findall(markup))
        merged = _MergedCells(markup)
        del markup
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = merged.filled(number, [self._shown(cell) for cell in row])
            if not any(cells):
                continue
            if not self._rows_left:
                self.cut_sheets.append(sheet.title)
                return
            self._rows_left -= 1
            yield cells

    def _shown(self, cell: Any) -> str:
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return f"{value * 100:.15g}%" if self._shows_percent(cell) else f"{value:.15g}"
        return _moment(value)

    def _shows_percent(self, cell: Any) -> bool:
        style = cell._style_id
        if style not in self._is_percent:
            self._is_percent[style] = _PERCENT.match(cell.number_format or "") is not None
        return self._is_percent[style]


class _MergedCells:
    """What cells that are merged over several rows say, for the rows below their first."""

    def __init__(self, markup: bytes) -> None:
        self._ends: dict[tuple[int, int], int] = {}  # the last row, by first row and column (from 1)
        self._running: dict[int, tuple[str, int]] = {}  # the text and its last row, by column
        for reference in _MERGED.findall(markup):
            column, first, _, last = range_boundaries(reference.decode())
            if last > first:
                self._ends[first, column] = last

    def filled(self, number: int, row: list[str]) -> list[str]:
        """Row ``number`` with what goes on in it from above."""
        if not self._ends:
            return row
        for column, (text, end) in list(self._running.items()):
            if number > end:
                del self._running[column]
            elif any(row):  # rows that hold nothing else stay empty
                row += [""] * (column - len(row))
                row[column - 1] = row[column - 1] or text
        for column, text in enumerate(row, start=1):
            if text and (last := self._ends.get((number, column))):
                self._running[column] = text, last
        return row


def _moment(value: object) -> str:
    if isinstance(value, datetime.datetime):
        if value.time() == _MIDNIGHT:
            return value.date().isoformat()
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, datetime.time):
        return value.isoformat("seconds" if value.second else "minutes")
    return str(value)
