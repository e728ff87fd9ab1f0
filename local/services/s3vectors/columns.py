"""Metadata by key: a filter's test is made once for each different value, not once for each vector."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns", "Mask"]

Mask = NDArray[np.bool_]
# A column that holds this many more values than there are vectors is made anew.
_MOST_FORGOTTEN = 1_000


@dataclass
class _Column:
    """What stands under one key by place, as numbers of ``values``; ``None`` where nothing does."""

    values: list[Any] = field(default_factory=list)
    numbers: dict[Any, int] = field(default_factory=dict)
    by_place: array[int] = field(default_factory=lambda: array("i"))

    def number_of(self, value: Any) -> int:
        # True, 1 and 1.0 are one key of a dict, but not of a filter.
        items = value if isinstance(value, list) else [value]
        known = (type(value), *((type(item), item) for item in items))
        number = self.numbers.setdefault(known, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number


class Columns:
    """The columns of the keys that filters named so far. Not safe to share between threads."""

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}

    def matching(self, rows: Sequence[Mapping[str, Any]], key: str, test: Callable[[Any], bool]) -> Mask:
        """At which places of ``rows`` the value under ``key`` passes; ``None`` stands for one without."""
        column = self._columns.get(key)
        if column is None or len(column.values) > len(rows) + _MOST_FORGOTTEN:
            column = self._columns[key] = _Column()
            column.by_place.extend(column.number_of(row.get(key)) for row in rows)
        passed = np.fromiter(map(test, column.values), np.bool_, len(column.values))
        found: Mask = passed[np.frombuffer(column.by_place, np.intc)] if rows else np.empty(0, np.bool_)
        return found

    def put(self, place: int, row: Mapping[str, Any]) -> None:
        """``row`` stands at ``place`` from now on, or behind all others."""
        for key, column in self._columns.items():
            number = column.number_of(row.get(key))
            if place == len(column.by_place):
                column.by_place.append(number)
            else:
                column.by_place[place] = number

    def remove(self, place: int) -> None:
        """What stood last moves to ``place``."""
        for column in self._columns.values():
            last = column.by_place.pop()
            if place < len(column.by_place):
                column.by_place[place] = last
