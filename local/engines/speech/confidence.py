"""How often a word is right that Whisper gives a probability: fitted on recordings whose words are known."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

__all__ = ["KNOTS", "calibrated"]

KNOTS = (
    (0.000, 0.265),
    (0.376, 0.530),
    (0.704, 0.732),
    (0.893, 0.872),
    (0.959, 0.960),
    (0.982, 0.980),
    (0.995, 0.993),
    (1.000, 0.993),
)
"""Whisper's probability and the share of words that were right, rising; straight lines between.

Written by ``python -m evaluation.speech.fit_confidence``; docs/engines.md says how it does elsewhere.
"""


def calibrated(probability: float) -> float:
    """The chance that the word is right, 0.0–1.0; it never falls where ``probability`` rises."""
    limits = [limit for limit, _ in KNOTS]
    place = min(max(bisect_right(limits, probability), 1), len(KNOTS) - 1)
    (low, below), (high, above) = list(pairwise(KNOTS))[place - 1]
    share = min(1.0, max(0.0, (probability - low) / (high - low)))
    return below + share * (above - below)
