"""A robust line through differences of two clocks: offset at zero, drift, and how sure both are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["ClockFit", "fit_clock"]

# Clocks of recorders and converted frame rates: a drift of 0.5 % is rare, one of 1 % a mistake.
_LIKELY_DRIFT = 0.002
_MAX_DRIFT = 0.01
_SLOPE_SPAN_MS = 15_000
_TRIMS = 4
_MIN_SCALE_MS = 20.0
# Words of one clock scatter by what a speaker and a caption's editor differ, not by seconds.
_MAX_SCALE_MS = 250.0
# The median absolute deviation of a normal distribution is 0.6745 standard deviations.
_MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True)
class ClockFit:
    """``other = own + offset_ms + drift * own``, over ``inlier_count`` of ``sample_count`` samples.

    ``error_ms`` is the standard error of the offset amid the samples, ``drift_error`` that of the drift.
    """

    offset_ms: float
    drift: float
    error_ms: float
    drift_error: float
    inlier_count: int
    sample_count: int


def fit_clock(samples: Sequence[tuple[float, float]]) -> ClockFit:
    """Fits ``(own_ms, difference_ms)`` samples in any order; at least three are needed.

    Medians find the line (a quarter of wrong samples changes nothing; Theil 1950, Sen 1968, over pairs half
    of the samples apart, so that it stays linear), trimmed least squares sharpens it. Where few samples tell
    little of a drift, it is drawn towards none, as far as 0.2 % is the drift to expect.
    """
    ordered = sorted(samples)
    slope = _median_slope(ordered)
    base = _median(difference - slope * own for own, difference in ordered)
    line = _Line(base, slope, math.inf, math.inf)
    inliers = ordered
    for _ in range(_TRIMS):
        residuals = [abs(difference - line.at(own)) for own, difference in ordered]
        scale = min(_MAX_SCALE_MS, max(_MIN_SCALE_MS, _MAD_TO_SIGMA * _median(residuals)))
        inliers = [pair for pair, residual in zip(ordered, residuals, strict=True) if residual <= 3 * scale]
        if len(inliers) < 3:
            return ClockFit(base, slope, math.inf, math.inf, len(inliers), len(ordered))
        line = _least_squares(inliers)
    return ClockFit(
        offset_ms=line.base,
        drift=line.slope,
        error_ms=line.sigma / math.sqrt(len(inliers)),
        drift_error=line.slope_error,
        inlier_count=len(inliers),
        sample_count=len(ordered),
    )


@dataclass(frozen=True)
class _Line:
    base: float
    slope: float
    sigma: float
    slope_error: float

    def at(self, own_ms: float) -> float:
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


def _least_squares(pairs: Sequence[tuple[float, float]]) -> _Line:
    count = len(pairs)
    mean_own = math.fsum(own for own, _ in pairs) / count
    mean_difference = math.fsum(difference for _, difference in pairs) / count
    spread = math.fsum((own - mean_own) ** 2 for own, _ in pairs)
    product = math.fsum((own - mean_own) * (difference - mean_difference) for own, difference in pairs)
    slope = product / spread if spread else 0.0
    squares = math.fsum(
        (difference - mean_difference - slope * (own - mean_own)) ** 2 for own, difference in pairs
    )
    sigma = max(1.0, math.sqrt(squares / (count - 2)))
    slope_error = sigma / math.sqrt(spread) if spread else math.inf
    slope *= _LIKELY_DRIFT**2 / (_LIKELY_DRIFT**2 + slope_error**2) if spread else 0.0
    return _Line(mean_difference - slope * mean_own, slope, sigma, slope_error)
