"""Slides (pptx): every slide is a page; its title, its texts and tables, then what its speaker notes say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from lxml.etree import LxmlError
from pptx.exc import PythonPptxError
from pptx.package import Package as SlidesPackage
from pptx.slide import Slide
from pptx.table import Table

from braid.domain.errors import InvalidAssetError
from lambdas.reading.blocks import BlockKind, Extract, Piece, lay_out
from lambdas.reading.csv_json import table_lines
from lambdas.reading.xml import Element, attribute, local_name, parse_xml
from lambdas.reading.zip_safety import open_package

__all__ = ["read_pptx"]

# What python-pptx raises over files that don't keep to the format.
_DAMAGED = (PythonPptxError, LxmlError, AttributeError, IndexError, KeyError, TypeError, ValueError)
_TITLES = ("title", "ctrTitle")
_LISTS = (None, "obj", "body")  # placeholders whose paragraphs have bullets unless they say otherwise
_UNSAID_PLACEHOLDERS = ("sldNum", "dt", "ftr", "hdr")  # the same on every slide


def read_pptx(file: BinaryIO) -> Extract:
    """The slides in the order of the show, each as screen readers read it, its title first.

    Hidden slides are left out, which ``warnings`` tells; they count as pages. Raises ``InvalidAssetError``
    for a damaged file.
    """
    with open_package(file) as package:
        content = package.markup_alone()
    pieces: list[Piece] = []
    hidden: list[str] = []
    try:
        slides = SlidesPackage.open(content).main_document_part.presentation.slides
        for page, slide in enumerate(slides, start=1):
            if slide._element.get("show") in ("0", "false"):
                hidden.append(str(page))
            else:
                pieces += _slide(slide, page)
    except _DAMAGED as error:
        raise InvalidAssetError(
            f"The presentation is damaged ({error}). Open it in a presentation program and save it again."
        ) from error
    warnings = (f"hidden slides were not read: {', '.join(hidden)}",) if hidden else ()
    return Extract(lay_out(pieces), warnings, page_count=len(slides))


def _slide(slide: Slide, page: int) -> Iterator[Piece]:
    _unwrap_alternatives(slide._element)
    shapes = list(slide.shapes)
    for shape in sorted(shapes, key=lambda shape: _placeholder(shape) not in _TITLES):
        yield from _shape(shape, page)
    if slide.has_notes_slide:
        notes = slide.notes_slide.notes_text_frame
        for paragraph in notes.paragraphs if notes is not None else ():
            yield Piece(_said(paragraph), "note", page)


def _unwrap_alternatives(root: Element) -> None:
    """Shapes that newer programs draw in another way are told by their first alternative."""
    for wrapper in [element for element in root.iter() if local_name(element) == "AlternateContent"]:
        parent = wrapper.getparent()
        chosen = next((item for item in wrapper if local_name(item) == "Choice"), None)
        if parent is not None:
            for element in list(chosen if chosen is not None else ()):
                wrapper.addprevious(element)
            parent.remove(wrapper)


def _shape(shape: Any, page: int) -> Iterator[Piece]:
    placeholder = _placeholder(shape)
    if placeholder in _UNSAID_PLACEHOLDERS:
        return
    if hasattr(shape, "shapes"):  # a group
        for inner in shape.shapes:
            yield from _shape(inner, page)
    elif shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:
            yield Piece(_said(paragraph), _kind(paragraph, placeholder, shape.is_placeholder), page)
    elif shape.has_table:
        for line in table_lines(_rows(shape.table), header=shape.table.first_row):
            yield Piece(line, "table_row", page)
    elif shape.has_chart:
        for line in table_lines(_chart_rows(shape.chart), header=True):
            yield Piece(line, "table_row", page)
    else:
        yield from _diagram(shape, page)


def _placeholder(shape: Any) -> str | None:
    for element in shape._element.iter():
        if local_name(element) == "ph":
            return attribute(element, "type")
    return None


def _kind(paragraph: Any, placeholder: str | None, is_placeholder: bool) -> BlockKind:
    if placeholder in _TITLES:
        return "heading"
    settings = {local_name(item) for properties in paragraph._p[:1] for item in properties}
    if "buNone" in settings:
        return "paragraph"
    if settings & {"buChar", "buAutoNum", "buBlip"} or (is_placeholder and placeholder in _LISTS):
        return "list_item"
    return "paragraph"


def _said(paragraph: Any) -> str:
    return str(paragraph.text).replace("\v", "\n")


def _rows(table: Table) -> Iterator[list[str]]:
    """The rows; a cell that is merged over rows is told in each of them, over columns once."""
    above: list[str] = []
    for row in table.rows:
        cells = []
        for column, cell in enumerate(row.cells):
            if not cell.is_spanned:
                cells.append(" ".join(cell.text_frame.text.split()))
            elif attribute(cell._tc, "vMerge") and not attribute(cell._tc, "hMerge"):
                cells.append(above[column] if column < len(above) else "")
            else:
                cells.append("")
        above = cells
        yield cells


def _chart_rows(chart: Any) -> Iterable[list[str]]:
    """What a chart is drawn from: a row for each category, a column for each series."""
    for plot in chart.plots:
        series = [(str(one.name), list(one.values)) for one in plot.series]
        yield ["", *(name for name, _ in series)]
        for index, category in enumerate(plot.categories):
            values = (values[index] if index < len(values) else None for _, values in series)
            yield [str(category), *("" if value is None else f"{value:.15g}" for value in values)]


def _diagram(shape: Any, page: int) -> Iterator[Piece]:
    """The texts of a drawn list, cycle or hierarchy, whose model is a part of its own."""
    for element in shape._element.iter():
        if local_name(element) == "relIds" and (model := attribute(element, "dm")):
            for paragraph in parse_xml(shape.part.related_part(model).blob).iter():
                if local_name(paragraph) == "p":
                    text = "".join(item.text or "" for item in paragraph.iter() if local_name(item) == "t")
                    yield Piece(text, "list_item", page)
