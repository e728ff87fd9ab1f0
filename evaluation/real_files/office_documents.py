"""Kinds of slides and Word documents that come out wrong in the wild, and pictures within documents."""

# ruff: noqa: E501  markup reads better unbroken

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import docx
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from evaluation.real_files.pdf_objects import drawn
from evaluation.real_files.reading_documents import Inputs, says


def _deck(kind: Any, data: Any, change: Callable[[str, bytes], bytes | None]) -> bytes:
    show = Presentation()
    for text in ("before", "chart", "after"):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = text
        if text == "chart":
            slide.shapes.add_chart(kind, Inches(1), Inches(3), Inches(5), Inches(2), data)
    saved, target = io.BytesIO(), io.BytesIO()
    show.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            if (changed := change(name, source.read(name))) is not None:
                archive.writestr(name, changed)
    return target.getvalue()


def slides() -> Inputs:
    sold: Any = CategoryChartData()  # type: ignore[no-untyped-call]  # python-pptx has no types
    sold.categories = ["Q1", "Q2"]
    sold.add_series("Sold", (3, 4.5))
    points: Any = XyChartData()  # type: ignore[no-untyped-call]  # likewise
    points.add_series("depth").add_data_point(1, 9.5)
    for plot in ("bar3D", "line3D", "pie3D", "ofPie", "area3D", "stock", "surface", "surface3D", "radar"):

        def renamed(name: str, data: bytes, plot: str = plot) -> bytes:
            written = data.replace(b"c:lineChart", f"c:{plot}Chart".encode())
            return written if "/charts/c" in name else data

        yield plot, _deck(XL_CHART_TYPE.LINE, sold, renamed), says("before", "Sold: 4.5", "after")
    yield "scatter", _deck(XL_CHART_TYPE.XY_SCATTER, points, lambda _, data: data), says("x: 1; depth: 9.5")
    for part in ("/charts/chart", "slides/slide2.xml"):

        def broken(name: str, data: bytes, part: str = part) -> bytes:
            return data[:-40] if part in name and name.endswith(".xml") else data

        deck = _deck(XL_CHART_TYPE.LINE, sold, broken)
        yield f"damaged {part}", deck, lambda found: "after" in found.text and bool(found.warnings)
    for main in ("slideshow", "template"):

        def macros(name: str, data: bytes, main: str = main) -> bytes:
            plain = b"openxmlformats-officedocument.presentationml.presentation.main"
            other = f"ms-powerpoint.{main}.macroEnabled.main".encode()
            return data.replace(plain, other) if "Content_Types" in name else data

        yield main, _deck(XL_CHART_TYPE.LINE, sold, macros), says("before", "Sold: 4.5")


_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def _word(body: str, parts: Mapping[str, tuple[str, str]]) -> bytes:
    """A document of ``body``; ``parts`` are other parts' kinds and markup by name."""
    links = "".join(
        f'<Relationship Id="{name.partition(".")[0]}" Type="http://x/{kind}" Target="{name}"/>'
        for name, (kind, _) in parts.items()
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{links}</Relationships>")
        for name, (_, markup) in parts.items():
            archive.writestr(f"word/{name}", markup)
    return target.getvalue()


def _p(text: str, settings: str = "") -> str:
    return f'<w:p><w:pPr>{settings}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def word_documents() -> Inputs:
    numbered = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
    for number_format, first, second in (
        ("decimal", "1", "2"),
        ("upperRoman", "I", "II"),
        ("lowerLetter", "a", "b"),
    ):
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for level, text in ((0, "%1."), (1, "%1.%2"))
        )
        numbering = (
            f'<w:numbering {_NAMES}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
        )
        body = (
            _p("rent", numbered.format(0)) + _p("pets", numbered.format(0)) + _p("cats", numbered.format(1))
        )
        data = _word(body, {"numbering.xml": ("numbering", numbering)})
        yield number_format, data, says(f"{first}. rent", f"{second}. pets", f"{second}.{first} cats")
    for font, code, sign in (("Wingdings", "F0FE", "☒"), ("Wingdings", "F0A8", "☐"), ("Symbol", "F0B1", "±")):
        data = _word(f'<w:p><w:r><w:sym w:font="{font}" w:char="{code}"/><w:t> yes</w:t></w:r></w:p>', {})
        yield f"{font} {code}", data, says(f"{sign} yes")
    for state, sign in (("<w:checked/>", "☒"), ("", "☐")):
        begin = f'<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{state}</w:checkBox></w:ffData></w:fldChar>'
        data = _word(f"<w:p><w:r>{begin}</w:r><w:r><w:t> garden</w:t></w:r></w:p>", {})
        yield f"form box {sign}", data, says(f"{sign} garden")
    section = '<w:sectPr><w:headerReference w:type="default" r:id="h"/></w:sectPr>'
    header = {"h.xml": ("header", f"<w:hdr {_NAMES}>{_p('Invoice 7781')}</w:hdr>")}
    yield "header", _word(_p("Work") + section, header), says("Work", "Invoice 7781")
    comment = f'<w:comments {_NAMES}><w:comment w:author="A">{_p("Once only.")}</w:comment></w:comments>'
    yield "comment", _word(_p("Work"), {"comments.xml": ("comments", comment)}), says("Once only.")
    chunk = {"c.html": ("aFChunk", "<html><body><p>Nine days.</p></body></html>")}
    yield "altChunk", _word(_p("Work") + '<w:altChunk r:id="c"/>', chunk), says("Nine days.")
    ruby = "<w:ruby><w:rt><w:r><w:t>とうきょう</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>東京</w:t></w:r></w:rubyBase></w:ruby>"
    yield "ruby", _word(f"<w:p><w:r>{ruby}</w:r></w:p>", {}), says("東京", never=("とうきょう",))


_NOTICE = "The gate closes at nine\nKeys cost 35 crowns"


def embedded_pictures() -> Inputs:
    notice = io.BytesIO(drawn(_NOTICE, (900, 600)))
    read = says("Before", "35 crowns", "Behind")
    document = docx.Document()
    document.add_paragraph("Before")
    document.add_picture(notice, width=Inches(5))
    document.add_paragraph("Behind")
    yield "Word document", _saved(document), read
    document = docx.Document()
    document.add_paragraph("Before")
    document.add_table(1, 1).cell(0, 0).paragraphs[0].add_run().add_picture(notice, width=Inches(5))
    document.add_paragraph("Behind")
    yield "cell of a Word document", _saved(document), read
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Before"
    slide.shapes.add_picture(notice, Inches(1), Inches(2), Inches(6))
    show.slides.add_slide(show.slide_layouts[6]).shapes.add_picture(notice, 0, 0, show.slide_width)
    show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = "Behind"
    yield "slides", _saved(show), read
    cropped = show.slides[0].shapes[1]
    cropped.crop_bottom = 0.65
    show.slides[1].shapes[0].crop_bottom = 0.65
    yield "slides, cropped", _saved(show), says("Before", "closes at nine", "Behind", never=("35",))
    document = docx.Document()
    document.add_paragraph("Before")
    drawing = document.add_picture(notice, width=Inches(5))
    drawing._inline.docPr.set("hidden", "1")
    yield "hidden", _saved(document), says("Before", never=("35",))


def _saved(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
