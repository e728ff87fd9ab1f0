"""JSON that somebody else wrote: read, and told apart.

The embedded AWS shares no code with what runs in it, so that one mistake isn't made on both sides.
"""

from __future__ import annotations

import json
import sys
from typing import Any, TypeGuard

__all__ = ["is_number", "parse_json"]


def parse_json(text: str | bytes) -> Any:
    """The value. Raises ``ValueError`` and nothing else, also for what is nested too deeply to be read."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is a number that a float holds: neither a truth value nor infinite."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
