"""Spreadsheets (xlsx): every sheet is a page, every row a line with the names of its columns."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from lxml.etree import LxmlError
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from braid.domain.errors import InvalidAssetError
from lambdas.reading.blocks import Extract, Piece, lay_out, place_pictures
from lambdas.reading.office.drawn_pictures import A4_EMU, drawn_picture, is_hidden
from lambdas.reading.office.hidden_cells import HiddenCells
from lambdas.reading.office.moment_format import format_moment
from lambdas.reading.office.number_format import format_number, format_text
from lambdas.reading.office.zip_safety import Package, open_package
from lambdas.reading.tables.rows import MERGED, table_lines

__all__ = ["MAX_ROWS", "read_xlsx"]

# Beyond this a workbook is a database: what a row says counts less than what all of them amount to.
MAX_ROWS = 20_000
# Titles are merged over more columns than a table has.
_MAX_PADDED_COLUMNS = 100
# What openpyxl raises over files that don't keep to the format.
_DAMAGED = (
    *(InvalidFileException, LxmlError, ParseError, zipfile.BadZipFile),
    *(AttributeError, IndexError, KeyError, OSError, OverflowError, TypeError, ValueError),
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_NEVER_CALCULATED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def read_xlsx(file: BinaryIO) -> Extract:
    """The rows of each sheet in the workbook's order, behind the sheet's name where there are several.

    Values are told as they are shown, but whole dates as ISO 8601; formulas count as the values that were
    stored with them. A cell that is merged over rows is told in each of them. ``warnings`` tells of hidden
    sheets (which count as pages), rows and columns, of cells whose format shows nothing, of rows beyond the
    first 20,000, and of formulas that no program has calculated yet; all of these are left out. Raises
    ``InvalidAssetError`` for a damaged file.
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
                lines = table_lines(reading.rows(sheet), column_name=_column_name)
                rows = [Piece(line, "table_row", page) for line in lines]
                if rows and len(visible) > 1:
                    pieces.append(Piece(sheet.title, "heading", page))
                pieces += rows
                pieces += _pictures(package, sheet, page)
        except _DAMAGED as error:
            raise InvalidAssetError(
                "The workbook is damaged. Open it in a spreadsheet program and save it again."
            ) from error
    hidden = [sheet.title for sheet in tables if sheet not in visible]
    return Extract(
        lay_out(pieces),
        tuple(_warnings(hidden, reading)),
        page_count=len(sheets),
        unread_page_count=len(reading.cut_sheets),
        pictures=place_pictures(pieces),
    )


def _pictures(package: Package, sheet: Any, page: int) -> Iterator[Piece]:
    """The pictures that lie on a sheet, behind its rows."""
    for name in package.related(sheet._worksheet_path, "drawing"):
        root = package.find_markup(name)
        for element in root.iter("{*}pic") if root is not None else ():
            picture = drawn_picture(element, package.relationships(name), A4_EMU)
            if picture is not None and not is_hidden(element):
                yield Piece("", page=page, picture=picture)


def _column_name(number: int) -> str:
    return f"column {get_column_letter(number)}"


def _warnings(hidden: list[str], reading: _Reading) -> Iterator[str]:
    if hidden:
        yield f"hidden sheets were not read: {', '.join(hidden)}"
    for title, left_out in reading.left_out:
        yield f"hidden cells were not read: {left_out} of {title}"
    if reading.unshown:
        cells = "1 cell was" if reading.unshown == 1 else f"{reading.unshown} cells were"
        yield f"{cells} not read: the number format shows nothing"
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
    """Reads sheets of one workbook and counts what was not read."""

    def __init__(self, package: Package) -> None:
        self.uncalculated = 0
        self.unshown = 0
        self.cut_sheets: list[str] = []
        self.left_out: list[tuple[str, str]] = []
        self._package = package
        self._rows_left = MAX_ROWS

    def rows(self, sheet: Any) -> Iterator[list[str]]:
        """The rows of a sheet as they are shown, without all but the first of several blank ones."""
        markup = self._package.read(sheet._worksheet_path)
        if b"f>" in markup or b"f " in markup:  # else there is no formula, and looking takes a while
            self.uncalculated += len(_NEVER_CALCULATED.findall(markup))
        merged, hidden = _MergedCells(markup), HiddenCells(markup)
        del markup
        was_blank = True
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = hidden.shown(number, merged.filled(number, [self._shown(cell) for cell in row]))
            if not any(cells):
                if not was_blank and not hidden.has_row(number):
                    yield []
                    was_blank = True
                continue
            was_blank = False
            if not self._rows_left:
                self.cut_sheets.append(sheet.title)
                break
            self._rows_left -= 1
            yield cells
        if left_out := hidden.left_out():
            self.left_out.append((sheet.title, left_out))

    def _shown(self, cell: Any) -> str:
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, str):
            text = unescape(value).replace("\r\n", "\n").replace("\r", "\n").strip()
            shown = format_text(text, cell.number_format)
        elif isinstance(value, bool):
            shown = "true" if value else "false"
        elif isinstance(value, int | float):
            shown = format_number(value, cell.number_format)
        else:
            shown = format_moment(value, cell.number_format)
        self.unshown += not shown and value != ""
        return shown


class _MergedCells:
    """What cells that are merged say in the rows below their first, and which columns belong to them."""

    def __init__(self, markup: bytes) -> None:
        self._ends: dict[tuple[int, int], tuple[int, int]] = {}  # last row and column, by the first (from 1)
        self._running: dict[
            int, tuple[str, int, int]
        ] = {}  # the text, last row and column, by the first column
        for reference in _MERGED.findall(markup):
            column, first, last_column, last = range_boundaries(reference.decode())
            if (last, last_column) != (first, column):
                self._ends[first, column] = last, last_column

    def filled(self, number: int, row: list[str]) -> list[str]:
        """Row ``number`` with what goes on in it from above and from the left."""
        if not self._ends:
            return row
        for column, (text, end, last_column) in list(self._running.items()):
            if number > end:
                del self._running[column]
            elif any(row):  # rows that hold nothing else stay empty
                row += [""] * (column - len(row))
                row[column - 1] = row[column - 1] or text
                _mark(row, column, last_column)
        for column, text in enumerate(row, start=1):
            if text and (ends := self._ends.get((number, column))):
                _mark(row, column, ends[1])
                if ends[0] > number:
                    self._running[column] = text, *ends
        return row


def _mark(row: list[str], column: int, last_column: int) -> None:
    row += [""] * (min(last_column, column + _MAX_PADDED_COLUMNS) - len(row))
    for index in range(column, min(last_column, len(row))):
        row[index] = row[index] or MERGED
