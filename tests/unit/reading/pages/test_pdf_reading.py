"""PDFs read as a whole: the file's text, what its pictures say in its place, what is reported as unread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from braid.domain.evidence.passages import Passages
from braid.media.content.identify import PDF
from evaluation.real_files.pdf_objects import pdf_page, picture, placed, shown
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by
from tests.unit.reading.test_passages import Reading

_CIPHER = "Uif ibscpvs dmptft bu ojof pdmpdl boe uif gff jt uxfmwf dspxot qfs cpbu xjui b mjdfotf"
_PLAIN = "The harbour closes at nine oclock and the fee is twelve crowns per boat with a licence"


class Reader:
    """A Textract that finds the same lines, each with its top (0 to 1), on every picture; or refuses."""

    def __init__(self, lines: Sequence[tuple[float, str]], *, code: str | None = None) -> None:
        self._lines = lines
        self._code = code
        self.calls = 0
        self.client = answered_by("textract", {"DetectDocumentText": self._read})

    def _read(self, _members: dict[str, Any]) -> Mapping[str, Any]:
        self.calls += 1
        if self._code:
            raise ServiceError(self._code, "no")
        blocks: list[dict[str, Any]] = [{"BlockType": "PAGE", "Id": "p"}]
        for number, (top, text) in enumerate(self._lines):
            box = {"BoundingBox": {"Left": 0.05, "Top": top, "Width": 0.6, "Height": 0.04}}
            blocks.append(
                {"BlockType": "LINE", "Id": f"l{number}", "Text": text, "Confidence": 97.0, "Geometry": box}
            )
        return {"DocumentMetadata": {"Pages": 1}, "Blocks": blocks}


def _read(data: bytes, reader: Reader) -> Passages:
    return Reading({"a.pdf": (PDF, data)}).read(reader)  # type: ignore[arg-type]  # the same shape


def _said(passages: Passages) -> list[tuple[str, str]]:
    return [(item.kind, item.text) for item in passages.passages]


def _stamped_scan() -> bytes:
    stamp = shown(20, 285, "Case 7:31-bk-20417 Filed 03/02/31", size=9)
    return pdf_page(
        placed("I", 0, 0, 400, 300) + stamp, resources="/XObject << /I 10 0 R >>", objects=[picture("order")]
    )


def test_a_scan_under_a_header_is_both_and_the_header_is_said_once() -> None:
    reader = Reader([(0.02, "Case 7:31-bk-20417 Filed O3/02/31"), (0.4, "Costs of 4,750 dollars")])
    passages = _read(_stamped_scan(), reader)
    assert _said(passages) == [
        ("paragraph", "Case 7:31-bk-20417 Filed 03/02/31"),
        ("ocr_line", "Costs of 4,750 dollars"),
    ]
    begins = [item.begin_offset for item in passages.passages]
    assert begins == sorted(set(begins))
    assert (passages.warnings, passages.unread_page_count) == ((), 0)


def test_without_a_reader_of_pictures_the_share_that_is_unread_is_reported() -> None:
    passages = _read(_stamped_scan(), Reader([], code="AccessDeniedException"))
    assert _said(passages) == [("paragraph", "Case 7:31-bk-20417 Filed 03/02/31")]
    assert passages.unread_page_count == 1
    assert "could not be read on page 1 (up to 9" in passages.warnings[0]


def test_a_small_picture_is_reported_and_not_asked_for() -> None:
    reader = Reader([])
    data = pdf_page(
        placed("I", 300, 230, 80, 60) + shown(20, 200, "A letter"),
        resources="/XObject << /I 10 0 R >>",
        objects=[picture("x")],
    )
    assert _read(data, reader).warnings == ("small pictures were not read on page 1 (up to 4% of a page)",)
    assert reader.calls == 0


def test_where_text_and_picture_share_no_word_the_picture_wins() -> None:
    reader = Reader([(0.15, _PLAIN)])
    passages = _read(pdf_page(shown(5, 250, _CIPHER, size=8)), reader)
    assert _said(passages) == [("ocr_line", _PLAIN)]
    assert passages.warnings == (
        "the text that the file holds isn't what is seen on page 1: it was read off the pages' pictures",
    )


def test_odd_text_that_its_picture_confirms_stays() -> None:
    reader = Reader([(0.15, _CIPHER)])
    passages = _read(pdf_page(shown(5, 250, _CIPHER, size=8)), reader)
    assert _said(passages) == [("paragraph", _CIPHER)]
    assert passages.warnings == ()


def test_notes_are_passages_and_unseen_text_is_reported() -> None:
    note = "<< /Type /Annot /Subtype /FreeText /Rect [0 0 90 20] /Contents (Paid in full) >>"
    content = shown(20, 250, "An invoice") + shown(20, 290, "outside")
    passages = _read(pdf_page(content, page=f"/Annots [{note}] /CropBox [0 0 400 280]"), Reader([]))
    assert _said(passages) == [("paragraph", "An invoice"), ("note", "Paid in full")]
    (warning,) = passages.warnings
    assert warning.startswith("text that viewers don't show")
    assert warning.endswith("was not read on page 1")
