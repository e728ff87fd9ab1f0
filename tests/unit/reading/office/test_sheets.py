"""Workbooks: rows as they are shown, and in words what is left out."""

# ruff: noqa: E501  tables reads better unbroken

from __future__ import annotations

import datetime
import io
import zipfile
from typing import BinaryIO

import openpyxl
import pytest

from braid.domain.errors import InvalidAssetError
from lambdas.reading.blocks import Extract
from lambdas.reading.office import sheets
from lambdas.reading.office.sheets import read_xlsx
from tests.unit.reading.extracts import check_places, office_file


def _saved(book: openpyxl.Workbook) -> BinaryIO:
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    return target


def _lines(extract: Extract) -> list[tuple[int | None, str, str]]:
    check_places(extract)
    return [(block.page, block.kind, block.text) for block in extract.blocks]


def test_values_are_told_as_they_are_shown() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["name", "sold", "share", "when", "at", "price", "big"])
    sheet.append(
        ["Mug", True, 0.125, datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 13, 30), 12.5, 3e9]
    )
    sheet["C2"].number_format = "0.0%"
    assert _lines(read_xlsx(_saved(book))) == [
        (1, "table_row", "name: Mug; sold: true; share: 12.5%; when: 2024-02-29; at: 2024-02-29 13:30;"
         " price: 12.5; big: 3000000000"),
    ]  # fmt: skip


def test_sheets_are_pages_and_hidden_ones_are_told() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Mugs"
    book.active.append(["blue", 1])
    secret = book.create_sheet("Secret")
    secret.append(["no"])
    secret.sheet_state = "hidden"
    book.create_chartsheet("Chart")
    book.create_sheet("Plates").append(["red", 2])
    extract = read_xlsx(_saved(book))
    assert _lines(extract) == [
        (1, "heading", "Mugs"), (1, "table_row", "blue | 1"), (4, "heading", "Plates"), (4, "table_row", "red | 2"),
    ]  # fmt: skip
    assert extract.warnings == ("hidden sheets were not read: Secret",)
    assert extract.page_count == 4


def test_merged_cells_are_told_in_every_row_that_they_span() -> None:
    book = openpyxl.Workbook()
    for row in (
        ["kind", "name", "note"],
        ["cups", "Mug", "wide"],
        [None, "Glass", "x"],
        [None, None, None],
        ["pots", "Pan", "y"],
    ):
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("C2:D2")
    assert [text for _, _, text in _lines(read_xlsx(_saved(book)))] == [
        "kind: cups; name: Mug; note: wide", "kind: cups; name: Glass; note: x", "kind: pots; name: Pan; note: y",
    ]  # fmt: skip


def test_formulas_are_read_as_stored_values_and_those_without_are_listed() -> None:
    book = openpyxl.Workbook()
    book.active.append(["sum", "=1+1"])
    extract = read_xlsx(_saved(book))
    assert _lines(extract) == [(1, "table_row", "sum")]
    assert extract.warnings == (
        "1 formulas have no value yet: open the workbook in a spreadsheet program and save it",
    )
    calculated = _changed(_saved(book), "<v></v>", "<v>2</v>", "<v />", "<v>2</v>", "<v/>", "<v>2</v>")
    extract = read_xlsx(calculated)
    assert _lines(extract) == [(1, "table_row", "sum | 2")]
    assert extract.warnings == ()


def _changed(file: BinaryIO, *replacements: str) -> BinaryIO:
    """The workbook with every first of two texts replaced by the second, in all of its parts."""
    parts = {}
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name).decode()
            for old, new in zip(replacements[::2], replacements[1::2], strict=True):
                parts[name] = parts[name].replace(old, new)
    return office_file(parts)


def test_wrong_dimensions_cut_nothing_off_and_the_strict_edition_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["c", "d"])
    main, strict = "http://schemas.openxmlformats.org/{}/2006/{}", "http://purl.oclc.org/ooxml/{}/{}"
    names = [("spreadsheetml", "main"), ("officeDocument", "relationships")]
    changes = [form.format(*name) for name in names for form in (main, strict)]
    extract = read_xlsx(_changed(_saved(book), 'ref="A1:B2"', 'ref="A1"', *changes))
    assert _lines(extract) == [(1, "table_row", "a: c; b: d")]


