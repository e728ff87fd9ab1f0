"""Presentations: slides in order, each as it is read aloud, with tables, charts and speaker notes."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest
from pptx import Presentation
from pptx.chart.data import BubbleChartData, CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from braid.domain.errors import InvalidAssetError
from braid.media.content.identify import PPTX, identify
from lambdas.reading.blocks import Extract
from lambdas.reading.office.slides import read_pptx
from tests.unit.reading.extracts import check_places, office_file

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


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


def _changed(show: BinaryIO, change: Callable[[str, bytes], bytes | None]) -> BinaryIO:
    """The file with each part changed, or left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(show) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            if (data := change(name, source.read(name))) is not None:
                archive.writestr(name, data)
    target.seek(0)
    return target


def _charted(kind: XL_CHART_TYPE, data: Any) -> BinaryIO:
    show = Presentation()
    for text in ("before", "", "after"):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = text
        if not text:
            slide.shapes.add_chart(kind, *_place(), data)
    return _saved(show)


def _sold() -> CategoryChartData:
    data = CategoryChartData()
    data.categories = ["Q1", "Q2"]
    data.add_series("Sold", (3, 4.5))
    data.add_series("Lent", (None, 1))
    return data


@pytest.mark.parametrize(
    ("written", "plot"),
    [
        (XL_CHART_TYPE.COLUMN_CLUSTERED, "bar3DChart"), (XL_CHART_TYPE.LINE, "line3DChart"),
        (XL_CHART_TYPE.PIE, "pie3DChart"), (XL_CHART_TYPE.PIE, "ofPieChart"),
        (XL_CHART_TYPE.AREA, "area3DChart"),
        (XL_CHART_TYPE.LINE, "stockChart"), (XL_CHART_TYPE.AREA, "surfaceChart"),
        (XL_CHART_TYPE.AREA, "surface3DChart"), (XL_CHART_TYPE.DOUGHNUT, "doughnutChart"),
        (XL_CHART_TYPE.RADAR, "radarChart"), (XL_CHART_TYPE.LINE, "aTypeOfTomorrowChart"),
    ],
)  # fmt: skip
def test_charts_of_every_plot_type_are_rows(written: XL_CHART_TYPE, plot: str) -> None:
    def renamed(name: str, data: bytes) -> bytes:
        return (
            re.sub(rb"(</?c:)\w+Chart>", rb"\1" + plot.encode() + b">", data) if "/charts/c" in name else data
        )

    extract = read_pptx(_changed(_charted(written, _sold()), renamed))
    rows = [text for _, kind, text in _told(extract) if kind == "table_row"]
    assert [row.partition("; Lent")[0] for row in rows] == ["Q1; Sold: 3", "Q2; Sold: 4.5"]
    assert [text for _, kind, text in _told(extract) if kind == "heading"] == ["before", "after"]


def test_scatter_and_bubble_charts_are_their_points() -> None:
    points = XyChartData()
    depth = points.add_series("depth")
    depth.add_data_point(1, 9.5)
    depth.add_data_point(2, 11)
    bubbles = BubbleChartData()
    bubbles.add_series("lakes").add_data_point(1, 2, 30)
    for data, kind, rows in (
        (points, XL_CHART_TYPE.XY_SCATTER, ["x: 1; depth: 9.5", "x: 2; depth: 11"]),
        (bubbles, XL_CHART_TYPE.BUBBLE, ["x: 1; lakes: 2; size: 30"]),
    ):
        assert [
            text for _, kind, text in _told(read_pptx(_charted(kind, data))) if kind == "table_row"
        ] == rows


def test_dates_and_shares_of_a_chart_are_as_its_axes_show_them() -> None:
    data = CategoryChartData(number_format="0%")
    data.categories = [datetime.date(2031, 5, 1), datetime.date(2031, 6, 1)]
    data.add_series("Let", (0.25, 0.5))
    rows = [
        text for _, kind, text in _told(read_pptx(_charted(XL_CHART_TYPE.LINE, data))) if kind == "table_row"
    ]
    assert rows == ["2031-05-01; Let: 25%", "2031-06-01; Let: 50%"]


