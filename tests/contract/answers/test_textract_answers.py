"""Real answers of Textract: lines are read from DetectDocumentText, blocks of other kinds are refused.

The material holds answers of AnalyzeDocument and its relatives. What DetectDocumentText would have said of
the same pages is in them (its blocks are a subset), so that real geometry and texts are read too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from braid.aws.textract import Textract, read_lines
from braid.domain.errors import InvalidServiceOutputError, ThrottledError, UnsupportedError
from braid.domain.money.accounting import Meter
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by

_BLOCKS_OF_TEXT = ("PAGE", "LINE", "WORD")


def _answers(shared_data: Path) -> dict[str, Any]:
    files = sorted((shared_data / "aws-textract").glob("*/*.json"))
    return {f"{path.parent.name}/{path.name}": json.loads(path.read_text()) for path in files}


def test_the_lines_of_every_real_page_are_read_whole(shared_data: Path) -> None:
    pages = 0
    for name, answer in _answers(shared_data).items():
        for page in _as_detect_document_text(answer):
            expected = [block["Text"] for block in page["Blocks"] if block["BlockType"] == "LINE"]
            lines = read_lines(page)
            assert [line.text for line in lines] == expected, name
            for line in lines:
                assert 0 <= line.confidence <= 1, name
                assert 0 <= line.box.left <= line.box.left + line.box.width <= 1.000001, name
                assert 0 <= line.box.top <= line.box.top + line.box.height <= 1.000001, name
            pages += 1
    assert pages > 40


def _as_detect_document_text(answer: Any) -> list[dict[str, Any]]:
    """A page's answer for each page of text blocks in an answer of AnalyzeDocument."""
    if not isinstance(answer, dict) or not answer.get("Blocks"):
        return []
    pages: dict[int, list[dict[str, Any]]] = {}
    for block in answer["Blocks"]:
        if block["BlockType"] in _BLOCKS_OF_TEXT:
            kept = {key: value for key, value in block.items() if value is not None}
            children = [item for item in block.get("Relationships") or [] if item["Type"] == "CHILD"]
            pages.setdefault(block.get("Page") or 1, []).append({**kept, "Relationships": children})
    return [{"DocumentMetadata": {"Pages": 1}, "Blocks": blocks} for blocks in pages.values()]


def _block(kind: str, block_id: str, *, text: str = "", children: tuple[str, ...] = ()) -> dict[str, Any]:
    box = {"Left": 0.1, "Top": 0.1, "Width": 0.5, "Height": 0.1}
    return {
        "BlockType": kind,
        "Id": block_id,
        "Text": text,
        "Confidence": 99.5,
        "Geometry": {"BoundingBox": box},
        "Relationships": [{"Type": "CHILD", "Ids": list(children)}] if children else [],
    }


def test_a_word_outside_of_every_line_is_no_loss_in_silence() -> None:
    blocks = [
        _block("PAGE", "p"),
        _block("LINE", "l", text="one", children=("w1",)),
        _block("WORD", "w1"),
        _block("WORD", "w2"),
    ]
    with pytest.raises(InvalidServiceOutputError, match="1 words belong to no line, such as w2"):
        read_lines({"DocumentMetadata": {"Pages": 1}, "Blocks": blocks})


@pytest.mark.parametrize("kind", ["TABLE", "KEY_VALUE_SET", "LAYOUT_TEXT", "QUERY", "SIGNATURE"])
def test_blocks_of_other_operations_are_refused(kind: str) -> None:
    with pytest.raises(InvalidServiceOutputError, match=f"the answer has {kind} blocks, which"):
        read_lines({"Blocks": [_block("PAGE", "p"), _block(kind, "b")]})


def test_an_empty_page_has_no_lines() -> None:
    assert read_lines({"DocumentMetadata": {"Pages": 1}, "Blocks": [_block("PAGE", "p")]}) == ()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("UnsupportedDocumentException", UnsupportedError),
        ("BadDocumentException", UnsupportedError),
        ("ProvisionedThroughputExceededException", ThrottledError),
    ],
)
def test_error_codes(code: str, error: type[Exception]) -> None:
    def refuse(_members: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError(code, "no")

    client = answered_by("textract", {"DetectDocumentText": refuse})
    with pytest.raises(error, match=code):
        Textract(Meter(), textract=client).detect_document_text(b"page")


def test_a_read_page_is_counted() -> None:
    answer = {"DocumentMetadata": {"Pages": 1}, "Blocks": [_block("PAGE", "p")]}
    meter = Meter()
    Textract(
        meter, textract=answered_by("textract", {"DetectDocumentText": lambda members: answer})
    ).detect_document_text(b"page")
    assert [(item.operation, item.unit, item.quantity) for item in meter.usage()] == [
        ("DetectDocumentText", "page", 1)
    ]