def test_rows_beyond_the_most_are_told_never_dropped_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    book = openpyxl.Workbook()
    book.active.title = "First"
    for number in range(2):
        book.active.append([number, number])
    second = book.create_sheet("Second")
    for number in range(2):
        second.append([number, number])
    extract = read_xlsx(_saved(book))
    assert [text for _, kind, text in _lines(extract) if kind == "table_row"] == ["0 | 0", "1 | 1", "0 | 0"]
    assert extract.warnings == ("only the first 3 rows of the workbook were read; it goes on in Second",)


def test_two_cells_at_the_ends_of_the_grid_cost_nothing() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "first"
    book.active["XFD1048576"] = "last"
    assert [text for _, _, text in _lines(read_xlsx(_saved(book)))] == ["first", "last"]


def test_a_damaged_workbook_is_refused_in_words() -> None:
    book = openpyxl.Workbook()
    book.active.append(["a"])
    with pytest.raises(InvalidAssetError, match="workbook is damaged"):
        read_xlsx(_changed(_saved(book), "</sheetData>", ""))
    with pytest.raises(InvalidAssetError, match="workbook is damaged"):
        read_xlsx(office_file({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<a/>"}))


def _formatted(*cells: tuple[object, str]) -> BinaryIO:
    """A sheet with one row of values with their number formats, under letters as names."""
    book = openpyxl.Workbook()
    book.active.append([chr(ord("a") + index) for index in range(len(cells))])
    book.active.append([value for value, _ in cells])
    for column, (_, code) in enumerate(cells, start=1):
        book.active.cell(2, column).number_format = code
    return _saved(book)


def test_codes_prices_and_durations_are_told_as_they_are_shown() -> None:
    cells = [(1234, "00000"), (12.5, '#,##0.00 "€"'), (datetime.timedelta(hours=26, minutes=30), "[h]:mm")]
    cells += [("first line_x000D_\nsecond _x005F_x000D_", "General"), ("#DIV/0!", "0.00")]
    (line,) = _lines(read_xlsx(_formatted(*cells)))
    assert line[2] == ("a: 01234; b: 12.50 €; c: 26:30; d: first line\nsecond _x000D_; e: #DIV/0!")


def test_hidden_rows_columns_and_formats_are_left_out_and_listed() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Plan"
    for row in (
        ["Street", "May", "Secret", "June"],
        ["Elm", 1, 99, 2],
        ["Oak", 3, 98, 4],
        ["Gone", 7, 97, 8],
        ["Ash", 5, 96, 6],
    ):
        sheet.append(row)
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[4].hidden = True
    sheet["D5"].number_format = ";;;"
    extract = read_xlsx(_saved(book))
    assert [text for _, _, text in _lines(extract)] == [
        "Street: Elm; May: 1; June: 2", "Street: Oak; May: 3; June: 4", "Street: Ash; May: 5",
    ]  # fmt: skip
    assert extract.warnings == (
        "hidden cells were not read: row 4 and column C of Plan",
        "1 cell was not read: the number format shows nothing",
    )


def test_titles_groups_and_double_names_keep_the_columns_apart() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Road works"], [], [None, "North", None, "South", None], ["Street", "Q1", "Q2", "Q1", "Q2"],
        ["Elm", 1, None, 3, 4], [], ["Street", "May", "May", None], ["Oak", 5, 6, 7], [],
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("B3:C3")
    sheet.merge_cells("D3:E3")
    assert [text for _, _, text in _lines(read_xlsx(_saved(book)))] == [
        "Road works",
        "Street: Elm; North Q1: 1; South Q1: 3; South Q2: 4",
        "Street: Oak; May (column B): 5; May (column C): 6; column D: 7",
    ]


def test_months_in_the_header_are_told_as_they_are_shown() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Town", datetime.date(2031, 1, 1), datetime.date(2031, 2, 1)])
    book.active.append(["Elm", 1, 2])
    book.active["B1"].number_format = book.active["C1"].number_format = "mmm-yy"
    assert _lines(read_xlsx(_saved(book))) == [(1, "table_row", "Town: Elm; Jan-31: 1; Feb-31: 2")]
