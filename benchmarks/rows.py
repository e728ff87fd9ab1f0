"""A measured figure and the bound that it keeps."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Bound", "Row", "at_least", "at_most", "figure"]


@dataclass(frozen=True)
class Bound:
    """The least and the most that a figure may be; None where that side is open."""

    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        """Whether the value lies within."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        sides = (("≥", self.least), ("≤", self.most))
        return ", ".join(f"{sign} {figure(limit)}" for sign, limit in sides if limit is not None)


def at_least(value: float) -> Bound:
    """A bound that smaller figures break."""
    return Bound(least=value)


def at_most(value: float) -> Bound:
    """A bound that greater figures break."""
    return Bound(most=value)


@dataclass(frozen=True)
class Row:
    """One figure: of ``name`` (a kind of file, a size) the ``measure`` is ``value`` in ``unit``.

    Rows of one name become one line of a table, rows of one measure and unit one column.
    """

    name: str
    measure: str
    value: float
    unit: str = ""
    bound: Bound | None = None

    @property
    def is_within(self) -> bool:
        """Whether the bound holds; true where there is none."""
        return self.bound is None or self.bound.holds(self.value)


def figure(value: float) -> str:
    """The number as people read it: whole numbers in full, others with three significant digits."""
    if value == int(value) or abs(value) >= 100:
        return f"{round(value):,}"
    return f"{value:.3g}"
