"""Kinds of documents that come out wrong in the wild: PDF pages, slides, Word documents, mails."""

# ruff: noqa: E501  markup reads better unbroken

from __future__ import annotations

import base64
import io
import random
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from typing import Any, BinaryIO, cast

import docx
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidAssetError
from braid.domain.evidence.vision import Box, DetectedText
from braid.media.content.identify import PDF, identify
from braid.media.pages import probe_pdf
from braid.runtime.retries import Availability, Retries
from evaluation.real_files import Kind
from evaluation.real_files.pdf_objects import drawn, pdf_page, picture, placed, shown, stream
from lambdas.reading.pages.ocr import OcrPage, PageReader
from lambdas.reading.passages import read_passages
from local.engines.pictures.documents import read_document

__all__ = ["KINDS"]

_WORDS = (
    "harbour",
    "licence",
    "crowns",
    "garden",
    "Tuesday",
    "invoice",
    "cheese",
    "lantern",
    "meadow",
    "seven",
)


@dataclass(frozen=True)
class _Read:
    """What a file says, line by line, what is reported of it, and why it is refused if it is."""

    text: str = ""
    warnings: str = ""
    reason: str = ""


class _LocalReader:
    """Reads pictures with this machine's engine, in Textract's place."""

    def earlier(self, _name: str) -> None:
        return None

    def read(self, pictures: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, OcrPage]]:
        for name, image in pictures:
            lines = []
            for line in read_document(image).lines:
                box = line.polygon.bounding_box()
                place = Box(box.left, box.top, box.width, box.height)
                lines.append(DetectedText(line.text, line.confidence, place))
            yield name, OcrPage(tuple(lines))


def _read(data: bytes) -> _Read:
    """Intake's type and checks, then the reading step."""
    file = cast(BinaryIO, io.BytesIO(data))
    try:
        media_type = identify(file)
        if media_type == PDF:
            probe_pdf(file)
        passages = read_passages(
            [Member("a", "text", "b", "k", "v", len(data), media_type, (Modality.TEXT,))],
            open_file=lambda _member: cast(BinaryIO, io.BytesIO(data)),
            page_reader=cast(PageReader, _LocalReader()),
            availability=Availability(Retries(0, 1, 1)),
            max_pages=20,
        )
    except InvalidAssetError as error:
        return _Read(reason=str(error))
    text = "\n".join(" ".join(passage.text.split()) for passage in passages.passages)
    return _Read(text, "\n".join(passages.warnings))


Inputs = Iterable[tuple[str, bytes, Callable[[_Read], bool]]]


def _kind(name: str, make: Callable[[], Inputs]) -> Kind:
    """A kind whose inputs bring a check each."""

    @cache
    def made() -> tuple[tuple[str, bytes, Callable[[_Read], bool]], ...]:
        return tuple(make())

    def is_right(wanted: str, data: bytes) -> bool:
        found = _read(data)
        return any(check(found) for one, _, check in made() if one == wanted)

    return Kind(name, lambda: ((one, data) for one, data, _ in made()), is_right)


def _says(*wanted: str, never: tuple[str, ...] = ()) -> Callable[[_Read], bool]:
    return lambda found: (
        all(item in found.text for item in wanted) and not any(item in found.text for item in never)
    )


def _phrase(seed: int) -> str:
    return " ".join(random.Random(seed).choices(_WORDS, k=3))


def _filled_forms() -> Inputs:
    for seed in range(8):
        value, is_ticked = _phrase(seed), seed % 2 == 0
        state = "Yes" if is_ticked else "Off"
        widgets = (
            f"<< /Type /Annot /Subtype /Widget /F 4 /Rect [150 245 380 262] /FT /Tx /T (a) /V ({value}) >>",
            "<< /Type /Annot /Subtype /Widget /F 4 /Rect [22 188 34 200] /FT /Btn /T (b)"
            f" /AS /{state} /V /{state} /AP << /N << /Yes 5 0 R /Off 5 0 R >> >> >>",
            "<< /Type /Annot /Subtype /FreeText /Rect [200 40 390 60] /Contents (Paid in May) >>",
        )
        data = pdf_page(
            shown(20, 250, "Name:") + shown(40, 190, "needs water"),
            page="/Annots [10 0 R 11 0 R 12 0 R]",
            catalog="/AcroForm << /Fields [10 0 R 11 0 R] /DR << /Font << /F 5 0 R >> >> /DA (/F 10 Tf 0 g) >>",
            objects=widgets,
        )
        box = "☒" if is_ticked else "☐"
        yield f"form {seed}", data, _says(f"Name: {value}", f"{box} needs water", "Paid in May")
    for entries in ("/NeedsRendering true", ""):
        catalog = f"/AcroForm << /Fields [] /XFA 10 0 R >> {entries}"
        data = pdf_page(shown(20, 250, "Please wait..."), catalog=catalog, objects=[stream("<xdp/>")])
        yield f"xfa {entries}", data, lambda found: "Adobe" in found.reason


