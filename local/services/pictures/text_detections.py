"""DetectText's answer: lines first, each word pointing to its line, within the documented limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from local.engines.findings import Box, Line, Page, Polygon, Word
from local.services.pictures.geometry import aws_geometry

# "DetectText can detect up to 100 words in an image" (API reference).
_MAX_WORDS = 100


def text_detections(page: Page, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``TextDetections`` of a page after the request's filters: LINE entries, then WORD entries."""
    kept: list[tuple[Line, list[Word]]] = []
    remaining = _MAX_WORDS
    for line in page.lines:
        words = [word for word in line.words if _passes(word, filters)][:remaining]
        if words:
            kept.append((line, words))
            remaining -= len(words)
    lines = [
        _detection(identifier, "LINE", _line_text(line, words), line.confidence, line.polygon)
        for identifier, (line, words) in enumerate(kept)
    ]
    pairs = [(parent, word) for parent, (_, words) in enumerate(kept) for word in words]
    words_found = [
        _detection(len(lines) + position, "WORD", word.text, word.confidence, word.polygon)
        | {"ParentId": parent}
        for position, (parent, word) in enumerate(pairs)
    ]
    return lines + words_found


def _line_text(line: Line, words: Sequence[Word]) -> str:
    return line.text if len(words) == len(line.words) else " ".join(word.text for word in words)


def _detection(identifier: int, kind: str, text: str, confidence: float, polygon: Polygon) -> dict[str, Any]:
    return {
        "DetectedText": text,
        "Type": kind,
        "Id": identifier,
        "Confidence": min(100.0, confidence * 100),
        "Geometry": aws_geometry(polygon),
    }


def _passes(word: Word, filters: Mapping[str, Any]) -> bool:
    limits = filters.get("WordFilter") or {}
    box = word.polygon.bounding_box()
    if word.confidence * 100 < limits.get("MinConfidence", 0.0):
        return False
    if box.height < limits.get("MinBoundingBoxHeight", 0.0) or box.width < limits.get(
        "MinBoundingBoxWidth", 0.0
    ):
        return False
    regions = filters.get("RegionsOfInterest") or []
    return not regions or any(_centre_is_inside(box, region) for region in regions)


def _centre_is_inside(box: Box, region: Mapping[str, Any]) -> bool:
    x, y = box.left + box.width / 2, box.top + box.height / 2
    if "Polygon" in region:
        return _is_inside(x, y, [(corner["X"], corner["Y"]) for corner in region["Polygon"]])
    area = region.get("BoundingBox") or {}
    left, top = area.get("Left", 0.0), area.get("Top", 0.0)
    return bool(left <= x <= left + area.get("Width", 1.0) and top <= y <= top + area.get("Height", 1.0))


def _is_inside(x: float, y: float, corners: Sequence[tuple[float, float]]) -> bool:
    """Even-odd rule: a ray to the right crosses the outline an odd number of times."""
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside
