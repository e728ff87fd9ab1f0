"""The scale under the tracks: which columns a span covers, and where readable marks stand."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from braid.domain.span import Span, brief_timecode

__all__ = ["PageScale", "Scale", "TimeScale", "ticks"]

_HOUR_MS = 3_600_000
_STEPS_MS = (
    *(100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000),
    *(minutes * 60_000 for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)),
)
# A page wider than this would make two pages look like a long document.
_MAX_PAGE_COLUMNS = 8


class Scale(Protocol):
    """Places what it :meth:`holds` onto columns counted from 0."""

    @property
    def columns(self) -> int:
        """How many columns are drawn."""
        ...

    def holds(self, span: Span) -> bool:
        """Whether the span lies on this scale at all."""
        ...

    def place(self, span: Span) -> tuple[float, float]:
        """Begin and end of a span that it holds, in columns, within ``[0, columns]``."""
        ...

    def steps(self) -> Iterator[Iterator[tuple[float, str]]]:
        """Ever coarser series of marks: column and label of each, the first at the beginning."""
        ...


@dataclass(frozen=True)
class TimeScale:
    """``[0, duration_ms)`` over ``columns``."""

    duration_ms: int
    columns: int

    def holds(self, span: Span) -> bool:
        """Spans on the asset's clock."""
        return span.is_timed

    def place(self, span: Span) -> tuple[float, float]:
        """What lies behind the end is drawn at the end: nothing is left out."""
        begin, end = (
            min(self.columns, (at_ms or 0) * self.columns / self.duration_ms)
            for at_ms in (span.start_ms, span.end_ms)
        )
        return begin, end

    def steps(self) -> Iterator[Iterator[tuple[float, str]]]:
        """Round times; days where an asset is so long."""
        for step_ms in itertools.chain(_STEPS_MS, (_STEPS_MS[-1] * 2**n for n in itertools.count(1))):
            yield (
                (at_ms * self.columns / self.duration_ms, _clock(at_ms, step_ms))
                for at_ms in range(0, self.duration_ms, step_ms)
            )


@dataclass(frozen=True)
class PageScale:
    """Pages 1 to ``page_count``, each equally wide, within ``width`` columns."""

    page_count: int
    width: int

    @property
    def columns(self) -> int:
        """Whole columns a page where they fit, so that pages look alike."""
        each = min(_MAX_PAGE_COLUMNS, self.width // self.page_count)
        return each * self.page_count if each else self.width

    def holds(self, span: Span) -> bool:
        """Spans that are a page."""
        return span.page is not None

    def place(self, span: Span) -> tuple[float, float]:
        """The columns of the page."""
        before = min(self.page_count, span.page or 1) - 1
        return before * self.columns / self.page_count, (before + 1) * self.columns / self.page_count

    def steps(self) -> Iterator[Iterator[tuple[float, str]]]:
        """Every page, or the first and the round ones: 1, 10, 20."""
        for power in itertools.count():
            for step in (10**power, 2 * 10**power, 5 * 10**power):
                yield (
                    ((page - 1) * self.columns / self.page_count, str(page))
                    for page in (1, *range(step if step > 1 else 2, self.page_count + 1, step))
                )


def ticks(scale: Scale) -> list[tuple[int, str]]:
    """The finest marks of which no two labels touch: columns, ascending, with their labels."""
    for step in scale.steps():
        marks: list[tuple[int, str]] = []
        for column, label in step:
            if marks and int(column) < marks[-1][0] + len(marks[-1][1]) + 2:
                break
            marks.append((int(column), label))
        else:
            break
    return [(column, label) for column, label in marks if column + len(label) <= scale.columns or not column]


def _clock(at_ms: int, step_ms: int) -> str:
    """``0:05``; with tenths between marks closer than seconds, ``2h`` between marks of whole hours."""
    if step_ms % _HOUR_MS == 0:
        return f"{at_ms // _HOUR_MS}h"
    return brief_timecode(at_ms) if step_ms < 1000 else brief_timecode(at_ms)[:-2]
