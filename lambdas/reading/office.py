"""Slides (pptx), spreadsheets (xlsx) and OpenDocument texts (odt): their text, without their looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from lambdas.reading.archives import Archive, open_archive
from lambdas.reading.blocks import Extract, Piece, lay_out
from lambdas.reading.safe_xml import local_name, parse_xml
from lambdas.reading.tables import table_lines

__all__ = ["read_odt", "read_pptx", "read_xlsx"]

_COLUMN = re.compile(r"[A-Z]+")
_MAX_COLUMNS = 16_384  # of Excel itself
_ODT_BLOCKS = frozenset({"p", "h", "table-row"})


def read_pptx(file: BinaryIO) -> Extract:
    """Paragraphs and table rows of each slide in the order of the show; the slide's number is the page."""
    with open_archive(file) as archive:
        slides = _related(archive, "ppt/presentation.xml", "sldId")
        pieces = [
            piece
            for number, name in enumerate(slides, start=1)
            for piece in _slide(parse_xml(archive.read(name)), number)
        ]
    return Extract(lay_out(pieces))


def _slide(root: Element, page: int) -> Iterator[Piece]:
    in_title = {
        id(p) for shape in root.iter() if _is_title(shape) for p in shape.iter() if local_name(p) == "p"
    }
    in_table: set[int] = set()
    for element in root.iter():
        if local_name(element) == "tr":
            paragraphs = [[p for p in cell.iter() if local_name(p) == "p"] for cell in element]
            in_table |= {id(p) for cell in paragraphs for p in cell}
            cells = (" ".join(map(_slide_text, cell)).strip() for cell in paragraphs)
            yield Piece(" | ".join(cell for cell in cells if cell), "table_row", page)
        elif local_name(element) == "p" and id(element) not in in_table:
            yield Piece(_slide_text(element), "heading" if id(element) in in_title else "paragraph", page)


def _is_title(shape: Element) -> bool:
    return local_name(shape) == "sp" and any(
        local_name(element) == "ph" and element.get("type") in ("title", "ctrTitle")
        for element in shape.iter()
    )


def _slide_text(paragraph: Element) -> str:
    return "".join(
        "\n" if local_name(element) == "br" else element.text or ""
        for element in paragraph.iter()
        if local_name(element) in ("t", "br")
    )


def read_xlsx(file: BinaryIO) -> Extract:
    """The rows of each sheet in the workbook's order, with the first row's names where it is a header."""
    with open_archive(file) as archive:
        shared = _shared_strings(archive)
        pieces = [
            Piece(line, "table_row", number)
            for number, name in enumerate(_related(archive, "xl/workbook.xml", "sheet"), start=1)
            if name.startswith("xl/worksheets/")  # a chart has a sheet of its own
            for line in table_lines(list(_rows(parse_xml(archive.read(name)), shared)))
        ]
    return Extract(lay_out(pieces))


def _shared_strings(archive: Archive) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.names:
        return []
    return [
        "".join(t.text or "" for run in item for t in _texts_of(run))
        for item in parse_xml(archive.read("xl/sharedStrings.xml"))
    ]


def _texts_of(run: Element) -> Iterator[Element]:
    """The ``t`` of a string item's part; how Japanese is pronounced (``rPh``) isn't part of the text."""
    if local_name(run) == "t":
        yield run
    elif local_name(run) == "r":
        yield from (child for child in run if local_name(child) == "t")


def _rows(sheet: Element, shared: list[str]) -> Iterator[list[str]]:
    for row in (element for element in sheet.iter() if local_name(element) == "row"):
        cells: list[str] = []
        for cell in row:
            column = _column(cell.get("r", ""), len(cells))
            cells += [""] * (column - len(cells))
            cells.append(_cell(cell, shared))
        yield cells


def _column(reference: str, following: int) -> int:
    letters = _COLUMN.match(reference)
    if letters is None:
        return following
    column = 0
    for letter in letters[0]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return min(max(column - 1, following), _MAX_COLUMNS)


def _cell(cell: Element, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(element.text or "" for element in cell.iter() if local_name(element) == "t")
    value = next((child.text or "" for child in cell if local_name(child) == "v"), "")
    if cell.get("t") == "s":
        return shared[int(value)] if value.isdecimal() and int(value) < len(shared) else ""
    return {"1": "true", "0": "false"}.get(value, value) if cell.get("t") == "b" else value


def read_odt(file: BinaryIO) -> Extract:
    """Headings, paragraphs, list items and table rows in the document's order."""
    with open_archive(file) as archive:
        root = parse_xml(archive.read("content.xml"))
    body = next((element for element in root if local_name(element) == "body"), root)
    return Extract(lay_out(_odt_blocks(body, in_list=False)))


def _odt_blocks(parent: Element, *, in_list: bool) -> Iterator[Piece]:
    for child in parent:
        name = local_name(child)
        if name == "h":
            yield Piece(_odt_text(child), "heading")
        elif name == "p":
            yield Piece(_odt_text(child), "list_item" if in_list else "paragraph")
        elif name == "table-row":
            cells = (" ".join(_odt_text(cell).split()) for cell in child)
            yield Piece(" | ".join(cell for cell in cells if cell), "table_row")
        elif name not in ("tracked-changes", "sequence-decls"):
            yield from _odt_blocks(child, in_list=in_list or name == "list-item")


def _odt_text(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        name = local_name(child)
        if name == "tab":
            parts.append("\t")
        elif name == "line-break":
            parts.append("\n")
        elif name == "s":
            count = next((value for key, value in child.attrib.items() if key.endswith("}c")), "1")
            parts.append(" " * min(int(count), 80) if count.isdecimal() else " ")
        elif name not in ("annotation", "note-citation"):
            parts.append(_odt_text(child))
            parts.append(" " if name in _ODT_BLOCKS else "")
        parts.append(child.tail or "")
    return "".join(parts)


def _related(archive: Archive, part: str, element_name: str) -> list[str]:
    """The parts that ``part`` lists by relationship ids, in its order: a show's slides, a book's sheets."""
    folder, _, name = part.rpartition("/")
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in parse_xml(archive.read(f"{folder}/_rels/{name}.rels"))
    }
    listed = (
        element for element in parse_xml(archive.read(part)).iter() if local_name(element) == element_name
    )
    ids = (
        next((value for key, value in item.attrib.items() if key.endswith("}id")), None) for item in listed
    )
    found = (targets[relation_id] for relation_id in ids if relation_id in targets)
    names = (target.lstrip("/") if target.startswith("/") else f"{folder}/{target}" for target in found)
    return [name for name in names if name in archive.names]
