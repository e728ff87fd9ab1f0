"""Slides (pptx): every slide is a page; its title, its texts, tables and charts, then its speaker notes.

The markup is walked here: a library that models all of a presentation ends at the first shape that it
doesn't know, and a deck mustn't be lost by one shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from braid.domain.errors import InvalidAssetError
from lambdas.reading.blocks import BlockKind, Extract, Piece, lay_out, place_pictures
from lambdas.reading.markup.xml import Element, attribute, local_name, reference
from lambdas.reading.office.charts import read_chart
from lambdas.reading.office.drawn_pictures import A4_EMU, drawn_picture, is_hidden
from lambdas.reading.office.drawn_text import Paragraph, paragraphs, table_rows
from lambdas.reading.office.zip_safety import Package, open_package
from lambdas.reading.tables.rows import table_lines

__all__ = ["read_pptx"]

_TITLES = ("title", "ctrTitle")
_LISTS = (None, "obj", "body")  # placeholders whose paragraphs have bullets unless they say otherwise
_UNSAID_PLACEHOLDERS = ("sldNum", "dt", "ftr", "hdr", "sldImg")  # the same on every slide


def read_pptx(file: BinaryIO) -> Extract:
    """The slides in the order of the show, each as screen readers read it, its title first.

    ``warnings`` lists what was left out: hidden slides, and slides and shapes that can't be read; all of
    them count as pages. Raises ``InvalidAssetError`` for a file without a show.
    """
    with open_package(file) as package:
        main = next(iter(package.related("", "officeDocument")), "ppt/presentation.xml")
        root = package.markup(main)
        if local_name(root) != "presentation":
            raise InvalidAssetError(
                "The presentation is damaged: it lists no slides. Open it in a presentation program and save"
                " it again."
            )
        relationships = package.relationships(main)
        ids = [reference(item) for item in root.iterfind("{*}sldIdLst/{*}sldId")]
        show = _Show(package, _slide_size(root))
        for page, identifier in enumerate(ids, start=1):
            part = relationships.get(identifier or "")
            show.read(part.target if part else None, page)
    return Extract(
        lay_out(show.pieces),
        tuple(show.warnings()),
        page_count=len(ids),
        unread_page_count=len(show.unread),
        pictures=place_pictures(show.pieces),
    )


def _slide_size(root: Element) -> tuple[float, float]:
    """Width and height in EMU."""
    size = root.find("{*}sldSz")
    sides = [attribute(size, name) or "" for name in ("cx", "cy")] if size is not None else []
    return (float(sides[0]), float(sides[1])) if sides and all(map(str.isdecimal, sides)) else A4_EMU


class _Show:
    """What has been read of the slides, and what has not."""

    def __init__(self, package: Package, size: tuple[float, float]) -> None:
        self._package = package
        self._size = size
        self.pieces: list[Piece] = []
        self.unread: list[int] = []
        self._hidden: list[int] = []
        self._hidden_shapes: list[int] = []
        self._shapes: list[str] = []

    def read(self, name: str | None, page: int) -> None:
        """Reads one slide; ``name`` is its part's."""
        root = self._package.find_markup(name) if name else None
        if name is None or root is None:
            self.unread.append(page)
            return
        if attribute(root, "show") in ("0", "false"):
            self._hidden.append(page)
            return
        slide = _Slide(self._package, name, page, self._size)
        self.pieces += slide.pieces(root)
        self._shapes += slide.unread
        if slide.has_hidden:
            self._hidden_shapes.append(page)

    def warnings(self) -> Iterator[str]:
        """What was left out, in words."""
        for what, pages in (
            ("hidden slides were not read", self._hidden),
            ("damaged slides were not read", self.unread),
            ("hidden shapes were not read on slides", self._hidden_shapes),
        ):
            if pages:
                yield f"{what}: {', '.join(map(str, pages))}"
        yield from self._shapes


