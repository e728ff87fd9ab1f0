"""The parts of a Word document in order: the body, then headers, footers, notes and comments."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, cast

from braid.domain.errors import InvalidAssetError
from braid.media.content.encoding import decode_text
from braid.media.content.identify import DOCX, MAIL, identify
from lambdas.reading.blocks import BlockKind, Extract, Piece, lay_out, place_pictures
from lambdas.reading.markup.html import read_html
from lambdas.reading.markup.mail import read_mail
from lambdas.reading.markup.xml import Element, attribute, local_name, reference
from lambdas.reading.office.charts import read_chart
from lambdas.reading.office.drawn_pictures import A4_EMU, drawn_picture
from lambdas.reading.office.word.grid import TRANSPARENT, cells_of, is_header, rows_of
from lambdas.reading.office.word.numbers import Numbering
from lambdas.reading.office.word.runs import Runs
from lambdas.reading.office.word.styles import NO_OUTLINE, Styles, is_on, number_of
from lambdas.reading.office.zip_safety import Package, open_package
from lambdas.reading.plain_text import read_plain_text
from lambdas.reading.tables.rows import MERGED, table_lines

__all__ = ["read_docx"]

_MAX_COLUMNS = 63  # Word's own limit
_MAX_EMBEDDED = 3  # documents within documents
_PAGE_FIELD_CHARACTERS = 12
_EMU_PER_TWIP = 635


def read_docx(file: BinaryIO) -> Extract:
    """What the document shows: numbers, symbols and check boxes as displayed, headers, footers, notes and
    comments last.

    ``warnings`` lists what was left out: hidden and deleted text, and what can't be read. A cell that is
    merged over rows is told in each of them. Raises ``InvalidAssetError`` for a damaged file.
    """
    return _read(file, 0)


def _read(file: BinaryIO, depth: int) -> Extract:
    with open_package(file) as package:
        main = next(iter(package.related("", "officeDocument")), "word/document.xml")
        document = _Document(package, main, depth)
        root = package.markup(main)
        document.page_emu = _page_size(root)
        body = root.find("{*}body")
        pieces = list(document.blocks(body if body is not None else root))
        pieces += document.headers_and_footers(root)
        for kind in ("footnotes", "endnotes", "comments"):
            for name in package.related(main, kind):
                pieces += document.notes(name, kind)
    return Extract(lay_out(pieces), tuple(document.warnings()), pictures=place_pictures(pieces))


def _page_size(root: Element) -> tuple[float, float]:
    """Width and height of the first section's pages in EMU."""
    size = root.find(".//{*}sectPr/{*}pgSz")
    sides = [attribute(size, name) or "" for name in ("w", "h")] if size is not None else []
    if not sides or not all(map(str.isdecimal, sides)):
        return A4_EMU
    return float(sides[0]) * _EMU_PER_TWIP, float(sides[1]) * _EMU_PER_TWIP


