"""Whether what is called 80 % sure is right in 80 of 100 cases."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from braid.domain.scores.intervals import Interval, resampled

__all__ = [
    "Calibration",
    "Platt",
    "ReliabilityBin",
    "brier_score",
    "calibration",
    "fit_platt",
    "reliability",
]

_RESAMPLES = 500
_MOST_STEPS = 100
_TOLERANCE = 1e-10


@dataclass(frozen=True)
class ReliabilityBin:
    """Of ``count`` examples the mean probability given, and the share that was true."""

    count: int
    mean_probability: float
    share_true: float


@dataclass(frozen=True)
class Calibration:
    """``ece`` with its interval by bootstrap, and the bins that it is the mean of."""

    ece: Interval
    brier: float
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True)
class Platt:
    """A probability out of a score: ``1 / (1 + exp(-(slope * score + offset)))`` (Platt 1999)."""

    slope: float
    offset: float

    def probability(self, score: float) -> float:
        """From 0 to 1."""
        return _sigmoid(self.slope * score + self.offset)


def calibration(
    probabilities: Sequence[float], truth: Sequence[bool], *, bins: int = 10, seed: int = 0
) -> Calibration:
    """Expected calibration error (Naeini 2015) over bins of equal mass (Nguyen & O'Connor 2015).

    ``probabilities`` of the positive class, 0 to 1. Raises ``ValueError`` for any other, or for none.
    Resampling alone adds error to a perfect model; the interval is of the figure, not corrected for that.
    """
    pairs = _pairs(probabilities, truth)
    chance = random.Random(seed)
    drawn = (_ece(reliability_of(chance.choices(pairs, k=len(pairs)), bins)) for _ in range(_RESAMPLES))
    found = reliability_of(pairs, bins)
    return Calibration(resampled(_ece(found), drawn, len(pairs)), brier_score(probabilities, truth), found)


def reliability(
    probabilities: Sequence[float], truth: Sequence[bool], *, bins: int = 10
) -> tuple[ReliabilityBin, ...]:
    """Bins of equal mass, from the least sure to the surest; fewer than ``bins`` of few examples.

    Equal probabilities are never parted. Raises ``ValueError`` as ``calibration`` does.
    """
    return reliability_of(_pairs(probabilities, truth), bins)


def reliability_of(pairs: Sequence[tuple[float, bool]], bins: int) -> tuple[ReliabilityBin, ...]:
    """The same of pairs of probability and truth."""
    ordered = sorted(pairs)
    found = []
    begin = 0
    for number in range(1, bins + 1):
        end = max(begin, round(number * len(ordered) / bins))
        while begin < end < len(ordered) and ordered[end][0] == ordered[end - 1][0]:
            end += 1
        part = ordered[begin:end]
        if part:
            count = len(part)
            mean = math.fsum(probability for probability, _ in part) / count
            found.append(ReliabilityBin(count, mean, sum(true for _, true in part) / count))
        begin = end
    return tuple(found)


def brier_score(probabilities: Sequence[float], truth: Sequence[bool]) -> float:
    """The mean squared difference of probability and truth (Brier 1950): 0 is perfect."""
    pairs = _pairs(probabilities, truth)
    return math.fsum((probability - true) ** 2 for probability, true in pairs) / len(pairs)


def fit_platt(scores: Sequence[float], truth: Sequence[bool]) -> Platt:
    """Slope and offset of greatest likelihood, with Platt's smoothed targets, by Newton's method.

    Fit it on examples that neither training nor the evaluation sees.
    Raises ``ValueError`` without both classes.
    """
    positives = sum(map(bool, truth))
    negatives = len(truth) - positives
    if not positives or not negatives:
        raise ValueError("scaling needs examples of both classes")
    high, low = (positives + 1) / (positives + 2), 1 / (negatives + 2)
    targets = [high if true else low for true in truth]
    slope, offset = 0.0, math.log((positives + 1) / (negatives + 1))
    for _ in range(_MOST_STEPS):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for score, target in zip(scores, targets, strict=True):
            probability = _sigmoid(slope * score + offset)
            error, weight = probability - target, max(probability * (1 - probability), 1e-12)
            g0 += error * score
            g1 += error
            h00 += weight * score * score
            h01 += weight * score
            h11 += weight
        h00 += 1e-12  # keeps the step finite where every score is the same
        determinant = h00 * h11 - h01 * h01
        if determinant <= 0:
            break
        step = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant)
        slope, offset, before = *_descend(scores, targets, slope, offset, step), (slope, offset)
        if max(abs(slope - before[0]), abs(offset - before[1])) < _TOLERANCE:
            break
    return Platt(slope, offset)


def _descend(
    scores: Sequence[float], targets: Sequence[float], slope: float, offset: float, step: tuple[float, float]
) -> tuple[float, float]:
    """Newton's step, halved until the loss doesn't grow."""
    now = _loss(scores, targets, slope, offset)
    size = 1.0
    while size > 1e-10:
        there = slope - size * step[0], offset - size * step[1]
        if _loss(scores, targets, *there) <= now:
            return there
        size /= 2
    return slope, offset


def _loss(scores: Sequence[float], targets: Sequence[float], slope: float, offset: float) -> float:
    total = 0.0
    for score, target in zip(scores, targets, strict=True):
        value = slope * score + offset
        # log(1 + exp(value)) - target * value, without overflow
        total += max(value, 0.0) + math.log1p(math.exp(-abs(value))) - target * value
    return total


def _ece(bins: Sequence[ReliabilityBin]) -> float:
    total = sum(each.count for each in bins)
    return math.fsum(each.count * abs(each.mean_probability - each.share_true) for each in bins) / total


def _pairs(probabilities: Sequence[float], truth: Sequence[bool]) -> list[tuple[float, bool]]:
    pairs = [(float(each), bool(true)) for each, true in zip(probabilities, truth, strict=True)]
    if not pairs:
        raise ValueError("there is no example to calibrate on")
    if not all(0.0 <= each <= 1.0 for each, _ in pairs):
        raise ValueError("a probability lies between 0 and 1")
    return pairs


def _sigmoid(value: float) -> float:
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    grown = math.exp(value)
    return grown / (1 + grown)
