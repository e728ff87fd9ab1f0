"""Presentations: slides in order, each as it is read aloud, with tables, charts and speaker notes."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from braid.domain.errors import InvalidAssetError
from lambdas.reading.blocks import Extract
from lambdas.reading.slides import read_pptx
from tests.unit.reading.extracts import check_places, office_file


def _saved(show: Any) -> BinaryIO:
    target = io.BytesIO()
    show.save(target)
    target.seek(0)
    return target


def _told(extract: Extract) -> list[tuple[int | None, str, str]]:
    check_places(extract)
    return [(block.page, block.kind, block.text) for block in extract.blocks]


def _place() -> tuple[Any, Any, Any, Any]:
    return Inches(1), Inches(3), Inches(5), Inches(2)


def test_titles_lists_text_and_notes() -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Mugs"
    slide.placeholders[1].text = "Blue\vand small"
    box = slide.shapes.add_textbox(*_place())
    box.text = "Made in Łódź 😀"
    slide.notes_slide.notes_text_frame.text = "Say why."
    assert _told(read_pptx(_saved(show))) == [
        (1, "heading", "Mugs"), (1, "list_item", "Blue\nand small"), (1, "paragraph", "Made in Łódź 😀"),
        (1, "note", "Say why."),
    ]  # fmt: skip


def test_a_title_that_was_drawn_last_is_read_first_and_groups_are_opened() -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(*_place()).text = "Inside"
    slide.shapes.title.text = "Title"
    slide.shapes._spTree.append(slide.shapes.title._element)
    assert _told(read_pptx(_saved(show))) == [(1, "heading", "Title"), (1, "paragraph", "Inside")]


def test_tables_and_charts_are_rows() -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    table = slide.shapes.add_table(3, 2, *_place()).table
    for cell, text in zip(table.iter_cells(), ("kind", "name", "cups", "Mug", "", "Glass"), strict=True):
        cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    data = CategoryChartData()
    data.categories = ["Q1", "Q2"]
    data.add_series("Sold", (3, 4.5))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *_place(), data)
    assert [text for _, kind, text in _told(read_pptx(_saved(show))) if kind == "table_row"] == [
        "kind: cups; name: Mug", "kind: cups; name: Glass", "Q1; Sold: 3", "Q2; Sold: 4.5",
    ]  # fmt: skip


def test_hidden_slides_are_told_and_keep_their_number() -> None:
    show = Presentation()
    for text in ("one", "two", "three"):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = text
    show.slides[1]._element.set("show", "0")
    extract = read_pptx(_saved(show))
    assert _told(extract) == [(1, "heading", "one"), (3, "heading", "three")]
    assert extract.warnings == ("hidden slides were not read: 2",)
    assert extract.page_count == 3


def test_shapes_that_newer_programs_draw_otherwise_are_read() -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    shape = slide.shapes.add_textbox(*_place())
    shape.text = "a² + b²"
    tree = slide.shapes._spTree
    wrapper = tree.makeelement(
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
    )
    choice = wrapper.makeelement("{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice")
    tree.append(wrapper)
    wrapper.append(choice)
    choice.append(shape._element)
    assert _told(read_pptx(_saved(show))) == [(1, "paragraph", "a² + b²")]


def test_a_damaged_show_is_refused_in_words() -> None:
    with pytest.raises(InvalidAssetError, match="presentation is damaged"):
        read_pptx(office_file({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<a/>"}))