def test_a_newer_chart_is_read_from_its_own_markup() -> None:
    chart = (
        '<cx:chartSpace xmlns:cx="x"><cx:chartData><cx:data id="0"><cx:strDim type="cat"><cx:lvl>'
        '<cx:pt idx="0">Asked</cx:pt><cx:pt idx="1">Bought</cx:pt></cx:lvl></cx:strDim><cx:numDim type="val">'
        '<cx:lvl><cx:pt idx="0">900</cx:pt><cx:pt idx="1">40</cx:pt></cx:lvl></cx:numDim></cx:data>'
        "</cx:chartData><cx:chart><cx:plotArea><cx:plotAreaRegion><cx:series><cx:tx><cx:txData><cx:v>People</cx:v>"
        '</cx:txData></cx:tx><cx:dataId val="0"/></cx:series></cx:plotAreaRegion></cx:plotArea></cx:chart>'
        "</cx:chartSpace>"
    )

    def newer(name: str, data: bytes) -> bytes:
        return chart.encode() if "/charts/c" in name else data

    extract = read_pptx(_changed(_charted(XL_CHART_TYPE.LINE, _sold()), newer))
    assert [text for _, kind, text in _told(extract) if kind == "table_row"] == [
        "Asked; People: 900", "Bought; People: 40",
    ]  # fmt: skip


@pytest.mark.parametrize("damage", [b"<c:chart", b"", None, b"<c/>"])
def test_a_chart_that_cannot_be_read_is_a_warning_and_not_the_end(damage: bytes | None) -> None:
    def broken(name: str, data: bytes) -> bytes | None:
        return damage if "/charts/c" in name else data

    extract = read_pptx(_changed(_charted(XL_CHART_TYPE.LINE, _sold()), broken))
    assert [text for _, _, text in _told(extract)] == ["before", "after"]
    assert extract.warnings == ("a chart on slide 2 was not read: the file doesn't hold its values",)


def test_a_damaged_slide_is_reported_and_the_others_are_read() -> None:
    def broken(name: str, data: bytes) -> bytes:
        return data[:-40] if name.endswith("slide2.xml") else data

    extract = read_pptx(_changed(_charted(XL_CHART_TYPE.LINE, _sold()), broken))
    assert [text for _, _, text in _told(extract)] == ["before", "after"]
    assert extract.warnings == ("damaged slides were not read: 2",)
    assert (extract.page_count, extract.unread_page_count) == (3, 1)


@pytest.mark.parametrize(
    "main",
    ["ms-powerpoint.slideshow.macroEnabled", "ms-powerpoint.template.macroEnabled", "ms-powerpoint.other"],
)
def test_shows_and_templates_with_macros_open(main: str) -> None:
    def other(name: str, data: bytes) -> bytes:
        plain = b"openxmlformats-officedocument.presentationml.presentation.main"
        return data.replace(plain, f"{main}.main".encode()) if "Content_Types" in name else data

    file = _changed(_charted(XL_CHART_TYPE.LINE, _sold()), other)
    assert identify(file) == PPTX
    assert "before" in [text for _, _, text in _told(read_pptx(file))]


def test_automatic_numbers_count_within_their_level() -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    frame = slide.shapes.add_textbox(*_place()).text_frame
    lines = (("One", 0, "arabicPeriod"), ("inner", 1, "alphaLcParenR"), ("more", 1, "alphaLcParenR"),
             ("Two", 0, "arabicPeriod"), ("inner", 1, "alphaLcParenR"))  # fmt: skip
    for text, level, scheme in lines:
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
        settings = paragraph._p.get_or_add_pPr()
        settings.append(settings.makeelement(f"{{{_A}}}buAutoNum", {"type": scheme}))
    assert [text for _, _, text in _told(read_pptx(_saved(show)))] == [
        "1. One", "a) inner", "b) more", "2. Two", "a) inner",
    ]  # fmt: skip
