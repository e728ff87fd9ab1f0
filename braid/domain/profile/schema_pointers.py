"""Where a JSON Schema describes the member that a JSON pointer names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["schema_at"]


def schema_at(schema: Mapping[str, Any], pointer: str) -> dict[str, Any] | None:
    """The schema of the member at ``pointer``, or ``None``; a number stands for any item of a list."""
    found: Any = schema
    for part in pointer.strip("/").split("/"):
        if not isinstance(found, Mapping):
            return None
        found = found.get("items") if part.isdigit() else (found.get("properties") or {}).get(part)
    return found if isinstance(found, dict) else None