class _Slide:
    def __init__(self, package: Package, name: str, page: int, size: tuple[float, float]) -> None:
        self._package = package
        self._name = name
        self._relationships = package.relationships(name)
        self._page = page
        self._size = size
        self.unread: list[str] = []
        self.has_hidden = False

    def pieces(self, root: Element) -> Iterator[Piece]:
        """What the slide says, its title first, its notes last."""
        for background in root.iterfind("{*}cSld/{*}bg"):
            yield from self._picture(background)
        shapes = list(_shapes(root.iterfind("{*}cSld/{*}spTree/*")))
        for shape in sorted(shapes, key=lambda shape: _placeholder(shape) not in _TITLES):
            yield from self._shape(shape)
        for name in self._package.related(self._name, "notesSlide"):
            notes = self._package.find_markup(name)
            for shape in _shapes(notes.iterfind("{*}cSld/{*}spTree/*")) if notes is not None else ():
                if _placeholder(shape) == "body":
                    for paragraph in paragraphs(shape):
                        yield Piece(paragraph.text, "note", self._page)

    def _shape(self, shape: Element) -> Iterator[Piece]:
        placeholder = _placeholder(shape)
        if placeholder in _UNSAID_PLACEHOLDERS:
            return
        if is_hidden(shape):
            self.has_hidden = True
            return
        if local_name(shape) == "graphicFrame":
            yield from self._frame(shape)
            return
        if local_name(shape) == "pic" or shape.find("{*}spPr/{*}blipFill") is not None:
            yield from self._picture(shape)
        for paragraph in paragraphs(shape):
            yield Piece(paragraph.text, _kind(paragraph, shape, placeholder), self._page)

    def _picture(self, shape: Element) -> Iterator[Piece]:
        picture = drawn_picture(shape, self._relationships, self._size)
        if picture is not None:
            yield Piece("", page=self._page, picture=picture)

    def _frame(self, frame: Element) -> Iterator[Piece]:
        """A table, a chart or a diagram; what else stands in a frame is reported."""
        table = frame.find(".//{*}tbl")
        data = frame.find("{*}graphic/{*}graphicData")
        kind = (attribute(data, "uri") or "").rpartition("/")[2] if data is not None else ""
        if table is not None:
            properties = table.find("{*}tblPr")
            is_header = properties is not None and attribute(properties, "firstRow") in ("1", "true")
            yield from self._rows(table_rows(table), header=is_header)
        elif kind in ("chart", "chartex"):
            yield from self._chart(frame)
        elif kind == "diagram":
            yield from self._diagram(frame)
        else:
            self._not_read("an embedded object")

    def _rows(self, rows: Sequence[Sequence[str]], *, header: bool) -> Iterator[Piece]:
        for line in table_lines(rows, header=header):
            yield Piece(line, "table_row", self._page)

    def _chart(self, frame: Element) -> Iterator[Piece]:
        root = self._referred(frame.find(".//{*}graphicData/{*}chart"))
        chart = read_chart(root) if root is not None else None
        if chart is None or not chart.tables:
            self._not_read("a chart", ": the file doesn't hold its values")
        if chart is not None:
            yield Piece(chart.title, "paragraph", self._page)
            for table in chart.tables:
                yield from self._rows(table, header=True)

    def _diagram(self, frame: Element) -> Iterator[Piece]:
        """The texts of a drawn list, cycle or hierarchy, whose model is a part of its own."""
        ids = frame.find(".//{*}relIds")
        part = self._relationships.get((attribute(ids, "dm") if ids is not None else None) or "")
        model = self._package.find_markup(part.target) if part else None
        if model is None:
            self._not_read("a diagram")
        for paragraph in paragraphs(model) if model is not None else ():
            yield Piece(paragraph.text, "list_item", self._page)

    def _referred(self, element: Element | None) -> Element | None:
        part = self._relationships.get(reference(element) or "") if element is not None else None
        return self._package.find_markup(part.target) if part else None

    def _not_read(self, what: str, why: str = "") -> None:
        self.unread.append(f"{what} on slide {self._page} was not read{why}")


def _shapes(elements: Iterator[Element]) -> Iterator[Element]:
    """The shapes, groups opened; what newer programs draw in another way is read from its first choice."""
    for element in elements:
        name = local_name(element)
        if name == "AlternateContent":
            chosen = element.find("{*}Choice")
            yield from _shapes(iter(chosen if chosen is not None else ()))
        elif name == "grpSp":
            yield from _shapes(iter(element))
        elif name in ("sp", "cxnSp", "graphicFrame", "pic"):
            yield element


def _placeholder(shape: Element) -> str | None:
    """Its placeholder's type: ``None`` also where it has none."""
    mark = shape.find("./*/{*}nvPr/{*}ph")
    return attribute(mark, "type") if mark is not None else None


def _kind(paragraph: Paragraph, shape: Element, placeholder: str | None) -> BlockKind:
    if placeholder in _TITLES:
        return "heading"
    if paragraph.has_bullet is not None:
        return "list_item" if paragraph.has_bullet else "paragraph"
    is_placeholder = shape.find("./*/{*}nvPr/{*}ph") is not None
    return "list_item" if is_placeholder and placeholder in _LISTS else "paragraph"
