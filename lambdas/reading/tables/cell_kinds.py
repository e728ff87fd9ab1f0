"""What a cell of a table holds: words, or a number, date or time that names nothing by itself. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Literal

__all__ = ["CellKind", "cell_kind", "is_series", "main_kind"]

CellKind = Literal["blank", "words", "number", "date", "time"]

_SIGN = r"[\s$€£¥₺₽₹%+(<>~−-]*"
_NUMBER = re.compile(
    rf"(?:[A-Z]{{3}}\s)?{_SIGN}\d[\d.,\s'’]*(?:[eE][+-]?\d+)?(?:[\s$€£¥₺₽₹%)]*|\s(?:zł|Kč|Ft|kr\.?|[A-Za-z]{{1,3}}))$"
)
_DATE = re.compile(
    r"(?:\d{4}-\d{1,2}-\d{1,2}(?:[T ].*\d.*)?"  # 2024-05-31, with a time or without
    r"|\d{4}-\d{2}"
    r"|\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})(?: .*\d.*)?"  # 31.05.2024, 5/31/24
    r"|\d{1,2}\.?[ -][^\W\d]{3,9}\.?[ -]\d{2,4})$"  # 31 May 2024
)
_TIME = re.compile(r"-?\d{1,5}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?$")
_YEARS = range(1800, 2200)
# A column is of a kind if so many of its cells are.
_MAIN_SHARE = 0.8
# So many numbers one apart name columns, as sizes do; 1, 2, 3 or 10, 20, 30 stand in any row of data.
_STEPS = 3
_COUNTING_STEPS = 5


def cell_kind(cell: str) -> CellKind:
    """The kind of one cell; a code with letters in it is words."""
    if not cell:
        return "blank"
    if not any(map(str.isdigit, cell[:20])):
        return "words"
    if _DATE.match(cell):
        return "date"
    if _TIME.match(cell):
        return "time"
    return "number" if _NUMBER.match(cell) else "words"


def main_kind(cells: Sequence[str]) -> CellKind:
    """The kind of at least four fifths of the cells that aren't blank; ``words`` if none is."""
    kinds = [kind for kind in map(cell_kind, cells) if kind != "blank"]
    if not kinds:
        return "blank"
    for kind in ("number", "date", "time"):
        if kinds.count(kind) >= _MAIN_SHARE * len(kinds):
            return kind
    return "words"


def is_series(cells: Sequence[str]) -> bool:
    """Whether these name columns although they are no words: years, dates, or numbers with even steps."""
    kinds = {cell_kind(cell) for cell in cells}
    if kinds in ({"date"}, {"time"}):
        return len(set(cells)) == len(cells)
    if kinds != {"number"} or not all(map(str.isdecimal, cells)):
        return False
    values = [int(cell[:9]) for cell in cells]
    steps = {later - earlier for earlier, later in itertools.pairwise(values)}
    if all(value in _YEARS for value in values):
        return all(step > 0 for step in steps) or all(step < 0 for step in steps)
    is_counting = values[0] <= 1 or steps != {1}
    return len(values) >= (_COUNTING_STEPS if is_counting else _STEPS) and len(steps) == 1 and 0 not in steps
