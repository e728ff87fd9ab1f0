"""Word documents (docx): paragraphs, headings, list items and table rows, in the body's order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from lambdas.reading.archives import Archive, open_archive
from lambdas.reading.blocks import BlockKind, Extract, Piece, lay_out
from lambdas.reading.safe_xml import local_name, parse_xml

__all__ = ["read_docx"]

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main}"
_HEADING_STYLE = re.compile(r"(?:heading\s*\d|title|subtitle)", re.I)
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
# Markup that stands around blocks, or around runs, without being one.
_TRANSPARENT = frozenset(
    {"sdt", "sdtContent", "customXml", "ins", "smartTag", "hyperlink", "moveTo", "fldSimple"}
)


def read_docx(file: BinaryIO) -> Extract:
    """What the document says, footnotes last; headers, footers and deleted text are left out."""
    with open_archive(file) as archive:
        headings = _heading_styles(archive)
        root = parse_xml(archive.read("word/document.xml"))
        body = next(iter(root), root)
        pieces = list(_blocks(body, headings))
        for name in _NOTES:
            if name in archive.names:
                for note in parse_xml(archive.read(name)):
                    if _attribute(note, "type") is None:  # separators have one
                        pieces += _blocks(note, headings)
    return Extract(lay_out(pieces))


def _heading_styles(archive: Archive) -> frozenset[str]:
    """The ids of styles that are headings: by their name, whatever language the ids are in."""
    if "word/styles.xml" not in archive.names:
        return frozenset()
    styles = set()
    for style in parse_xml(archive.read("word/styles.xml")):
        name = next((child for child in style if local_name(child) == "name"), None)
        style_id = _attribute(style, "styleId")
        if style_id and name is not None and _HEADING_STYLE.match(_attribute(name, "val") or ""):
            styles.add(style_id)
    return frozenset(styles)


def _blocks(parent: Element, headings: frozenset[str]) -> Iterator[Piece]:
    for child in parent:
        name = local_name(child)
        if name == "p":
            yield Piece(_text(child), _kind(child, headings))
        elif name == "tbl":
            yield from _rows(child)
        elif name in _TRANSPARENT:
            yield from _blocks(child, headings)


def _rows(table: Element) -> Iterator[Piece]:
    for row in (element for element in table.iter() if local_name(element) == "tr"):
        cells = (
            " ".join(_text(paragraph) for paragraph in cell.iter() if local_name(paragraph) == "p").strip()
            for cell in row
            if local_name(cell) == "tc"
        )
        yield Piece(" | ".join(cell for cell in cells if cell), "table_row")


def _kind(paragraph: Element, headings: frozenset[str]) -> BlockKind:
    for properties in (child for child in paragraph if local_name(child) == "pPr"):
        for element in properties:
            name = local_name(element)
            if name == "pStyle" and _attribute(element, "val") in headings:
                return "heading"
            if name == "outlineLvl":
                return "heading"
            if name == "numPr":
                return "list_item"
    return "paragraph"


def _text(element: Element) -> str:
    """The text of a paragraph. A text box is told twice, for old readers too: the second is passed over."""
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
        elif name == "p":  # a text box inside of a run
            parts.append(f" {_text(child)} ")
        elif name not in ("pPr", "rPr", "Fallback", "del", "moveFrom"):
            parts.append(_text(child))
    return "".join(parts)


def _attribute(element: Element, name: str) -> str | None:
    return element.get(_W + name) or element.get(_STRICT_W + name)
