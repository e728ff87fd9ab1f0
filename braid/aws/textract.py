"""Textract reads one page image: DetectDocumentText, synchronously, from bytes.

Blocks of other kinds (tables, forms, queries, layout) are AnalyzeDocument's and are refused: who reads the
lines alone drops the rest in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from braid.aws.boxes import read_box
from braid.aws.clients import client
from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.domain.errors import UnsupportedError
from braid.domain.evidence.vision import DetectedText
from braid.domain.money.accounting import Meter

__all__ = ["Textract", "read_lines"]

_OPERATION = "textract:DetectDocumentText"
_BLOCK_TYPES = ("PAGE", "LINE", "WORD")


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
    answer = ServiceAnswer.whole(_OPERATION, response, "Blocks")
    if "DocumentMetadata" in answer:
        pages = answer.object("DocumentMetadata").integer("Pages")
        if pages != 1:
            raise answer.refusal(f"one page was asked for, {pages} were answered")
    lines, words, held = [], set(), set()
    for block in answer.objects("Blocks"):
        kind = block.text("BlockType")
        if kind not in _BLOCK_TYPES:
            raise answer.refusal(f"the answer has {kind} blocks, which DetectDocumentText never has")
        if kind == "WORD":
            words.add(block.text("Id"))
        if kind == "LINE":
            held.update(_children(block))
            lines.append(
                DetectedText(
                    block.text("Text"),
                    block.ratio("Confidence", of=100),
                    read_box(block.object("Geometry")),
                )
            )
    if lost := sorted(words - held):
        raise answer.refusal(f"{len(lost)} words belong to no line, such as {lost[0]}")
    return tuple(lines)


def _children(block: ServiceAnswer) -> set[str]:
    ids: set[str] = set()
    for relationship in block.objects("Relationships"):
        if relationship.text("Type") == "CHILD":
            ids.update(relationship.texts("Ids"))
    return ids
