"""Answers that a service would never give: cut off, emptied, or of another type."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["corrupted"]


def corrupted(body: bytes, way: str) -> bytes:
    """The body of an answer, damaged: ``truncate`` leaves its first half; ``null`` and ``wrong_type`` change
    the value of every top-level member of a JSON object, and put nothing or a list in the place of another
    body."""
    if way == "truncate":
        return body[: len(body) // 2]
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return b"" if way == "null" else b"[7]"
    damaged = {name: None if way == "null" else _of_another_type(value) for name, value in document.items()}
    return json.dumps(damaged).encode()


def _of_another_type(value: Any) -> Any:
    if isinstance(value, str):
        return [7]
    if isinstance(value, dict):
        return "seven"
    if isinstance(value, list):
        return {"seven": 7}
    return "seven"
