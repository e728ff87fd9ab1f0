"""Members become passages: in order, with ids, each where it stands; pictures of pages are read once."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, BinaryIO, cast

import pypdfium2
import pytest
from PIL import Image

from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidAssetError, InvalidInputError, ThrottledError
from braid.domain.evidence.passages import Passages
from braid.domain.span import Span
from braid.domain.wire import decode, encode
from braid.media.content.identify import PDF, TEXT_TYPES
from braid.runtime.retries import Availability, Retries
from braid.store.documents import DocumentStore
from lambdas.reading.pages import ocr
from lambdas.reading.pages.ocr import PageReader
from lambdas.reading.passages import read_passages, summarize
from lambdas.reading.readers import READABLE_TYPES
from local.services.protocol import ServiceError
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by
from tests.doubles.tries import FIRST_TRY
from tests.unit.reading.pages.pdf_files import text_pdf


class Textract:
    """Reads ``picture <n>`` off the n-th picture it is given, or refuses from some call on, or that alone."""

    def __init__(self, code: str | None = None, *, after: int = 0, once: bool = False) -> None:
        self._once = once
        self.calls = 0
        self._lock = threading.Lock()
        self._code = code
        self._after = after
        self.client = answered_by("textract", {"DetectDocumentText": self._read})

    def _read(self, members: dict[str, Any]) -> Mapping[str, Any]:
        assert Image.open(io.BytesIO(members["Document"]["Bytes"])).format == "JPEG"
        with self._lock:
            self.calls += 1
            number = self.calls
        if self._code and (number == self._after + 1 if self._once else number > self._after):
            raise ServiceError(self._code, "no")
        box = {"BoundingBox": {"Left": 0.1, "Top": 0.1, "Width": 0.5, "Height": 0.1}}
        line = {
            "BlockType": "LINE", "Id": "l", "Text": f"picture {number}", "Confidence": 97.5, "Geometry": box,
        }  # fmt: skip
        return {"DocumentMetadata": {"Pages": 1}, "Blocks": [{"BlockType": "PAGE", "Id": "p"}, line]}


def _scan(pages: int) -> bytes:
    target = io.BytesIO()
    picture = Image.new("RGB", (200, 300), "white")
    picture.save(target, "PDF", save_all=True, append_images=[picture] * (pages - 1))
    return target.getvalue()


def _both(*files: bytes) -> bytes:
    """The pages of several PDFs in one."""
    joined = pypdfium2.PdfDocument.new()
    for data in files:
        joined.import_pages(pypdfium2.PdfDocument(data))
    target = io.BytesIO()
    joined.save(target)
    return target.getvalue()


class Reading:
    """Reads files by name; media type by what the test says."""

    def __init__(self, files: Mapping[str, tuple[str, bytes]]) -> None:
        self._files = files
        self._store = DocumentStore("results", "a", 1, s3=MemoryS3())

    def read(
        self,
        textract: Textract,
        retries: Retries = FIRST_TRY,
        max_pages: int = 20,
        max_text_characters: int = 10**7,
    ) -> Passages:
        availability = Availability(retries)
        return read_passages(
            [
                Member(name, "text", "inbox", name, "v1", len(data), media_type, (Modality.TEXT,))
                for name, (media_type, data) in self._files.items()
            ],
            open_file=self._open(),
            page_reader=PageReader(self._store, availability, textract=textract.client),
            availability=availability,
            max_pages=max_pages,
            max_text_characters=max_text_characters,
        )

    def _open(self) -> Callable[[Member], BinaryIO]:
        return lambda member: cast(BinaryIO, io.BytesIO(self._files[member.name][1]))


def test_members_follow_each_other_with_ids_of_the_asset() -> None:
    captions = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"
    reading = Reading({"a.txt": ("text/plain", b"One.\r\n\r\nTwo."), "b.vtt": ("text/vtt", captions)})
    passages = reading.read(Textract())
    assert [(item.passage_id, item.member, item.kind, item.text) for item in passages.passages] == [
        ("p0001", "a.txt", "paragraph", "One."),
        ("p0002", "a.txt", "paragraph", "Two."),
        ("p0003", "b.vtt", "cue", "Hello"),
    ]
    assert [(item.begin_offset, item.end_offset) for item in passages.passages] == [(0, 4), (6, 10), (0, 5)]
    assert passages.passages[2].span == Span(1000, 2000)
    assert decode(Passages, json.loads(json.dumps(encode(passages)))) == passages
    assert summarize(passages) == "3 passages"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    reading = Reading({"a.txt": ("text/plain", "Müller übt. ".encode(encoding))})
    assert [item.text for item in reading.read(Textract()).passages] == ["Müller übt."]


def test_what_no_service_takes_is_replaced_place_by_place() -> None:
    reading = Reading({"a.json": ("application/json", b'{"a": "x\\ud800y\\u0007z"}')})
    (passage,) = reading.read(Textract()).passages
    assert passage.text == "a: x\ufffdy z"
    assert passage.end_offset - passage.begin_offset == len(passage.text)


def test_pages_with_text_are_read_and_scanned_pages_go_to_textract() -> None:
    data = _both(text_pdf([["First page here"]]), _scan(1), text_pdf([["Third page here"]]))
    textract = Textract()
    passages = Reading({"a.pdf": (PDF, data)}).read(textract)
    assert [(item.page, item.kind, item.text, item.confidence) for item in passages.passages] == [
        (1, "paragraph", "First page here", None),
        (2, "ocr_line", "picture 1", 0.975),
        (3, "paragraph", "Third page here", None),
    ]
    begins = [item.begin_offset for item in passages.passages]
    assert begins == sorted(set(begins))
    assert textract.calls == 1
    assert [(item.operation, item.quantity) for item in passages.usage] == [("DetectDocumentText", 1)]
    assert summarize(passages) == "3 passages on 3 pages, 1 of them read from pictures"


def test_a_retry_reads_only_the_pages_that_are_open() -> None:
    reading = Reading({"a.pdf": (PDF, _scan(6))})
    with pytest.raises(ThrottledError):
        reading.read(Textract("ThrottlingException", after=2))
    again = Textract()
    passages = reading.read(again, FIRST_TRY)
    assert again.calls == 4
    assert [item.page for item in passages.passages] == [1, 2, 3, 4, 5, 6]
    assert passages.usage[0].quantity == 6, "what earlier tries paid counts"


@pytest.mark.parametrize("code", ["OddException", "UnsupportedDocumentException"])
def test_a_refused_page_costs_that_page_alone_and_is_not_sent_again(
    code: str,
) -> None:
    reading = Reading({"a.pdf": (PDF, _scan(3)), "b.pdf": (PDF, _scan(2))})
    refusing = Textract(code, after=1, once=True)
    passages = reading.read(refusing)
    assert refusing.calls == 5, "the second file is read as well"
    assert [(item.member, item.page) for item in passages.passages if item.kind == "ocr_line"] == [
        ("a.pdf", page) for page in (1, 2, 3) if f"m1-{page}" not in passages.missing[0].reason
    ] + [("b.pdf", 1), ("b.pdf", 2)]
    assert len(passages.passages) == 4
    assert [item.operation for item in passages.missing] == ["textract:DetectDocumentText"]
    again = Textract()
    assert reading.read(again, FIRST_TRY) == passages
    assert again.calls == 0


def test_pages_are_read_at_a_rate_within_a_time_and_the_next_try_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ocr._PLAN.per_second is not None
    monkeypatch.setattr(ocr, "_PLAN", replace(ocr._PLAN, at_once=1, begin_within_seconds=0.5))
    reading, calls = Reading({"a.pdf": (PDF, _scan(5))}), []
    for _ in range(6):
        textract = Textract()
        with contextlib.suppress(ThrottledError):  # time ran out
            passages = reading.read(textract, FIRST_TRY)
            break
        calls.append(textract.calls)
    assert calls
    assert max(calls) <= 3, "five a second, for half a second"
    assert sum(calls) + textract.calls == 5
    assert [item.page for item in passages.passages] == [1, 2, 3, 4, 5]


def test_without_textract_the_embedded_text_counts_and_scans_are_listed() -> None:
    data = _both(text_pdf([["Only this"]]), _scan(5))
    textract = Textract("AccessDeniedException")
    passages = Reading({"a.pdf": (PDF, data)}).read(textract)
    assert textract.calls == 1, "what isn't to be had is found out once"
    assert [item.text for item in passages.passages] == ["Only this"]
    assert [item.operation for item in passages.missing] == ["textract:DetectDocumentText"]
    assert passages.warnings == ("5 of 6 pages are pictures that could not be read",)
    assert (passages.page_count, passages.unread_page_count) == (6, 5)


def test_at_most_so_many_pages_are_read() -> None:
    passages = Reading({"a.pdf": (PDF, text_pdf([[f"Page {n}"] for n in range(1, 9)]))}).read(
        Textract(), max_pages=3
    )
    assert {item.page for item in passages.passages} == {1, 2, 3}


@pytest.mark.parametrize("names", [["a.txt"], ["a.txt", "b.txt"]])
def test_more_text_than_the_deployment_takes_is_refused_with_a_reason(names: list[str]) -> None:
    text = b"word " * (2000 // len(names))
    reading = Reading(dict.fromkeys(names, ("text/plain", text)))
    reading.read(Textract(), max_text_characters=10_000)
    with pytest.raises(
        InvalidAssetError, match=r"^The text has 9,99[89] characters; the limit is 9,000\. Split"
    ):
        reading.read(Textract(), max_text_characters=9_000)


def test_an_unreadable_member_of_several_is_named() -> None:
    files = {"a.txt": ("text/plain", b"fine"), "b.docx": ("application/json", b"{")}
    with pytest.raises(InvalidAssetError, match=r"^'b\.docx': The JSON is damaged"):
        Reading(files).read(Textract())


def test_nothing_written_is_no_error() -> None:
    passages = Reading({"a.json": ("application/json", b"{}")}).read(Textract())
    assert passages.passages == ()
    assert summarize(passages) == "no text was found"


def test_every_text_type_that_is_identified_has_a_reader() -> None:
    assert TEXT_TYPES <= READABLE_TYPES
    with pytest.raises(InvalidInputError, match="has no reader"):
        Reading({"a.mp4": ("video/mp4", b"")}).read(Textract())


@pytest.mark.slow
@pytest.mark.parametrize("library", ["pptx", "openpyxl"])
def test_who_brings_no_slides_or_sheets_waits_for_no_library_of_them(library: str) -> None:
    code = f"import sys, lambdas.reading.handler_read; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
