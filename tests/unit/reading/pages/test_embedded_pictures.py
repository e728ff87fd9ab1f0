"""Pictures within documents are read like those of PDF pages, in their place; what is left unread is said."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, BinaryIO, cast

import docx
import openpyxl
import pytest
from docx.shared import Cm
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image
from pptx import Presentation
from pptx.util import Emu

from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Modality
from braid.domain.evidence.passages import Passages
from braid.media.content.identify import identify
from braid.runtime.retries import Availability
from braid.store.documents import DocumentStore
from lambdas.reading.pages import embedded
from lambdas.reading.pages.ocr import PageReader
from lambdas.reading.passages import read_passages
from local.services.protocol import ServiceError
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by
from tests.doubles.tries import FIRST_TRY
from tests.unit.reading.extracts import office_file


class Textract:
    """Reads off a picture how many pixels wide and high it is, or refuses."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.calls = 0
        self._refuses = refuses
        self.client = answered_by("textract", {"DetectDocumentText": self._read})

    def _read(self, members: dict[str, Any]) -> Mapping[str, Any]:
        if self._refuses:
            raise ServiceError("AccessDeniedException", "no")
        self.calls += 1
        width, height = Image.open(io.BytesIO(members["Document"]["Bytes"])).size
        box = {"BoundingBox": {"Left": 0.1, "Top": 0.1, "Width": 0.5, "Height": 0.1}}
        line = {
            "BlockType": "LINE",
            "Id": "l",
            "Text": f"{width} by {height}",
            "Confidence": 97.5,
            "Geometry": box,
        }
        return {"DocumentMetadata": {"Pages": 1}, "Blocks": [{"BlockType": "PAGE", "Id": "p"}, line]}


def _picture(width: int, height: int, form: str = "PNG") -> io.BytesIO:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(target, form)
    target.seek(0)
    return target


