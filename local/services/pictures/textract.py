"""Textract's DetectDocumentText over a local reader: one page, lines and words with their geometry."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.engines.errors import UnsupportedMediaError
from local.engines.findings import Page, Polygon
from local.engines.pool import EnginePool
from local.services.engine_errors import engine_errors_answered
from local.services.pictures.geometry import aws_geometry
from local.services.pictures.input_documents import read_input
from local.services.protocol import Caller, Objects, Service, ServiceError

# https://docs.aws.amazon.com/textract/latest/dg/limits-document.html
_MAX_BYTES = 10 * 1024 * 1024
_FORMATS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"%PDF-": "PDF",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
}
_MODEL_VERSION = "local: RapidOCR, PaddleOCR"
_WHOLE_PAGE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def build_service(objects: Objects, engines: EnginePool) -> Service:
    """Textract over the given engines; S3 objects are read with the caller's permissions."""
    return Service("textract", {"DetectDocumentText": _Textract(objects, engines).detect_document_text})


@dataclass(frozen=True)
class _Textract:
    objects: Objects
    engines: EnginePool

    def detect_document_text(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        document = read_input(
            request.get("Document") or {},
            caller,
            self.objects,
            max_inline_bytes=_MAX_BYTES,
            max_stored_bytes=_MAX_BYTES,
            too_large="DocumentTooLargeException",
        )
        if not document.startswith(tuple(_FORMATS)):
            raise ServiceError(
                "UnsupportedDocumentException",
                "Request has unsupported document format: not JPEG, PNG, TIFF or PDF.",
            )
        with engine_errors_answered(unreadable="BadDocumentException"):
            try:
                page: Page = self.engines.run("pictures.documents:read_document", document)
            except UnsupportedMediaError as error:
                raise ServiceError("UnsupportedDocumentException", str(error)) from error
        return {
            "DocumentMetadata": {"Pages": 1},
            "Blocks": _blocks(page),
            "DetectDocumentTextModelVersion": _MODEL_VERSION,
        }


def _blocks(page: Page) -> list[dict[str, Any]]:
    """A PAGE block, then its LINE blocks in reading order, then all WORD blocks, linked by their ids.

    ``TextType`` is left out: the reader doesn't tell print from handwriting.
    """
    lines: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for line in page.lines:
        children = [_block("WORD", word.polygon, word.text, word.confidence) for word in line.words]
        words += children
        lines.append(_block("LINE", line.polygon, line.text, line.confidence, children))
    return [_block("PAGE", _page_outline(page), children=lines), *lines, *words]


def _block(
    kind: str,
    polygon: Polygon,
    text: str | None = None,
    confidence: float | None = None,
    children: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    block: dict[str, Any] = {"BlockType": kind, "Geometry": aws_geometry(polygon), "Id": str(uuid.uuid4())}
    if text is not None and confidence is not None:
        block |= {"Text": text, "Confidence": min(100.0, confidence * 100)}
    if children:
        block["Relationships"] = [{"Type": "CHILD", "Ids": [child["Id"] for child in children]}]
    return block


def _page_outline(page: Page) -> Polygon:
    """The whole picture, from the corner where an upright reader would start."""
    # A page that lies a quarter turn clockwise has its top left corner at the picture's top right.
    first = page.rotation_degrees // 90
    return Polygon(_WHOLE_PAGE[first:] + _WHOLE_PAGE[:first])