def _unmapped_letters() -> Inputs:
    glyphs = " ".join(f"/g{code}" for code in range(33, 127))
    procedures = " ".join(f"/g{code} 11 0 R" for code in range(33, 127))
    font = (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0]"
        f" /FirstChar 33 /LastChar 126 /Widths [{'600 ' * 94}] /Encoding << /Type /Encoding"
        f" /Differences [33 {glyphs}] >> /CharProcs << {procedures} >> /Resources << >> >>"
    )
    for seed in range(6):
        junk = "".join(chr(ord(letter) + 1) for letter in _phrase(seed) if letter.isalpha())
        content = shown(20, 250, "Words that are read") * (seed % 2) + shown(20, 200, junk).replace(
            "/F ", "/G "
        )
        resources = "/Font << /F 5 0 R /G 10 0 R >>"
        glyph = stream("600 0 d0 0 0 500 700 re f")
        yield (
            f"no map {seed}",
            pdf_page(content, resources=resources, objects=[font, glyph]),
            _says(never=(junk,)),
        )


def _stamped_scans() -> Inputs:
    stamps = (
        shown(20, 285, "Case 7:31-bk-20417 Filed 03/02/31 Entered 03/02/31 10:11:12", size=8),
        shown(20, 285, "Envelope 0F3A-77", size=7) + shown(300, 8, "ORLA000123", size=9),
        "q 0 1 -1 0 15 20 cm " + shown(0, 0, "arXiv:3105.00001v2 [math] 3 May 2031", size=11) + "Q\n",
        shown(20, 288, "A printed header of a court", size=8) + shown(20, 6, "page 1 of 2", size=8),
    )
    for number, stamp in enumerate(stamps):
        image = picture("It is ordered:\nCosts of 4,750 dollars\nare paid by Friday", (1200, 900))
        content = placed("I", 0, 0, 400, 300) + stamp
        data = pdf_page(content, resources="/XObject << /I 10 0 R >>", objects=[image])
        yield f"scan {number}", data, _says("4,750 dollars")


def _unseen_text() -> Inputs:
    seen, unseen = shown(20, 150, "The rent is 900 crowns"), "old rent 850"
    off = "/OCProperties << /OCGs [10 0 R] /D << /OFF [10 0 R] >> >>"
    layer = "<< /Type /OCG /Name (Inner) >>"
    form = (
        "/Type /XObject /Subtype /Form /BBox [0 0 400 300] /Resources << /Font << /F 5 0 R >> >> /OC 10 0 R"
    )
    marked = f"/OC /A BDC\n{shown(20, 200, unseen)}EMC\n"
    named, member = "/Properties << /A 10 0 R >>", "/Properties << /A 11 0 R >>"
    below = shown(20, 200, unseen, setup="3 Tr"), shown(20, 200, unseen, setup="1 g")
    files = {
        "above the crop box": pdf_page(seen + shown(20, 290, unseen), page="/CropBox [0 50 400 250]"),
        "beside the page": pdf_page(seen + shown(900, 150, unseen)),
        "layer": pdf_page(seen + marked, resources=named, catalog=off, objects=[layer]),
        "layer membership": pdf_page(
            seen + marked, resources=member, catalog=off, objects=[layer, "<< /Type /OCMD /OCGs [10 0 R] >>"]
        ),
        "form on a layer": pdf_page(
            seen + "/X Do\n",
            resources="/XObject << /X 11 0 R >>",
            catalog=off,
            objects=[layer, stream(shown(20, 200, unseen), form)],
        ),
        "invisible": pdf_page(seen + below[0]),
        "white": pdf_page(seen + below[1]),
        "white on white": pdf_page("1 g 0 0 400 300 re f 0 g " + seen + below[1]),
        "under a bar": pdf_page(seen + shown(20, 200, unseen) + "0 g 10 190 300 30 re f"),
        "a word under a bar": pdf_page(seen + shown(20, 200, f"so the {unseen}") + "0 g 56 190 80 30 re f"),
        "clipped off": pdf_page(seen + f"q 0 0 9 9 re W n {shown(20, 200, unseen)} Q"),
        "tiny": pdf_page(seen + shown(20, 200, unseen).replace("/F 12", "/F 0.2")),
        "scaled down": pdf_page(seen + f"q 0.01 0 0 0.01 20 200 cm {shown(0, 0, unseen)} Q"),
    }
    for name, data in files.items():
        yield (
            name,
            data,
            lambda found: "900" in found.text and "850" not in found.text and bool(found.warnings),
        )


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


def _slides() -> Inputs:
    sold: Any = CategoryChartData()  # type: ignore[no-untyped-call]  # python-pptx has no types
    sold.categories = ["Q1", "Q2"]
    sold.add_series("Sold", (3, 4.5))
    points: Any = XyChartData()  # type: ignore[no-untyped-call]  # likewise
    points.add_series("depth").add_data_point(1, 9.5)
    for plot in ("bar3D", "line3D", "pie3D", "ofPie", "area3D", "stock", "surface", "surface3D", "radar"):

        def renamed(name: str, data: bytes, plot: str = plot) -> bytes:
            written = data.replace(b"c:lineChart", f"c:{plot}Chart".encode())
            return written if "/charts/c" in name else data

        yield plot, _deck(XL_CHART_TYPE.LINE, sold, renamed), _says("before", "Sold: 4.5", "after")
    yield "scatter", _deck(XL_CHART_TYPE.XY_SCATTER, points, lambda _, data: data), _says("x: 1; depth: 9.5")
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

        yield main, _deck(XL_CHART_TYPE.LINE, sold, macros), _says("before", "Sold: 4.5")


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


def _documents() -> Inputs:
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
        yield number_format, data, _says(f"{first}. rent", f"{second}. pets", f"{second}.{first} cats")
    for font, code, sign in (("Wingdings", "F0FE", "☒"), ("Wingdings", "F0A8", "☐"), ("Symbol", "F0B1", "±")):
        data = _word(f'<w:p><w:r><w:sym w:font="{font}" w:char="{code}"/><w:t> yes</w:t></w:r></w:p>', {})
        yield f"{font} {code}", data, _says(f"{sign} yes")
    for state, sign in (("<w:checked/>", "☒"), ("", "☐")):
        begin = f'<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{state}</w:checkBox></w:ffData></w:fldChar>'
        data = _word(f"<w:p><w:r>{begin}</w:r><w:r><w:t> garden</w:t></w:r></w:p>", {})
        yield f"form box {sign}", data, _says(f"{sign} garden")
    section = '<w:sectPr><w:headerReference w:type="default" r:id="h"/></w:sectPr>'
    header = {"h.xml": ("header", f"<w:hdr {_NAMES}>{_p('Invoice 7781')}</w:hdr>")}
    yield "header", _word(_p("Work") + section, header), _says("Work", "Invoice 7781")
    comment = f'<w:comments {_NAMES}><w:comment w:author="A">{_p("Once only.")}</w:comment></w:comments>'
    yield "comment", _word(_p("Work"), {"comments.xml": ("comments", comment)}), _says("Once only.")
    chunk = {"c.html": ("aFChunk", "<html><body><p>Nine days.</p></body></html>")}
    yield "altChunk", _word(_p("Work") + '<w:altChunk r:id="c"/>', chunk), _says("Nine days.")
    ruby = "<w:ruby><w:rt><w:r><w:t>とうきょう</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>東京</w:t></w:r></w:rubyBase></w:ruby>"
    yield "ruby", _word(f"<w:p><w:r>{ruby}</w:r></w:p>", {}), _says("東京", never=("とうきょう",))


_NOTICE = "The gate closes at nine\nKeys cost 35 crowns"


def _embedded_pictures() -> Inputs:
    notice = io.BytesIO(drawn(_NOTICE, (900, 600)))
    read = _says("Before", "35 crowns", "Behind")
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
    yield "slides, cropped", _saved(show), _says("Before", "closes at nine", "Behind", never=("35",))
    document = docx.Document()
    document.add_paragraph("Before")
    drawing = document.add_picture(notice, width=Inches(5))
    drawing._inline.docPr.set("hidden", "1")
    yield "hidden", _saved(document), _says("Before", never=("35",))


def _saved(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _mails() -> Inputs:
    body = "Guten Tag, die Bücher kommen am 9. Juni zurück. Das Entgelt von 4,50 zahle ich bar."
    encoded = base64.b64encode(body.encode()).decode()[:40]
    for charset, encoding in (("utf-8", "base64"), ("utf-8", "quoted-printable"), ("cp1252", "base64")):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = (
            "Ada <ada@example.org>",
            "bo@example.org",
            "Rückgabe der Bücher",
        )
        mail.set_content(body, charset=charset, cte=encoding)
        check = _says("Rückgabe der Bücher", "am 9. Juni zurück", never=(encoded,))
        yield f"{charset} {encoding}", mail.as_bytes(), check
        mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="Rechnung.pdf")
        attached = _says("am 9. Juni zurück", "Rechnung.pdf", never=("JVBERi",))
        yield f"{charset} {encoding}, attachment", mail.as_bytes(), attached
        mail = EmailMessage()
        mail["From"], mail["Subject"] = '"Saved by Blink" <x@example.org>', "Preise"
        mail.set_content(f"<p>{body}</p>", subtype="html", charset=charset, cte=encoding)
        yield (
            f"{charset} {encoding}, page",
            mail.as_bytes(),
            _says("Preise", "am 9. Juni", never=("<p>", encoded)),
        )


KINDS = [
    _kind("PDF forms, notes and XFA", _filled_forms),
    _kind("PDF letters without a character map", _unmapped_letters),
    _kind("Scans under headers and stamps", _stamped_scans),
    _kind("PDF text that viewers don't show", _unseen_text),
    _kind("Slides: charts, damaged parts, shows with macros", _slides),
    _kind("Word: numbers, symbols, boxes, headers, comments", _documents),
    _kind("Pictures within documents and slides", _embedded_pictures),
    _kind("Mails and saved pages", _mails),
]
