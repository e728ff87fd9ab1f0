"""The tenths of an asset: by time, by page, else by reading order. Evidence has to touch each one."""

from __future__ import annotations

from collections.abc import Sequence

from braid.domain.evidence.observation import Observation
from braid.domain.span import WHOLE, Span, brief_timecode

__all__ = ["Tenth", "Tenths"]

_TENTHS = 10

Tenth = tuple[str, int]


class Tenths:
    """Says which tenths an observation reaches into, and what people call them."""

    def __init__(self, spans: Sequence[Span], duration_ms: int | None) -> None:
        self._duration_ms = max([duration_ms or 1, *(span.end_ms or 0 for span in spans)])
        self._pages = max([1, *(span.page or 0 for span in spans)])
        self._count = max(1, sum(span == WHOLE for span in spans))
        self._read_count = 0

    def of(self, observation: Observation) -> tuple[Tenth, ...]:
        """The tenths of one observation, its middle's first; ask in reading order, once each."""
        span = observation.span
        if span.start_ms is not None and span.end_ms is not None:
            first = _tenth(span.start_ms, self._duration_ms)
            last = max(first, _tenth(span.end_ms - 1, self._duration_ms))
            if first == last:
                return (("time", first),)
            middle = _tenth((span.start_ms + span.end_ms) // 2, self._duration_ms)
            others = [number for number in range(first, last + 1) if number != middle]
            return tuple(("time", number) for number in (middle, *others))
        if span.page is not None:
            return (("page", _tenth(span.page - 1, self._pages)),)
        self._read_count += 1
        return (("order", _tenth(self._read_count - 1, self._count)),)

    def called(self, tenth: Tenth) -> str:
        """What people call a tenth."""
        kind, number = tenth
        if kind == "time":
            begin, end = (brief_timecode(self._duration_ms * at // _TENTHS) for at in (number, number + 1))
            return f"{begin} to {end}"
        if kind == "page":
            pages = [page for page in range(1, self._pages + 1) if _tenth(page - 1, self._pages) == number]
            return f"page {pages[0]}" if len(pages) == 1 else f"pages {pages[0]} to {pages[-1]}"
        return "the whole asset" if self._count < _TENTHS else f"part {number + 1} of {_TENTHS}"


def _tenth(at: int, length: int) -> int:
    tenth = _TENTHS * at // length
    return 0 if tenth < 0 else tenth if tenth < _TENTHS else _TENTHS - 1
