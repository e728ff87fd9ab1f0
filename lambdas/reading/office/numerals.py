"""Automatic numbers as word processors and presentation programs display them. Pure."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping

__all__ = ["NUMERALS", "letters", "roman"]

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MAX_ROMAN = 4_999
_MAX_REPEATED = 30


def roman(number: int) -> str:
    """``4`` is ``iv``; what Roman numerals can't write stays decimal."""
    if not 0 < number <= _MAX_ROMAN:
        return str(number)
    written = []
    for value, letter in _ROMAN:
        count, number = divmod(number, value)
        written.append(letter * count)
    return "".join(written)


def letters(number: int) -> str:
    """``a`` to ``z``, then ``aa``, ``bb``: the letter is repeated, as in Word."""
    if not 0 < number <= _MAX_REPEATED * 26:
        return str(number)
    repeated, index = divmod(number - 1, 26)
    return string.ascii_lowercase[index] * (repeated + 1)


def _ordinal(number: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{suffix}"


# By the names of Office Open XML (ST_NumberFormat); what isn't listed is written as a decimal number.
NUMERALS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": "{:02d}".format,
    "lowerLetter": letters,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "ordinal": _ordinal,
    "numberInDash": "- {} -".format,
    "none": lambda _number: "",
}
