"""Reads TOML that somebody else wrote."""

from __future__ import annotations

import tomllib
from typing import Any

__all__ = ["parse_toml"]


def parse_toml(text: str) -> dict[str, Any]:
    """The table. Raises ``ValueError`` and nothing else: also for what is nested too deeply, and for a number
    of more digits than Python reads."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
