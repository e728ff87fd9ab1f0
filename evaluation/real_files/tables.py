"""Kinds of tables whose numbers come out in other columns, without their names or not as they are shown."""

from __future__ import annotations

import csv
import datetime
import io
import random
from collections.abc import Callable, Iterator, Sequence

import docx
import openpyxl
import pptx
from pptx.util import Inches

from evaluation.real_files.reading import Inputs, kind, read

__all__ = ["TABLE_KINDS"]

Rows = Sequence[Sequence[str]]

_WORDS = ("garden", "lamp", "river,", "stone", '"nice"', "Łódź", "café", "plain;", '5"', "late", "left")
_MONTHS = ["January", "February", "March", "April", "May", "June", "July"]
_TOWNS = ["Elm", "Oak", "Ash", "Fir", "Yew", "Birch"]


def _comment(random_: random.Random) -> str:
    words = " ".join(random_.choice(_WORDS) for _ in range(random_.randint(1, 12)))
    if random_.random() < 0.8:
        words += f' said "nice, but {random_.choice(_WORDS)}" and left'
    return words.strip()


def _reviews(random_: random.Random, comment: Callable[[random.Random], str]) -> list[list[str]]:
    count = random_.choice([2, 3, 3, 4, 5, 40])
    return [[str(number), random_.choice(["Ada", "Bo"]), comment(random_), str(random_.randint(1, 5))]
            for number in range(1, count + 1)]  # fmt: skip


def _review_lines(rows: Rows) -> list[str]:
    return [f"id: {one}; who: {who}; comment: {comment}; stars: {stars}" for one, who, comment, stars in rows]


