"""The local Textract speaks Textract: blocks by botocore's model, limits and errors by its documentation."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from evaluation.other_engines.error_rates import character_error_rate
from local.engines.pool import EnginePool
from local.services.pictures import textract
from local.services.protocol import ServiceError
from tests.local.drawings import encoded, slide
from tests.local.service_calls import Folder, ServiceClient

LINES = ["Annual report of the garden club", "Members: 128", "The next meeting is on Monday"]


@pytest.fixture(scope="module")
def folder() -> Folder:
    return Folder({("papers", "report.png"): encoded(slide(LINES))})


@pytest.fixture(scope="module")
def client(engines: EnginePool, folder: Folder) -> ServiceClient:
    return ServiceClient(textract.build_service(folder, engines))


def _saved(picture: Image.Image, image_format: str, **options: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, image_format, **options)
    return target.getvalue()


def _lines(answer: dict[str, Any]) -> list[str]:
    return [block["Text"] for block in answer["Blocks"] if block["BlockType"] == "LINE"]


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "TIFF", "PDF"])
def test_every_documented_format_is_read(client: ServiceClient, image_format: str) -> None:
    answer = client.call("DetectDocumentText", Document={"Bytes": _saved(slide(LINES), image_format)})
    assert _lines(answer) == LINES
    assert answer["DocumentMetadata"] == {"Pages": 1}
    assert answer["DetectDocumentTextModelVersion"] == "local: RapidOCR, PaddleOCR"


def test_blocks_are_linked_page_to_lines_to_words(client: ServiceClient) -> None:
    answer = client.call(
        "DetectDocumentText", Document={"S3Object": {"Bucket": "papers", "Name": "report.png"}}
    )
    blocks = {block["Id"]: block for block in answer["Blocks"]}
    assert len(blocks) == len(answer["Blocks"]), "ids are unique"
    page, *rest = answer["Blocks"]
    assert page["BlockType"] == "PAGE"
    lines = [blocks[identifier] for identifier in page["Relationships"][0]["Ids"]]
    assert [line["Text"] for line in lines] == LINES
    reached = {page["Id"]}
    for line in lines:
        words = [blocks[identifier] for identifier in line["Relationships"][0]["Ids"]]
        assert [word["Text"] for word in words] == line["Text"].split()
        assert all(word["BlockType"] == "WORD" and "Relationships" not in word for word in words)
        reached |= {line["Id"], *(word["Id"] for word in words)}
    assert reached == set(blocks)
    assert all(50 <= block["Confidence"] <= 100 for block in rest)


@pytest.mark.parametrize(("turned", "corner"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))])
def test_a_turned_page_starts_where_its_reader_starts(
    client: ServiceClient, turned: int, corner: tuple[int, int]
) -> None:
    data = encoded(slide(LINES).rotate(-turned, expand=True))
    answer = client.call("DetectDocumentText", Document={"Bytes": data})
    first = answer["Blocks"][0]["Geometry"]["Polygon"][0]
    assert (first["X"], first["Y"]) == corner
    assert _lines(answer) == LINES


def test_an_empty_page_is_a_page(client: ServiceClient) -> None:
    answer = client.call(
        "DetectDocumentText", Document={"Bytes": encoded(Image.new("RGB", (400, 500), "white"))}
    )
    (page,) = answer["Blocks"]
    assert page["BlockType"] == "PAGE"
    assert "Relationships" not in page


def _two_page_tiff() -> bytes:
    return _saved(slide(LINES), "TIFF", save_all=True, append_images=[slide(LINES)])


def _two_page_pdf() -> bytes:
    document = pdfium.PdfDocument.new()
    for _ in range(2):
        document.new_page(300, 300)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 an office document", "UnsupportedDocumentException"),
        (encoded(slide(LINES), "GIF"), "UnsupportedDocumentException"),
        (_two_page_tiff(), "UnsupportedDocumentException"),
        (_two_page_pdf(), "UnsupportedDocumentException"),
        (b"%PDF-1.7\nnothing more", "BadDocumentException"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "BadDocumentException"),
        (encoded(slide(LINES), "JPEG")[:3000], "BadDocumentException"),
    ],
    ids=["zip", "gif", "tiff-pages", "pdf-pages", "pdf-broken", "png-broken", "jpeg-cut"],
)
def test_bad_documents_are_named_as_textract_names_them(
    client: ServiceClient, data: bytes, code: str
) -> None:
    with pytest.raises(ServiceError) as refusal:
        client.call("DetectDocumentText", Document={"Bytes": data})
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({}, "InvalidParameterException"),
        ({"S3Object": {"Bucket": "papers", "Name": "absent.png"}}, "InvalidS3ObjectException"),
        ({"S3Object": {"Bucket": "denied", "Name": "report.png"}}, "AccessDeniedException"),
        ({"S3Object": {"Bucket": "papers", "Name": "huge.png"}}, "DocumentTooLargeException"),
    ],
)
def test_bad_sources_are_named_as_textract_names_them(
    client: ServiceClient, folder: Folder, document: dict[str, Any], code: str
) -> None:
    folder.stored["papers", "huge.png"] = b"\x89PNG\r\n\x1a\n" + bytes(10 * 1024 * 1024)
    with pytest.raises(ServiceError) as refusal:
        client.call("DetectDocumentText", Document=document)
    assert refusal.value.code == code


def test_a_password_is_an_unsupported_document(client: ServiceClient, shared_data: Path) -> None:
    name = "005-libreoffice-writer-password__libreoffice-writer-password.pdf"
    data = (shared_data / "media-document" / "py-pdf_sample-files" / name).read_bytes()
    with pytest.raises(ServiceError, match="password") as refusal:
        client.call("DetectDocumentText", Document={"Bytes": data})
    assert refusal.value.code == "UnsupportedDocumentException"


def test_a_scan_is_read_through_the_service(client: ServiceClient, shared_data: Path) -> None:
    folder = shared_data / "media-image-ocr" / "tesseract-ocr_test"
    answer = client.call("DetectDocumentText", Document={"Bytes": (folder / "phototest.tif").read_bytes()})
    truth = (folder / "phototest.gold.txt").read_text()
    assert character_error_rate("\n".join(_lines(answer)), truth) <= 0.02
