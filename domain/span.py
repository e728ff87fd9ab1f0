"""Where in an asset something is: a time span, a page, or the whole."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WHOLE", "Span", "timecode"]


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
