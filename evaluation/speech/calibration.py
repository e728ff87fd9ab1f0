"""How well confidences say how often a word is right, and the rising line that makes them say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from evaluation.speech.measuring import Heard
from local.engines.speech.confidence import calibrated

__all__ = ["Bin", "bins", "calibrated_pairs", "calibration_error", "fitted_knots", "pairs_of"]

EDGES = (0.0, 0.5, 0.7, 0.85, 0.95, 0.99, 1.000001)
# A bin's share is drawn towards a half by so many words: few words prove little.
_PRIOR_WORDS = 2.0

Pair = tuple[float, bool]
"""A word's confidence, and whether it was said."""


@dataclass(frozen=True)
class Bin:
    """The words whose confidence is in [``low``, ``high``): how sure the engine was, how many are right."""

    low: float
    high: float
    confidence: float
    right: float
    count: int


def pairs_of(found: Sequence[Heard]) -> list[Pair]:
    """Every word of the recordings."""
    return [
        (word.confidence, is_right)
        for one in found
        for word, is_right in zip(one.words, one.match.is_right, strict=True)
    ]


def calibrated_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    """Pairs of Whisper's own probabilities with the confidences that the engine makes of them."""
    return [(calibrated(probability), is_right) for probability, is_right in pairs]


def bins(pairs: Sequence[Pair], edges: Sequence[float] = EDGES) -> list[Bin]:
    """The reliability table, without empty bins."""
    found = []
    for low, high in pairwise(edges):
        inside = [(confidence, right) for confidence, right in pairs if low <= confidence < high]
        if inside:
            confidence, right = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            found.append(Bin(low, min(1.0, high), confidence, right, len(inside)))
    return found


def calibration_error(pairs: Sequence[Pair]) -> float:
    """The expected calibration error: the bins' gap between confidence and share of right words, by words."""
    return sum(one.count * abs(one.confidence - one.right) for one in bins(pairs)) / len(pairs)


def fitted_knots(pairs: Sequence[Pair], count: int = 8) -> list[tuple[float, float]]:
    """Where a rising line through ``count`` equally full bins bends; pool adjacent violators make it rise.

    The method is isotonic regression: Zadrozny and Elkan, "Transforming Classifier Scores into Accurate
    Multiclass Probability Estimates", KDD 2002.
    """
    ranked = sorted(pairs)
    blocks: list[tuple[float, float, float]] = []  # words, the sum of confidences, the sum of right ones
    for place in range(count):
        inside = ranked[place * len(ranked) // count : (place + 1) * len(ranked) // count]
        words = float(len(inside))
        right = sum(is_right for _, is_right in inside)
        smoothed = (right + _PRIOR_WORDS / 2) / (words + _PRIOR_WORDS) * words
        blocks.append((words, sum(confidence for confidence, _ in inside), smoothed))
        while len(blocks) > 1 and blocks[-2][2] / blocks[-2][0] >= blocks[-1][2] / blocks[-1][0]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append(tuple(a + b for a, b in zip(before, last, strict=True)))  # type: ignore[arg-type]
    middle = [(confidence / words, right / words) for words, confidence, right in blocks]
    return [(0.0, middle[0][1] / 2), *middle, (1.0, middle[-1][1])]
