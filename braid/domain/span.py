"""Where in an asset something is: a time span, a page, or the whole."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WHOLE", "Span", "brief_timecode", "timecode"]


@dataclass(frozen=True, order=True)
class Span:
    """Half-open ``[start_ms, end_ms)`` in milliseconds, or a ``page`` counted from 1, or neither: the whole.

    A moment is a span whose ends are equal.
    """

    start_ms: int | None = None
    end_ms: int | None = None
    page: int | None = None

    def __post_init__(self) -> None:
        if (self.start_ms is None) != (self.end_ms is None):
            raise ValueError("a time span needs both start_ms and end_ms")
        if self.start_ms is not None and self.end_ms is not None:
            if self.page is not None:
                raise ValueError("a span is in time or on a page, not both")
            if not 0 <= self.start_ms <= self.end_ms:
                raise ValueError(f"a time span must run forward from 0: [{self.start_ms}, {self.end_ms})")
        if self.page is not None and self.page < 1:
            raise ValueError(f"pages count from 1, not {self.page}")

    @property
    def is_timed(self) -> bool:
        """Whether the span lies on the asset's clock."""
        return self.start_ms is not None

    @property
    def brief(self) -> str:
        """For a person's eye: ``0:05.4–0:10.6``, ``page 2``, and nothing for the whole asset."""
        if self.start_ms is not None and self.end_ms is not None:
            begin, end = brief_timecode(self.start_ms), brief_timecode(self.end_ms)
            return begin if begin == end else f"{begin}–{end}"
        return f"page {self.page}" if self.page is not None else ""

    def __str__(self) -> str:
        if self.start_ms is not None and self.end_ms is not None:
            if self.start_ms == self.end_ms:
                return timecode(self.start_ms)
            return f"{timecode(self.start_ms)}–{timecode(self.end_ms)}"
        return f"page {self.page}" if self.page is not None else "whole asset"


WHOLE = Span()


def timecode(at_ms: int) -> str:
    """``HH:MM:SS.mmm`` for display."""
    seconds, milliseconds = divmod(at_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"


def brief_timecode(at_ms: int) -> str:
    """``M:SS.t``, with hours only where there are any; cut to tenths as players do, for reading only.

    >>> brief_timecode(5_750), brief_timecode(3_723_400)
    ('0:05.7', '1:02:03.4')
    """
    tenths = at_ms // 100
    minutes, tenths = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{tenths // 10:02d}.{tenths % 10}"
    return f"{hours}:{minutes:02d}:{seconds}" if hours else f"{minutes}:{seconds}"
