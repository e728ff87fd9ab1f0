"""Textract reads one page image: DetectDocumentText, synchronously, from bytes.

Answers of AnalyzeDocument are a superset (tables, forms, queries, layout) and are refused by name: reading
only their lines would drop the rest in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from braid.aws.boxes import BOUNDING_BOX, read_box
from braid.aws.clients import client
from braid.aws.service_answers import Members, ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.domain.errors import InvalidServiceOutputError, UnsupportedError
from braid.domain.evidence.vision import DetectedText
from braid.domain.money.accounting import Meter

__all__ = ["SHAPES", "Textract", "read_lines"]

_OPERATION = "textract:DetectDocumentText"
_BLOCK_TYPES = ("PAGE", "LINE", "WORD")
_TABLES = "only table cells of AnalyzeDocument have it"
_FORMS = "only forms, tables and queries of AnalyzeDocument have it"

SHAPES: Mapping[str, Members] = {
    "DetectDocumentTextResponse": Members(
        ("Blocks", "DocumentMetadata"),
        {"DetectDocumentTextModelVersion": "which model answered doesn't change what it says"},
    ),
    "DocumentMetadata": Members(("Pages",)),
    "Block": Members(
        ("BlockType", "Text", "Confidence", "Geometry", "Relationships", "Id"),
        {
            "TextType": "printed or handwritten makes no difference to the text",
            "Page": "one page image is sent at a time",
            "RowIndex": _TABLES,
            "ColumnIndex": _TABLES,
            "RowSpan": _TABLES,
            "ColumnSpan": _TABLES,
            "EntityTypes": _FORMS,
            "SelectionStatus": _FORMS,
            "Query": _FORMS,
        },
    ),
    "Geometry": Members(
        ("BoundingBox",),
        {"Polygon": "the box is enough to find the line", "RotationAngle": "lines keep their reading order"},
    ),
    "BoundingBox": BOUNDING_BOX,
    "Relationship": Members(("Type", "Ids")),
}

# The page is ours (rendered and normalised), so what the service can't do with it is no bug of the caller.
_OWN_CODES = {
    "UnsupportedDocumentException": UnsupportedError,
    "BadDocumentException": UnsupportedError,
    "DocumentTooLargeException": UnsupportedError,
}


class Textract:
    """Reads text off page images and counts pages on ``meter``."""

    def __init__(self, meter: Meter, *, textract: Any = None) -> None:
        self._meter = meter
        self._client = textract or client("textract")

    def detect_document_text(self, image: bytes) -> tuple[DetectedText, ...]:
        """The lines on a page image (JPEG or PNG, at most 5 MB) in reading order.

        Raises the classes of ``braid.domain.errors``; ``UnsupportedError`` where the service can't read it.
        """
        with service_errors(_OPERATION, _OWN_CODES):
            response = self._client.detect_document_text(Document={"Bytes": image})
        self._meter.count("textract", "DetectDocumentText", "page", 1)
        return read_lines(response)


def read_lines(response: Mapping[str, Any]) -> tuple[DetectedText, ...]:
    """Reads an answer of DetectDocumentText: its lines, in the order of the service.

    Every word must belong to a line: one that doesn't would be lost, so the answer is refused.
    """
    answer = ServiceAnswer.whole(_OPERATION, response, SHAPES["DetectDocumentTextResponse"])
    if "DocumentMetadata" in answer:
        pages = answer.object("DocumentMetadata", SHAPES["DocumentMetadata"]).integer("Pages")
        if pages != 1:
            raise answer.refusal(f"one page was asked for, {pages} were answered")
    lines, words, held = [], set(), set()
    for block in answer.objects("Blocks", SHAPES["Block"]):
        kind = block.text("BlockType")
        if kind not in _BLOCK_TYPES:
            raise InvalidServiceOutputError(
                f"{_OPERATION}: the answer has {kind} blocks: it is one of AnalyzeDocument"
            )
        if kind == "WORD":
            words.add(block.text("Id"))
        if kind == "LINE":
            held.update(_children(block))
            lines.append(
                DetectedText(
                    block.text("Text"),
                    block.ratio("Confidence", of=100),
                    read_box(block.object("Geometry", SHAPES["Geometry"])),
                )
            )
    if lost := sorted(words - held):
        raise answer.refusal(f"{len(lost)} words belong to no line, such as {lost[0]}")
    return tuple(lines)


def _children(block: ServiceAnswer) -> set[str]:
    ids: set[str] = set()
    for relationship in block.objects("Relationships", SHAPES["Relationship"]):
        if relationship.text("Type") == "CHILD":
            ids.update(relationship.texts("Ids"))
    return ids
