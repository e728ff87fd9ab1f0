"""A robust line through differences of two clocks: offset at zero, drift, and how sure both are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["ClockFit", "Line", "fit_clock", "least_squares"]

# Clocks of recorders and converted frame rates: a drift of 0.5 % is rare, one of 1 % a mistake.
_LIKELY_DRIFT = 0.003
_MAX_DRIFT = 0.01
_SLOPE_SPAN_MS = 15_000
_TRIMS = 4
_MIN_SCALE_MS = 20.0
# Words of one clock scatter by what a speaker and a caption's editor differ, not by seconds.
_MAX_SCALE_MS = 250.0
_INLIER_SCALES = 2.5
# Half of a normal distribution lies within 0.6745 standard deviations of its middle.
_HALF_TO_SIGMA = 1.4826


@dataclass(frozen=True)
class ClockFit:
    """``other = own + offset_ms + drift * own``, over ``inlier_count`` of ``sample_count`` samples.

    ``error_ms`` is the standard error of the offset at zero, ``drift_error`` that of the drift.
    """

    offset_ms: float
    drift: float
    error_ms: float
    drift_error: float
    inlier_count: int
    sample_count: int


def fit_clock(samples: Sequence[tuple[float, float]]) -> ClockFit:
    """Fits ``(own_ms, difference_ms)`` samples in any order; at least three are needed.

    The median of slopes finds the direction (Theil 1950, Sen 1968, over pairs half of the samples apart, so
    that it stays linear), the densest half of the samples the place (Rousseeuw 1984): up to half of them may
    be wrong, all in the same direction even. Least squares over what lies there sharpens it. Where few
    samples tell little of a drift, it is drawn towards none, as far as 0.3 % is the drift to expect.
    """
    ordered = sorted(samples)
    slope = _median_slope(ordered)
    base, _ = _densest_half([difference - slope * own for own, difference in ordered])
    line = Line(base, slope, math.inf, math.inf)
    inliers = ordered
    for _ in range(_TRIMS):
        residuals = [difference - line.at(own) for own, difference in ordered]
        middle, width = _densest_half(residuals)
        # The densest of few samples lie closer together than they scatter (Rousseeuw and Leroy 1987).
        sigma = _HALF_TO_SIGMA * (1 + 5 / max(1, len(ordered) - 2)) * width / 2
        reach = _INLIER_SCALES * min(_MAX_SCALE_MS, max(_MIN_SCALE_MS, sigma))
        inliers = [
            pair for pair, residual in zip(ordered, residuals, strict=True) if abs(residual - middle) <= reach
        ]
        if len(inliers) < 3:
            return ClockFit(base, slope, math.inf, math.inf, len(inliers), len(ordered))
        line = least_squares(inliers)
    return ClockFit(
        offset_ms=line.base,
        drift=line.slope,
        error_ms=line.base_error,
        drift_error=line.slope_error,
        inlier_count=len(inliers),
        sample_count=len(ordered),
    )


@dataclass(frozen=True)
class Line:
    """``base + slope * own_ms`` and the standard errors of both."""

    base: float
    slope: float
    base_error: float
    slope_error: float

    def at(self, own_ms: float) -> float:
        """The difference of the clocks at ``own_ms``."""
        return self.base + self.slope * own_ms


def _median_slope(ordered: Sequence[tuple[float, float]]) -> float:
    half = len(ordered) // 2
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in zip(ordered, ordered[half:], strict=False)
        if later[0] - earlier[0] >= _SLOPE_SPAN_MS
    ]
    if not slopes:
        return 0.0
    return max(-_MAX_DRIFT, min(_MAX_DRIFT, _median(slopes)))


def _median(values: Iterable[float]) -> float:
    # The statistics module takes longer to import than this step to fuse a short asset.
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _densest_half(values: Iterable[float]) -> tuple[float, float]:
    """The middle and the width of the shortest interval that holds half of the values."""
    ordered = sorted(values)
    half = len(ordered) // 2
    width, begin = min((ordered[at + half] - ordered[at], at) for at in range(len(ordered) - half))
    return ordered[begin] + width / 2, width


def least_squares(pairs: Sequence[tuple[float, float]]) -> Line:
    """The line through ``(own_ms, difference_ms)``, drawn towards no drift where they tell little."""
    count = len(pairs)
    if not count:
        return Line(0.0, 0.0, math.inf, _LIKELY_DRIFT)
    mean_own = math.fsum(own for own, _ in pairs) / count
    mean_difference = math.fsum(difference for _, difference in pairs) / count
    spread = math.fsum((own - mean_own) ** 2 for own, _ in pairs)
    product = math.fsum((own - mean_own) * (difference - mean_difference) for own, difference in pairs)
    slope = product / spread if spread else 0.0
    squares = math.fsum(
        (difference - mean_difference - slope * (own - mean_own)) ** 2 for own, difference in pairs
    )
    variance = max(1.0, squares / max(1, count - 2))
    # What the samples tell of the drift, and what was to be expected before.
    known, expected = spread / variance, 1 / _LIKELY_DRIFT**2
    slope *= known / (known + expected)
    slope_error = 1 / math.sqrt(known + expected)
    base_error = math.sqrt(variance / count + (mean_own * slope_error) ** 2)
    return Line(mean_difference - slope * mean_own, slope, base_error, slope_error)