@dataclass
class _Document:
    """The part that is read, and what of it was left out so far."""

    package: Package
    part: str
    depth: int
    unread: list[str] = field(default_factory=list)
    page_emu: tuple[float, float] = A4_EMU

    def __post_init__(self) -> None:
        styles = Styles()
        for name in self.package.related(self.part, "styles"):
            if (root := self.package.find_markup(name)) is not None:
                styles.add(root)
        numberings = self.package.related(self.part, "numbering")
        self._numbering = Numbering(self.package.find_markup(numberings[0]) if numberings else None)
        self._numbering.link_styles(styles.list_styles())
        self._styles = styles
        self._runs = Runs(styles)

    def warnings(self) -> Iterator[str]:
        """What was left out, in words."""
        if self._runs.has_hidden:
            yield "hidden text was not read"
        if self._runs.has_deleted:
            yield "deleted text, which the document keeps as tracked changes, was not read"
        if self._runs.unknown_symbols:
            yield f"some symbols can't be read, of the fonts: {', '.join(sorted(self._runs.unknown_symbols))}"
        yield from self.unread

    def headers_and_footers(self, root: Element) -> Iterator[Piece]:
        """Those that pages show, each once; page numbers are left out."""
        relationships = self.package.relationships(self.part)
        names: dict[str, None] = {}
        for wanted in ("headerReference", "footerReference"):
            for section in root.iter("{*}sectPr"):
                has_first = (mark := section.find("{*}titlePg")) is not None and is_on(mark)
                for link in section.iterfind(f"{{*}}{wanted}"):
                    target = relationships.get(reference(link) or "")
                    if target is not None and (attribute(link, "type") != "first" or has_first):
                        names[target.target] = None
        told: set[object] = set()
        for name in names:
            for piece in self._other_part(name):
                if (piece.picture or piece.text) not in told:
                    told.add(piece.picture or piece.text)
                    yield piece

    def notes(self, name: str, kind: str) -> Iterator[Piece]:
        """Footnotes, endnotes or comments, a comment under its author's name."""
        for note in self._root(name):
            if attribute(note, "type") not in (None, "normal"):  # separators have another
                continue
            author = attribute(note, "author") if kind == "comments" else None
            for piece in self._in_part(name, note):
                text = f"Comment by {author}: {piece.text}" if author else piece.text
                yield replace(
                    piece,
                    text=text if piece.text else "",
                    kind="note" if piece.kind == "paragraph" else piece.kind,
                )

    def blocks(self, parent: Element, *, in_cell: bool = False) -> Iterator[Piece]:
        """The paragraphs, tables and embedded documents in ``parent``."""
        for child in parent:
            name = local_name(child)
            if name == "p":
                yield from self._paragraph(child, in_cell=in_cell)
            elif name == "tbl":
                yield from self._table(child)
            elif name == "altChunk":
                yield from self._embedded(child)
            elif name in TRANSPARENT:
                yield from self.blocks(child, in_cell=in_cell)
            elif name == "del":
                self._runs.has_deleted = True

    def _root(self, name: str) -> Element:
        root = self.package.find_markup(name)
        if root is None:
            self.unread.append(f"a damaged part of the document was not read: {name}")
        return () if root is None else root

    def _in_part(self, name: str, element: Element) -> Iterator[Piece]:
        main, self.part = self.part, name
        try:
            yield from self.blocks(element)
        finally:
            self.part = main

    def _other_part(self, name: str) -> Iterator[Piece]:
        """A header's or footer's blocks but for what is little more than the page's number."""
        root = self._root(name)
        for child in root:
            fields = " ".join(
                [item.text or "" for item in child.iter("{*}instrText")]
                + [attribute(item, "instr") or "" for item in child.iter("{*}fldSimple")]
            )
            is_numbered = "PAGE" in fields
            for piece in self._in_part(name, [child]):
                letters = sum(character.isalpha() for character in piece.text)
                if piece.picture or not is_numbered or letters > _PAGE_FIELD_CHARACTERS:
                    yield piece

    def _paragraph(self, paragraph: Element, *, in_cell: bool) -> Iterator[Piece]:
        """The paragraph with its number, then the pictures, text boxes and charts that are anchored in it."""
        self._runs.boxes, self._runs.charts, self._runs.pictures = [], [], []
        text = self._runs.text(paragraph)
        boxes, charts, pictures = self._runs.boxes, self._runs.charts, self._runs.pictures
        kind, number = self._kind_and_number(paragraph)
        if text.strip() or (number and in_cell):
            yield Piece(number + text.lstrip() if number else text, kind)
        for element in pictures:
            picture = drawn_picture(element, self.package.relationships(self.part), self.page_emu)
            if picture is not None:
                yield Piece("", picture=picture)
        for box in boxes:
            yield from self.blocks(box)
        for chart in charts:
            yield from self._chart(chart)

    def _kind_and_number(self, paragraph: Element) -> tuple[BlockKind, str]:
        settings = paragraph.find("{*}pPr")
        found = {} if settings is None else {local_name(item): item for item in settings}
        style_id = attribute(found["pStyle"], "val") if "pStyle" in found else None
        kind = self._styles.kind(style_id)
        if "outlineLvl" in found and attribute(found["outlineLvl"], "val") != NO_OUTLINE:
            kind = "heading"
        own = number_of(found["numPr"]) if "numPr" in found else None
        styled = self._styles.number(style_id)
        num_id, level = (own.num_id, own.level) if own else (None, None)
        if num_id is None and styled is not None:
            name, number = styled
            num_id = number.num_id
            if level is None:
                level = self._numbering.level_of_style(num_id or "", name)
                level = number.level if level is None else level
        if num_id is None:
            return kind, ""
        if num_id == "0":
            return "paragraph" if kind == "list_item" else kind, ""
        return "list_item" if kind == "paragraph" else kind, self._numbering.number(num_id, level or 0)

    def _chart(self, element: Element) -> Iterator[Piece]:
        part = self.package.relationships(self.part).get(reference(element) or "")
        root = self.package.find_markup(part.target) if part else None
        chart = read_chart(root) if root is not None else None
        if chart is None or not chart.tables:
            self.unread.append("a chart was not read: the file doesn't hold its values")
        if chart is not None:
            yield Piece(chart.title)
            for table in chart.tables:
                for line in table_lines(table, header=True):
                    yield Piece(line, "table_row")

    def _embedded(self, element: Element) -> Iterator[Piece]:
        """What a document shows that is embedded whole, in a format of its own (``altChunk``)."""
        part = self.package.relationships(self.part).get(reference(element) or "")
        try:
            extract = self._extract(self.package.read(part.target)) if part else None
        except InvalidAssetError:
            extract = None
        if extract is None:
            self.unread.append(
                "an embedded document was not read; save the document anew in Word to merge it"
            )
            return
        self.unread += extract.warnings
        if extract.pictures:
            self.unread.append(f"pictures of an embedded document were not read: {len(extract.pictures)}")
        yield from (Piece(block.text, block.kind) for block in extract.blocks)

    def _extract(self, data: bytes) -> Extract | None:
        media_type = identify(cast(BinaryIO, io.BytesIO(data)))
        if media_type == DOCX and self.depth < _MAX_EMBEDDED:
            return _read(cast(BinaryIO, io.BytesIO(data)), self.depth + 1)
        if media_type == MAIL:
            return read_mail(data)
        if media_type in ("text/html", "text/plain"):
            text = decode_text(data)
            return read_html(text) if media_type == "text/html" else read_plain_text(text)
        return None

    def _table(self, table: Element) -> Iterator[Piece]:
        """Its rows, each followed by the tables inside of its cells."""
        rows: list[list[str]] = []
        inner: list[Piece] = []
        above: dict[int, str] = {}  # what a cell says, by the column of the grid where it begins
        header_row_count = 0
        for row in rows_of(table):
            cells, column = [], 0
            for properties, cell in cells_of(row):
                text, tables = self._cell(cell)
                inner += tables
                if properties.get("vMerge", "restart") != "restart":
                    text = above.get(column, "")
                above[column] = text
                value = properties.get("gridSpan", "1")
                span = min(int(value), _MAX_COLUMNS) if value.isdecimal() else 1
                cells += [text, *[MERGED] * (span - 1)]
                column += span
            header_row_count += header_row_count == len(rows) and is_header(row)
            rows.append(cells)
        for line in table_lines(rows, header=header_row_count):
            yield Piece(line, "table_row")
        yield from inner

    def _cell(self, cell: Element) -> tuple[str, list[Piece]]:
        """What stands in a cell, and the pictures and the rows of the tables in it."""
        words, rows = [], []
        for piece in self.blocks(cell, in_cell=True):
            if piece.kind == "table_row" or piece.picture:
                rows.append(piece)
            else:
                words.append(" ".join(piece.text.split()))
        return " ".join(words), rows
