"""Values with their 95 % interval."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Interval", "resampled", "wilson"]

_Z = 1.959964  # of 95 %


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval, of ``count`` items; ``None`` where there are none to take it of."""

    value: float | None
    low: float | None
    high: float | None
    count: int

    def __str__(self) -> str:
        if self.value is None or self.low is None or self.high is None:
            return "none: no text was decided that it could be taken of"
        return f"{self.value:.3f}  95% {self.low:.3f} to {self.high:.3f}  (n = {self.count})"


def wilson(hits: int, count: int) -> Interval:
    """The share with the score interval of Wilson (1927), which holds near 0 and 1 and for small counts."""
    if not count:
        return Interval(None, None, None, 0)
    share = hits / count
    scale = 1 + _Z**2 / count
    centre = (share + _Z**2 / (2 * count)) / scale
    spread = _Z / scale * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    return Interval(share, max(0.0, centre - spread), min(1.0, centre + spread), count)


def resampled(value: float | None, drawn: Iterable[float | None], count: int) -> Interval:
    """``value`` between the 2.5th and the 97.5th percentile of what resampling gave (Efron 1979).

    Draws that have no value are left out; without any there is no interval.
    """
    values = sorted(each for each in drawn if each is not None)
    if value is None or not values:
        return Interval(None, None, None, count)
    low, high = values[int(0.025 * len(values))], values[min(len(values) - 1, int(0.975 * len(values)))]
    return Interval(value, low, high, count)
