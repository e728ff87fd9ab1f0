"""Rows and columns of a sheet that nobody sees: what stands in them is left out, and listed. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

from openpyxl.utils import get_column_letter

__all__ = ["HiddenCells"]

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_ATTRIBUTE = re.compile(rb"\b(r|min|max|hidden|ht|width)\s*=\s*[\"']([^\"']*)[\"']")
_LAST_COLUMN = 16_384
_LISTED = 8


class HiddenCells:
    """The hidden rows and columns of a sheet's markup, by a setting or for having no height or width."""

    def __init__(self, markup: bytes) -> None:
        self._rows: set[int] = set()
        self._columns: set[int] = set()
        self._left_out_rows: list[int] = []
        self._left_out_columns: set[int] = set()
        number = 0
        for match in _ROW.finditer(markup):
            settings = dict(_ATTRIBUTE.findall(match[1]))
            number = _number(settings.get(b"r")) or number + 1
            if _is_hidden(settings, b"ht"):
                self._rows.add(number)
        for match in _COLUMN.finditer(markup):
            settings = dict(_ATTRIBUTE.findall(match[1]))
            if _is_hidden(settings, b"width"):
                last = min(_number(settings.get(b"max")) or 0, _LAST_COLUMN)
                self._columns.update(range(_number(settings.get(b"min")) or 1, last + 1))

    def shown(self, number: int, row: Sequence[str]) -> list[str]:
        """Row ``number`` (from 1) with nothing in what is hidden."""
        if number in self._rows:
            if any(row):
                self._left_out_rows.append(number)
            return [""] * len(row)
        if not self._columns:
            return list(row)
        hidden = {column for column, cell in enumerate(row, start=1) if cell and column in self._columns}
        self._left_out_columns |= hidden
        return ["" if column in hidden else cell for column, cell in enumerate(row, start=1)]

    def has_row(self, number: int) -> bool:
        """Whether row ``number`` is hidden."""
        return number in self._rows

    def left_out(self) -> str:
        """``rows 3-5, 9 and column C``: what held something in the rows shown so far; empty if nothing."""
        rows = _ranges(self._left_out_rows, str)
        columns = _ranges(sorted(self._left_out_columns), get_column_letter)
        parts = [_named("row", rows), _named("column", columns)]
        return " and ".join(filter(None, parts))


def _is_hidden(settings: dict[bytes, bytes], size: bytes) -> bool:
    return settings.get(b"hidden") in (b"1", b"true") or settings.get(size) in (b"0", b"0.0")


def _number(value: bytes | None) -> int:
    return int(value) if value and value.isdigit() else 0


def _ranges(numbers: Sequence[int], name: Callable[[int], str]) -> list[str]:
    """Numbers in order as ranges of names: ``3-5``, ``9``."""
    ranges = []
    for _, group in itertools.groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        ranges.append(name(run[0]) if len(run) == 1 else f"{name(run[0])}-{name(run[-1])}")
    return ranges


def _named(what: str, ranges: Sequence[str]) -> str:
    if not ranges:
        return ""
    more = f" and {len(ranges) - _LISTED} more" if len(ranges) > _LISTED else ""
    is_one = len(ranges) == 1 and "-" not in ranges[0]
    return f"{what if is_one else what + 's'} {', '.join(ranges[:_LISTED])}{more}"
