"""Word documents (docx): paragraphs, headings, list items, table rows and notes, in the body's order.

Libraries lose text that people see (docs/decisions/0007): so the tree is walked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from lambdas.reading.blocks import BlockKind, Extract, Piece, lay_out
from lambdas.reading.csv_json import table_lines
from lambdas.reading.xml import Element, attribute, local_name
from lambdas.reading.zip_safety import Package, open_package

__all__ = ["read_docx"]

_HEADING_STYLE = re.compile(r"(?:heading\s*\d|title|subtitle)", re.I)
# The reference of a style to the one that it is based on may lead in a circle.
_MAX_STYLE_DEPTH = 12
_NO_OUTLINE = "9"
# Markup that stands around blocks, or around runs, without being one.
_TRANSPARENT = frozenset(
    {"sdt", "sdtContent", "customXml", "ins", "smartTag", "hyperlink", "moveTo", "fldSimple"}
)
_UNSAID = frozenset({"pPr", "rPr", "Fallback", "del", "moveFrom", "instrText", "delText"})


def read_docx(file: BinaryIO) -> Extract:
    """What the document says, footnotes and endnotes last; headers, footers, comments, hidden and deleted
    text are left out.

    A cell that is merged over rows is told in each of them. Raises ``InvalidAssetError`` for a damaged file.
    """
    with open_package(file) as package:
        main = next(iter(package.related("", "officeDocument")), "word/document.xml")
        styles = _Styles(package, main)
        root = package.markup(main)
        pieces = list(_blocks(next(iter(root), root), styles))
        for kind in ("footnotes", "endnotes"):
            for name in package.related(main, kind):
                pieces += _notes(package.markup(name), styles)
    return Extract(lay_out(pieces))


def _notes(root: Element, styles: _Styles) -> Iterator[Piece]:
    for note in root:
        if attribute(note, "type") in (None, "normal"):  # separators have another
            for piece in _blocks(note, styles):
                yield Piece(piece.text, "note" if piece.kind == "paragraph" else piece.kind)


@dataclass
class _Style:
    name: str = ""
    based_on: str | None = None
    outline: str | None = None
    is_numbered: bool = False


@dataclass
class _Styles:
    """What the document's styles make of a paragraph; a style is also what it is based on."""

    package: Package
    main: str
    _styles: dict[str, _Style] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.package.related(self.main, "styles"):
            for element in self.package.markup(name):
                if local_name(element) == "style":
                    self._styles[attribute(element, "styleId") or ""] = _style(element)

    def kind(self, style_id: str | None) -> BlockKind:
        """What a paragraph of the style is, if it says nothing else itself."""
        is_numbered = False
        for _ in range(_MAX_STYLE_DEPTH):
            style = self._styles.get(style_id or "")
            if style is None:
                break
            if _HEADING_STYLE.match(style.name) or style.outline not in (None, _NO_OUTLINE):
                return "heading"
            is_numbered |= style.is_numbered
            style_id = style.based_on
        return "list_item" if is_numbered else "paragraph"


def _style(element: Element) -> _Style:
    style = _Style()
    for child in element:
        name = local_name(child)
        if name == "name":
            style.name = attribute(child, "val") or ""
        elif name == "basedOn":
            style.based_on = attribute(child, "val")
        elif name == "pPr":
            for setting in child:
                if local_name(setting) == "outlineLvl":
                    style.outline = attribute(setting, "val")
                style.is_numbered |= local_name(setting) == "numPr"
    return style


def _blocks(parent: Element, styles: _Styles) -> Iterator[Piece]:
    for child in parent:
        name = local_name(child)
        if name == "p":
            yield from _paragraph(child, styles)
        elif name == "tbl":
            yield from _table(child, styles)
        elif name in _TRANSPARENT:
            yield from _blocks(child, styles)