def _saved(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _read(data: bytes, textract: Textract, store: DocumentStore | None = None) -> Passages:
    availability = Availability(FIRST_TRY)
    media_type = identify(io.BytesIO(data))
    return read_passages(
        [Member("a", "text", "inbox", "a", "v1", len(data), media_type, (Modality.TEXT,))],
        open_file=lambda _: cast(BinaryIO, io.BytesIO(data)),
        page_reader=PageReader(
            store or DocumentStore("results", "a", 1, s3=MemoryS3()), availability, textract=textract.client
        ),
        availability=availability,
        max_pages=20,
        max_text_characters=10**7,
    )


def _said(passages: Passages) -> list[tuple[int | None, str, str]]:
    begins = [item.begin_offset for item in passages.passages]
    assert begins == sorted(set(begins))
    return [(item.page, item.kind, item.text) for item in passages.passages]


def _letter() -> bytes:
    document = docx.Document()
    document.add_paragraph("Before")
    document.add_picture(_picture(300, 200), width=Cm(12))
    document.add_paragraph("Behind")
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "Cell"
    table.cell(0, 1).paragraphs[0].add_run().add_picture(_picture(310, 200, "JPEG"), width=Cm(6))
    document.add_picture(_picture(300, 200), width=Cm(12))  # once more
    document.add_picture(_picture(40, 40), width=Cm(1))  # an icon
    document.sections[0].header.paragraphs[0].add_run("Head").add_picture(_picture(320, 90), width=Cm(9))
    return _saved(document)


def test_pictures_in_word_documents_are_read_in_place_and_each_once() -> None:
    textract = Textract()
    passages = _read(_letter(), textract)
    assert _said(passages) == [
        (None, "paragraph", "Before"),
        (None, "ocr_line", "300 by 200"),
        (None, "paragraph", "Behind"),
        (None, "table_row", "Cell"),
        (None, "ocr_line", "310 by 200"),
        (None, "paragraph", "Head"),
        (None, "ocr_line", "320 by 90"),
    ]
    assert textract.calls == 3
    assert passages.warnings == ()
    assert passages.passages[1].confidence == 0.975
    assert [(item.operation, item.quantity) for item in passages.usage] == [("DetectDocumentText", 3)]


def test_what_an_earlier_try_read_is_not_asked_for_again() -> None:
    store, textract = DocumentStore("results", "a", 1, s3=MemoryS3()), Textract()
    first = _read(_letter(), textract, store)
    assert _read(_letter(), textract, store) == first
    assert textract.calls == 3


def test_without_a_reader_of_pictures_their_share_is_said() -> None:
    passages = _read(_letter(), Textract(refuses=True))
    assert [kind for _, kind, _ in _said(passages)] == ["paragraph", "paragraph", "table_row", "paragraph"]
    assert [item.operation for item in passages.missing] == ["textract:DetectDocumentText"]
    assert passages.warnings == ("4 of 4 pictures were not read (up to 16% of a page)",)


def test_the_largest_pictures_are_read_and_the_others_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_MAX_PICTURES", 1)
    passages = _read(_letter(), Textract())
    assert [text for _, kind, text in _said(passages) if kind == "ocr_line"] == ["300 by 200"]
    assert passages.warnings == ("2 of 4 pictures were not read (up to 4% of a page)",)


def _deck() -> bytes:
    show = Presentation()
    for number in range(3):
        show.slides.add_slide(show.slide_layouts[5 if number < 2 else 6])
    first, second, third = show.slides
    width, height = show.slide_width, show.slide_height
    first.shapes.title.text = "Plan"
    second.shapes.title.text = "Costs"
    first.shapes.add_picture(_picture(400, 300), 0, 0, width // 2, height // 2)
    cut = first.shapes.add_picture(_picture(500, 300), 0, 0, width // 2, height // 2)
    cut.crop_left, cut.crop_bottom = 0.2, 0.5
    secret = second.shapes.add_picture(_picture(410, 300), 0, 0, width // 2, height // 2)
    secret._element.nvPicPr.cNvPr.set("hidden", "1")
    second.shapes.add_textbox(0, 0, width, height).text = "unseen"
    second.shapes[-1]._element.nvSpPr.cNvPr.set("hidden", "1")
    group = third.shapes.add_group_shape()
    group.shapes.add_picture(_picture(420, 300), 0, 0, Emu(100), Emu(100))
    frame = group._element.grpSpPr.get_or_add_xfrm()
    for name, side in (("ext", (width, height)), ("chExt", (100, 100))):
        part = frame.find(f"{{http://schemas.openxmlformats.org/drawingml/2006/main}}{name}")
        part.set("cx", str(side[0]))
        part.set("cy", str(side[1]))
    return _saved(show)


def test_pictures_on_slides_are_read_as_cropped_and_hidden_ones_left_out() -> None:
    passages = _read(_deck(), Textract())
    assert _said(passages) == [
        (1, "heading", "Plan"),
        (1, "ocr_line", "400 by 300"),
        (1, "ocr_line", "400 by 150"),
        (2, "heading", "Costs"),
        (3, "ocr_line", "420 by 300"),
    ]
    assert passages.warnings == ("hidden shapes were not read on slides: 2",)
    assert (passages.page_count, passages.unread_page_count) == (3, 0)


def test_a_slide_of_pictures_alone_that_could_not_be_read_is_unread() -> None:
    passages = _read(_deck(), Textract(refuses=True))
    assert passages.warnings == (
        "hidden shapes were not read on slides: 2",
        "pages that hold nothing but pictures were not read: 3",
        "3 of 3 pictures were not read (up to 100% of a page, on 1, 3)",
    )
    assert passages.unread_page_count == 1


_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def test_pictures_of_open_documents_are_read() -> None:
    frame = '<draw:frame svg:width="{0}cm" svg:height="{0}cm"><draw:image xlink:href="{1}"/>{2}</draw:frame>'
    body = (
        f"<text:p>Before{frame.format(9, 'Pictures/a.png', '')}</text:p>"
        + frame.format(9, "Pictures/b.svg", '<draw:image xlink:href="Pictures/b.png"/>')
        + f"<text:p>{frame.format(7, 'Pictures/drawing.emf', '')}"
        + f"{frame.format(1, 'Pictures/icon.png', '')}</text:p>"
        + "<text:p>Behind</text:p>"
    )
    content = (
        f"<office:document-content {_ODF}><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": content,
        "Pictures/a.png": _picture(200, 100).getvalue(),
        "Pictures/b.png": _picture(210, 100).getvalue(),
        "Pictures/b.svg": "<svg/>",
        "Pictures/drawing.emf": b"\x01\x00\x00\x00" + bytes(200),
        "Pictures/icon.png": _picture(20, 20).getvalue(),
    }
    passages = _read(office_file(parts).read(), Textract())
    assert [(kind, text) for _, kind, text in _said(passages)] == [
        ("paragraph", "Before"),
        ("ocr_line", "200 by 100"),
        ("ocr_line", "210 by 100"),
        ("paragraph", "Behind"),
    ]
    assert passages.warnings == ("1 of 3 pictures were not read (up to 8% of a page)",)


def test_pictures_of_sheets_are_read_behind_their_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Item", "Count"])
    sheet.append(["Mug", 3])
    sheet.add_image(SheetImage(_picture(600, 400)), "D2")
    passages = _read(_saved(book), Textract())
    assert _said(passages) == [(1, "table_row", "Item: Mug; Count: 3"), (1, "ocr_line", "600 by 400")]