def _csv(rows: Rows, *, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n") -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]  # an enum in stubs
    writer.writerows(rows)
    return target.getvalue().encode()


def _lines_are(lines: Sequence[str]) -> Callable[[bytes], bool]:
    return lambda data: (
        [" ".join(line.split()) for line in read(data).lines] == [" ".join(line.split()) for line in lines]
    )


def _quoted_commas() -> Inputs:
    random_ = random.Random(11)
    header = ["id", "who", "comment", "stars"]
    for number in range(150):
        rows = _reviews(random_, _comment)
        data = _csv(
            [header, *rows],
            delimiter=random_.choice([",", ",", ";", "\t"]),
            quoting=random_.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
            end=random_.choice(["\n", "\r\n"]),
        )
        yield f"{number}.csv", data, _lines_are(_review_lines(rows))


def _line_breaks() -> Inputs:
    random_ = random.Random(12)
    for number in range(30):
        rows = _reviews(random_, lambda one: f'{_comment(one)}\nand, "so on"\n{one.choice(_WORDS)} end')
        rows *= random_.choice([1, 30])
        data = _csv([["id", "who", "comment", "stars"], *rows])
        yield f"{number}.csv", data, _lines_are(_review_lines(rows))


def _long_cells() -> Inputs:
    for size in (1_000, 20_000, 130_000, 300_000):
        letter = "a line, of it " * (size // 14) + "end"
        for rows in ([("1", letter)], [("1", "short"), ("2", letter)], [("1", letter), ("2", letter)]):
            lines = [f"id: {one}; letter: {text}" for one, text in rows]
            yield (
                f"{size}-{len(rows)}-{len(rows[0][1])}.csv",
                _csv([("id", "letter"), *rows]),
                _lines_are(lines),
            )


def _separators() -> Inputs:
    lines = ["name: Mug; price: 12,50", "name: Cup; price: 3,20"]
    for delimiter in ";|\t":
        body = f"name{delimiter}price\r\nMug{delimiter}12,50\r\nCup{delimiter}3,20\r\n"
        for first in (f"sep={delimiter}\r\n", f'"sep={delimiter}"\r\n', f"SEP={delimiter}\n", ""):
            for mark in ("", "\ufeff"):
                yield (
                    f"{delimiter!r}-{first!r}-{mark!r}.csv",
                    (mark + first + body).encode(),
                    _lines_are(lines),
                )


def _tables() -> Iterator[tuple[str, Rows, list[str]]]:
    """Tables as people make them: a name, the rows, and what the line of each must hold (see ``_said``)."""
    random_ = random.Random(13)
    for number in range(6):
        months = random_.sample(_MONTHS, 3)
        rows = [[town, *(str(random_.randint(10, 99)) for _ in months)] for town in random_.sample(_TOWNS, 4)]
        for row in rows[1:]:
            row[random_.randint(1, 3)] = ""
        header = ["Street", *months]
        doubled = ["Street", months[0], months[1], months[0]]
        unnamed = ["Street", months[0], "", months[1]]
        title = [f"Road works {2030 + number}", "", "", ""]
        plain = _said(rows, header)
        yield f"title {number}", [title, header, *rows], plain
        yield f"title and blank row {number}", [title, ["", "", "", ""], header, *rows], plain
        yield f"blank cells {number}", [header, *rows], plain
        by_column = {2: f"{months[0]} (column", 4: f"{months[0]} (column"}
        yield f"double names {number}", [doubled, *rows], _said(rows, doubled, by_column)
        yield f"blank name {number}", [unnamed, *rows], _said(rows, unnamed, {3: "column "})


def _said(rows: Rows, header: Sequence[str], special: dict[int, str] | None = None) -> list[str]:
    """For each row what its line must hold, joined by bars."""
    told = []
    for row in rows:
        parts = [f"{header[0]}: {row[0]}"]
        for number, (name, cell) in enumerate(zip(header[1:], row[1:], strict=True), start=2):
            if cell:
                parts.append(f"{(special or {}).get(number, f'{name}: ')}|{cell}")
        told.append("||".join(parts))
    return told


def _holds(expected: Sequence[str]) -> Callable[[bytes], bool]:
    """Whether there is a line for each row in which every value follows its name, and none of the others."""

    def check(data: bytes) -> bool:
        lines = [line for line in read(data).lines if line.startswith("Street: ")]
        return len(lines) == len(expected) and all(
            all(_says(line, part) for part in wanted.split("||"))
            and line.count(": ") == len(wanted.split("||"))
            for line, wanted in zip(lines, expected, strict=True)
        )

    return check


def _says(line: str, part: str) -> bool:
    name, bar, value = part.partition("|")
    if not bar:
        return part in line
    return any(
        cell.startswith(name.rstrip(": ")) and cell.endswith(f": {value}") for cell in line.split("; ")
    )


def _in_format(form: str) -> Callable[[], Inputs]:
    def make() -> Inputs:
        for name, rows, expected in _tables():
            yield f"{name}.{form}", _WRITERS[form](rows), _holds(expected)

    return make


def _saved(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]  # three libraries' documents
    return target.getvalue()


def _xlsx(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([int(cell) if cell.isdecimal() else cell or None for cell in row])
    return _saved(book)


def _docx(rows: Rows) -> bytes:
    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    return _saved(document)


def _pptx(rows: Rows) -> bytes:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    place = (Inches(1), Inches(1), Inches(6), Inches(3))
    table = slide.shapes.add_table(len(rows), len(rows[0]), *place).table
    for cell, text in zip(table.iter_cells(), (text for row in rows for text in row), strict=True):
        cell.text = text
    return _saved(show)


def _html(rows: Rows) -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<!DOCTYPE html><html><body><table>{body}</table></body></html>".encode()


_WRITERS: dict[str, Callable[[Rows], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "docx": _docx,
    "pptx": _pptx,
    "html": _html,
}


def _formats() -> Inputs:
    moment = datetime.datetime(2031, 5, 1)
    for value, code, shown in (
        (1234, "00000", "01234"),
        (7, "000", "007"),
        (12.5, '#,##0.00 "€"', "12.50 €"),
        (12.5, '"$"#,##0.00', "$12.50"),
        (1234.5, "#,##0.00\\ [$€-1]", "1,234.50 €"),
        (-3, "0.00;(0.00)", "(3.00)"),
        (0.125, "0.0%", "12.5%"),
        (datetime.timedelta(hours=26, minutes=30), "[h]:mm", "26:30"),
        (datetime.timedelta(minutes=90), "[mm]:ss", "90:00"),
        (moment, "mmm-yy", "May-31"),
        (moment, "dd/mm/yyyy", "2031-05-01"),
        (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (1.75, "# ?/?", "1 3/4"),
        (3, '0" kg"', "3 kg"),
        ("first_x000D_\nsecond", "General", "first second"),
        ("#DIV/0!", "0.00", "#DIV/0!"),
        (True, "General", "true"),
    ):
        book = openpyxl.Workbook()
        book.active.append(["Name", "Value"])
        book.active.append(["Elm", value])
        book.active["B2"].number_format = code
        yield f"{code} {value}.xlsx", _saved(book), _lines_are([f"Name: Elm; Value: {shown}"])


def _hidden() -> Inputs:
    for name in ("row", "column", "sheet", "format"):
        book = openpyxl.Workbook()
        sheet = book.active
        for row in (["Street", "May", "June"], ["Elm", 1, 2], ["Oak", 777, 777], ["Ash", 3, 4]):
            sheet.append(row)
        if name == "row":
            sheet.row_dimensions[3].hidden = True
        elif name == "column":
            sheet["B2"] = sheet["B4"] = sheet["B3"].value
            sheet["C3"] = 5
            sheet.column_dimensions["B"].hidden = True
        elif name == "sheet":
            sheet.delete_rows(3)
            other = book.create_sheet("Secret")
            other.append(["Oak", 777])
            other.sheet_state = "veryHidden"
        else:
            sheet["B3"].number_format = sheet["C3"].number_format = ";;;"
        yield f"{name}.xlsx", _saved(book), _lacks("777")
    for name, page in {
        "display": "<p>kept</p><p style='display: none'>777</p>",
        "visibility": "<p>kept</p><p style='color:red;visibility: hidden'>777</p>",
        "attribute": "<p>kept</p><div hidden><p>777</p></div>",
        "class": "<style>.no{display:none}</style><p>kept</p><p class=no>777</p>",
        "id": "<style>#no{visibility:hidden}</style><p>kept</p><p id=no>777</p>",
    }.items():
        yield f"{name}.html", f"<!DOCTYPE html><html><body>{page}</body></html>".encode(), _lacks("777")


def _lacks(secret: str) -> Callable[[bytes], bool]:
    """Whether what can't be seen is left out, and that is said."""

    def check(data: bytes) -> bool:
        reading = read(data)
        return bool(reading.lines) and secret not in reading.text and bool(reading.warnings)

    return check


TABLE_KINDS = (
    kind("CSV: commas and quotes in quoted cells", _quoted_commas),
    kind("CSV: line breaks in quoted cells", _line_breaks),
    kind("CSV: cells of any length", _long_cells),
    kind("CSV: sep= lines and other delimiters", _separators),
    *(kind(f"Tables with titles, blank or double names: {form}", _in_format(form)) for form in _WRITERS),
    kind("Sheets: values as they are shown", _formats),
    kind("Hidden rows, columns, sheets and elements", _hidden),
)
