"""DrawingML: the paragraphs and tables of shapes, as slides show them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lambdas.reading.markup.xml import Element, attribute, local_name
from lambdas.reading.office.numerals import NUMERALS
from lambdas.reading.tables.rows import MERGED

__all__ = ["Paragraph", "paragraphs", "table_rows"]

_NUMERALS = {
    "arabic": "decimal", "alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}  # fmt: skip
_AROUND = {"ParenBoth": "({})", "ParenR": "{})", "Period": "{}.", "Plain": "{}", "Minus": "- {} -"}


@dataclass(frozen=True)
class Paragraph:
    """Its text, an automatic number in front; ``has_bullet`` is ``None`` where the paragraph doesn't say."""

    text: str
    has_bullet: bool | None = None


def paragraphs(holder: Element) -> Iterator[Paragraph]:
    """The paragraphs of a shape, cell or diagram in order."""
    numbers: dict[int, tuple[str, int]] = {}  # the scheme and the last number of each level
    for element in holder.iter("{*}p"):
        settings = element.find("{*}pPr")
        marks = {} if settings is None else {local_name(mark): mark for mark in settings}
        level = (attribute(settings, "lvl") if settings is not None else None) or "0"
        text = _text(element)
        number = ""
        if "buAutoNum" in marks and text.strip():
            number = _number(marks["buAutoNum"], int(level) if level.isdecimal() else 0, numbers)
        elif text.strip():
            numbers.clear()
        has_bullet = False if "buNone" in marks else None
        if marks.keys() & {"buChar", "buAutoNum", "buBlip"}:
            has_bullet = True
        yield Paragraph(f"{number} {text}" if number else text, has_bullet)


def _number(mark: Element, level: int, numbers: dict[int, tuple[str, int]]) -> str:
    scheme = attribute(mark, "type") or "arabicPeriod"
    start = attribute(mark, "startAt") or "1"
    first = int(start) if start.isdecimal() else 1
    before = numbers.get(level)
    number = before[1] + 1 if before and before[0] == f"{scheme} {first}" else first
    for deeper in [other for other in numbers if other > level]:
        del numbers[deeper]
    numbers[level] = (f"{scheme} {first}", number)
    for prefix, numeral in _NUMERALS.items():
        if scheme.startswith(prefix):
            written = NUMERALS[numeral](number)
            return _AROUND.get(scheme.removeprefix(prefix), "{}.").format(written)
    return f"{number}."


def _text(paragraph: Element) -> str:
    parts = []
    for part in paragraph.iter():
        name = local_name(part)
        if name == "t":
            parts.append(part.text or "")
        elif name == "br":
            parts.append("\n")
        elif name == "tab" and part.getparent() is not None and local_name(part.getparent()) == "r":
            parts.append("\t")
    return "".join(parts)


def table_rows(table: Element) -> list[list[str]]:
    """The rows; a cell that is merged over rows is told in each of them, over columns once."""
    rows: list[list[str]] = []
    for row in table.iterfind("{*}tr"):
        above = rows[-1] if rows else []
        cells: list[str] = []
        for column, cell in enumerate(row.iterfind("{*}tc")):
            is_below, is_beside = (attribute(cell, name) in ("1", "true") for name in ("vMerge", "hMerge"))
            if is_beside:
                cells.append(MERGED)
            elif is_below:
                cells.append(above[column] if column < len(above) else "")
            else:
                said = " ".join(paragraph.text for paragraph in paragraphs(cell))
                cells.append(" ".join(said.split()))
        rows.append(cells)
    return rows
