"""How far a reading is from the truth."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["character_error_rate"]


def character_error_rate(read: str, truth: str) -> float:
    """Edits per character of the truth, white space aside."""
    expected = re.sub(r"\s+", "", truth)
    return _edits(re.sub(r"\s+", "", read), expected) / len(expected)


def _edits(given: Sequence[str], wanted: Sequence[str]) -> int:
    """Levenshtein distance."""
    row = list(range(len(wanted) + 1))
    for position, token in enumerate(given, start=1):
        above = row
        row = [position]
        for column, other in enumerate(wanted, start=1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (token != other)))
    return row[-1]
