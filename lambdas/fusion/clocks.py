"""A robust line through differences of two clocks: offset at zero, drift, and how sure both are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

__all__ = ["ClockFit", "fit_clock"]

# From this stretch on a drift of a tenth of a percent stands out of word-level noise.
_MIN_DRIFT_SPAN_MS = 60_000
_SIGNIFICANT = 3.0
_MAX_DRIFT = 0.01
_TRIMS = 4
_MIN_SCALE_MS = 20.0
# The median absolute deviation of a normal distribution is 0.6745 standard deviations.
_MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True)
class ClockFit:
    """``other = own + offset_ms + drift * own``, over ``inlier_count`` of ``sample_count`` samples.

    ``error_ms`` is the standard error in the middle of the samples, ``drift_error`` that of the drift, which
    is ``None`` where the samples span too little time to tell one.
    """

    offset_ms: float
    drift: float
    error_ms: float
    drift_error: float | None
    inlier_count: int
    sample_count: int


def fit_clock(samples: Sequence[tuple[float, float]]) -> ClockFit:
    """Fits ``(own_ms, difference_ms)`` samples, sorted or not; at least two are needed.

    Medians find the line (a sixth of wrong samples changes nothing), trimmed least squares sharpens it
    (Theil 1950 and Sen 1968, over pairs half of the samples apart, so that it stays linear).
    """
    ordered = sorted(samples)
    slope = _median_slope(ordered)
    base = median(difference - slope * own for own, difference in ordered)
    inliers = ordered
    for _ in range(_TRIMS):
        residuals = [abs(difference - base - slope * own) for own, difference in ordered]
        scale = max(_MIN_SCALE_MS, _MAD_TO_SIGMA * median(residuals))
        inliers = [pair for pair, residual in zip(ordered, residuals, strict=True) if residual <= 3 * scale]
        slope, base, drift_error = _least_squares(inliers)
    sigma = _spread(inliers, base, slope)
    span_ms = inliers[-1][0] - inliers[0][0]
    is_drifting = abs(slope) > _SIGNIFICANT * drift_error
    if span_ms < _MIN_DRIFT_SPAN_MS or not is_drifting:
        known = drift_error if span_ms >= _MIN_DRIFT_SPAN_MS else None
        slope, base = 0.0, median(difference for _, difference in inliers)
        return ClockFit(base, 0.0, sigma / math.sqrt(len(inliers)), known, len(inliers), len(ordered))
    return ClockFit(base, slope, sigma / math.sqrt(len(inliers)), drift_error, len(inliers), len(ordered))


def _median_slope(ordered: Sequence[tuple[float, float]]) -> float:
    half = len(ordered) // 2
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in zip(ordered, ordered[half:], strict=False)
        if later[0] - earlier[0] >= _MIN_DRIFT_SPAN_MS / 4
    ]
    if not slopes:
        return 0.0
    return max(-_MAX_DRIFT, min(_MAX_DRIFT, median(slopes)))


def _least_squares(pairs: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Slope, value at zero, and the slope's standard error."""
    count = len(pairs)
    mean_own = math.fsum(own for own, _ in pairs) / count
    mean_difference = math.fsum(difference for _, difference in pairs) / count
    spread = math.fsum((own - mean_own) ** 2 for own, _ in pairs)
    if count < 3 or spread == 0:
        return 0.0, mean_difference, math.inf
    slope = math.fsum((own - mean_own) * (difference - mean_difference) for own, difference in pairs) / spread
    base = mean_difference - slope * mean_own
    sigma = max(1.0, _spread(pairs, base, slope))
    return slope, base, sigma / math.sqrt(spread)


def _spread(pairs: Sequence[tuple[float, float]], base: float, slope: float) -> float:
    if len(pairs) < 3:
        return math.inf
    squares = math.fsum((difference - base - slope * own) ** 2 for own, difference in pairs)
    return math.sqrt(squares / (len(pairs) - 2))