def _paragraph(paragraph: Element, styles: _Styles) -> Iterator[Piece]:
    """The paragraph, then the text boxes that are anchored in it."""
    boxes: list[Element] = []
    text = _text(paragraph, boxes)
    if text.strip():
        yield Piece(text, _kind(paragraph, styles))
    for box in boxes:
        yield from _blocks(box, styles)


def _kind(paragraph: Element, styles: _Styles) -> BlockKind:
    kind: BlockKind = "paragraph"
    for properties in (child for child in paragraph if local_name(child) == "pPr"):
        for element in properties:
            name, value = local_name(element), attribute(element, "val")
            if name == "pStyle" and kind == "paragraph":
                kind = styles.kind(value)
            elif name == "outlineLvl" and value != _NO_OUTLINE:
                return "heading"
            elif name == "numPr" and kind == "paragraph":
                kind = "list_item"
    return kind


def _text(element: Element, boxes: list[Element]) -> str:
    """The text of a paragraph's runs; ``boxes`` gets the text boxes. One is told twice, the second time
    (``Fallback``) for old readers."""
    parts: list[str] = []
    for child in element:
        name = local_name(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in ("tab", "ptab"):
            parts.append("\t")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "noBreakHyphen":
            parts.append("-")
        elif name == "txbxContent":
            boxes.append(child)
        elif name == "r" and _is_hidden(child):
            continue
        elif name not in _UNSAID:
            parts.append(_text(child, boxes))
    return "".join(parts)


def _is_hidden(run: Element) -> bool:
    return any(
        local_name(setting) == "vanish" and attribute(setting, "val") not in ("0", "false", "off")
        for properties in run
        if local_name(properties) == "rPr"
        for setting in properties
    )


def _table(table: Element, styles: _Styles) -> Iterator[Piece]:
    """Its rows, each followed by the tables inside of its cells."""
    rows: list[list[str]] = []
    inner: list[Piece] = []
    above: dict[int, str] = {}  # what a cell says, by the column of the grid where it begins
    has_header = False
    for row in _rows(table):
        cells, column = [], 0
        for properties, cell in _cells(row):
            text, tables = _cell(cell, styles)
            inner += tables
            if properties.get("vMerge", "restart") != "restart":
                text = above.get(column, "")
            above[column] = text
            cells.append(text)
            span = properties.get("gridSpan", "1")
            column += int(span) if span.isdecimal() else 1
        has_header |= not rows and _is_header(row)
        rows.append(cells)
    for line in table_lines(rows, header=has_header):
        yield Piece(line, "table_row")
    yield from inner


def _rows(parent: Element) -> Iterator[Element]:
    for child in parent:
        if local_name(child) == "tr":
            yield child
        elif local_name(child) in _TRANSPARENT:
            yield from _rows(child)


def _cells(row: Element) -> Iterator[tuple[dict[str, str], Element]]:
    """Each cell and its properties; that of a cell that goes on from the row above has no value."""
    for child in row:
        if local_name(child) == "tc":
            properties = {
                local_name(item): attribute(item, "val") or "continue"
                for settings in child
                if local_name(settings) == "tcPr"
                for item in settings
            }
            yield properties, child
        elif local_name(child) in _TRANSPARENT:
            yield from _cells(child)


def _cell(cell: Element, styles: _Styles) -> tuple[str, list[Piece]]:
    """What stands in a cell, and the rows of the tables in it."""
    words, rows = [], []
    for piece in _blocks(cell, styles):
        if piece.kind == "table_row":
            rows.append(piece)
        else:
            words.append(" ".join(piece.text.split()))
    return " ".join(words), rows


def _is_header(row: Element) -> bool:
    """Whether the row is repeated on every page; that a table's style shows its first row says nothing."""
    return any(
        local_name(setting) == "tblHeader" and attribute(setting, "val") not in ("0", "false", "off")
        for properties in row
        if local_name(properties) == "trPr"
        for setting in properties
    )
