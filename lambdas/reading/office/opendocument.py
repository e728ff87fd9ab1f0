"""OpenDocument texts (odt): headings, paragraphs, list items, table rows and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, cast

from lambdas.reading.blocks import BlockKind, Extract, Picture, Piece, lay_out, place_pictures
from lambdas.reading.markup.xml import Element, attribute, local_name
from lambdas.reading.office.zip_safety import open_package
from lambdas.reading.tables.rows import MERGED, table_lines

__all__ = ["read_odt"]

_UNREAD = frozenset({"tracked-changes", "sequence-decls", "forms", "annotation", "annotation-end"})
# A sheet's last row is repeated a million times to fill the page.
_MAX_REPEATED = 100
_MAX_SPACES = 80
_A4_CM2 = 21 * 29.7
_LENGTH = re.compile(r"(\d{1,5}(?:\.\d+)?)(cm|mm|in|pt|pc|px)")
_CM = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
_PIXELS = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp")


def read_odt(file: BinaryIO) -> Extract:
    """What the text says, footnotes last; comments and deleted text are left out.

    Raises ``InvalidAssetError`` for a damaged file.
    """
    with open_package(file) as package:
        root = package.markup("content.xml")
        page_cm2 = _page_cm2(package.find_markup("styles.xml"))
    body = next((element for element in root if local_name(element) == "body"), root)
    notes: list[Element] = []
    pieces = list(_blocks(body, "paragraph", notes))
    for note in notes:  # a note in a note is none of the format's
        pieces += _blocks(note, "note", [])
    placed = [_with_share(piece, page_cm2) if piece.picture else piece for piece in pieces]
    return Extract(lay_out(placed), pictures=place_pictures(placed))


def _page_cm2(styles: Element | None) -> float:
    """The area of the first kind of page that the styles define."""
    layout = styles.find(".//{*}page-layout-properties") if styles is not None else None
    if layout is None:
        return _A4_CM2
    return _length_cm(layout, "page-width") * _length_cm(layout, "page-height") or _A4_CM2


def _length_cm(element: Element, name: str) -> float:
    match = _LENGTH.fullmatch(attribute(element, name) or "")
    return float(match[1]) * _CM[match[2]] if match else 0.0


def _with_share(piece: Piece, page_cm2: float) -> Piece:
    picture = cast(Picture, piece.picture)
    return replace(piece, picture=replace(picture, share=min(1.0, picture.share / page_cm2)))


def _drawn(frame: Element) -> Iterator[Piece]:
    """The picture of a frame, its area in square centimetres: of several renderings one of pixels."""
    names = [(attribute(image, "href") or "").removeprefix("./") for image in frame.iterfind("{*}image")]
    inside = [name for name in names if name and ":" not in name]
    if inside:
        name = next((name for name in inside if name.lower().endswith(_PIXELS)), inside[0])
        area = _length_cm(frame, "width") * _length_cm(frame, "height") or _A4_CM2
        yield Piece("", picture=Picture(name, area))


def _blocks(parent: Element, kind: BlockKind, notes: list[Element]) -> Iterator[Piece]:
    for child in parent:
        name = local_name(child)
        if name in ("h", "p"):
            boxes: list[Element] = []
            yield Piece(_text(child, notes, boxes), "heading" if name == "h" else kind)
            for box in boxes:
                if local_name(box) == "frame":
                    yield from _drawn(box)
                else:
                    yield from _blocks(box, "paragraph", notes)
        elif name == "table":
            yield from _table(child, notes)
        elif name not in _UNREAD:
            if name == "frame":
                yield from _drawn(child)
            yield from _blocks(child, "list_item" if name == "list-item" else kind, notes)


def _table(table: Element, notes: list[Element]) -> Iterator[Piece]:
    """Its rows, then those of the tables inside of its cells."""
    rows: list[list[str]] = []
    inner: list[Piece] = []
    merged: dict[int, tuple[str, int]] = {}  # what goes on from above, and over how many more rows, by column
    header_rows = [row for group in table if local_name(group) == "table-header-rows" for row in group]
    for row in _rows(table):
        cells: list[str] = []
        for cell in row:
            text, following = merged.get(len(cells), ("", 0))
            repeated = min(_number(cell, "number-columns-repeated"), _MAX_REPEATED)
            if local_name(cell) == "covered-table-cell":
                merged[len(cells)] = (text, following - 1)
                cells += [text if following > 0 else MERGED, *[MERGED] * (repeated - 1)]
            elif local_name(cell) == "table-cell":
                text, tables = _cell(cell, notes)
                inner += tables
                merged[len(cells)] = (text, _number(cell, "number-rows-spanned") - 1)
                cells += [text] * repeated
        rows.append(cells)
    for line in table_lines(rows, header=len(header_rows)):
        yield Piece(line, "table_row")
    yield from inner


def _rows(parent: Element) -> Iterator[Element]:
    for child in parent:
        if local_name(child) == "table-row":
            yield child
        elif local_name(child) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _cell(cell: Element, notes: list[Element]) -> tuple[str, list[Piece]]:
    words, rows = [], []
    for piece in _blocks(cell, "paragraph", notes):
        if piece.kind == "table_row" or piece.picture:
            rows.append(piece)
        else:
            words.append(" ".join(piece.text.split()))
    return " ".join(words).strip(), rows


def _number(element: Element, name: str) -> int:
    value = attribute(element, name) or "1"
    return int(value) if value.isdecimal() else 1


def _text(element: Element, notes: list[Element], boxes: list[Element]) -> str:
    """A paragraph's text; notes, and frames and text boxes that are anchored in it, go to their lists."""
    parts = [element.text or ""]
    for child in element:
        name = local_name(child)
        if name == "tab":
            parts.append("\t")
        elif name == "line-break":
            parts.append("\n")
        elif name == "s":
            parts.append(" " * min(_number(child, "c"), _MAX_SPACES))
        elif name == "text-box":
            boxes.append(child)
        elif name == "note":
            notes += [part for part in child if local_name(part) == "note-body"]
        elif name not in _UNREAD:
            if name == "frame":
                boxes.append(child)
            parts.append(_text(child, notes, boxes))
        parts.append(child.tail or "")
    return "".join(parts)
