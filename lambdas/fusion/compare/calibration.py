"""From a score to a strength that means what it says: of relations of strength 0.8, eight of ten are right.

The constants are fitted by ``benchmarks/fusion/fit_fusion.py`` on generated timelines (Platt 1999, with the
sources' certainty as a second input) and hold for those; on other material they are an estimate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from braid.domain.evidence.timeline import AgreementKind

__all__ = [
    "CALIBRATIONS",
    "LEXICAL",
    "MEANT",
    "Calibration",
    "Lexical",
    "Meant",
    "Shared",
    "meant_probability",
    "meant_strength",
    "redundancy_probability",
    "strength_of",
]

_EDGE = 1e-3
_MOST = 0.99


@dataclass(frozen=True)
class Shared:
    """What two voices share: the weighted share of the smaller one's terms, its neighbour pairs, how many."""

    containment: float
    pair_share: float
    term_count: int


@dataclass(frozen=True)
class Lexical:
    """Weights of a logistic regression over ``Shared``."""

    intercept: float
    containment: float
    pair_share: float
    term_count: float


@dataclass(frozen=True)
class Meant:
    """Weights of a logistic regression over the similarity of two voices' meanings."""

    intercept: float
    similarity: float


@dataclass(frozen=True)
class Calibration:
    """``logit(strength) = intercept + slope * logit(probability) + certainty * logit(certainty)``."""

    intercept: float
    slope: float
    certainty: float


LEXICAL = Lexical(-4.37, 4.12, 3.24, 0.61)
MEANT = Meant(-3.71, 5.72)
# More shared terms than this say no more: long voices share many by chance.
MAX_TERM_COUNT = 5
CALIBRATIONS: Mapping[AgreementKind, Calibration] = {
    AgreementKind.REDUNDANT: Calibration(-2.62, 0.79, 1.70),
    AgreementKind.COMPLEMENTARY: Calibration(1.70, 0.57, 1.18),
    AgreementKind.CONTRADICTORY: Calibration(0.44, 1.11, 1.48),
}


def redundancy_probability(shared: Shared) -> float:
    """How likely two voices that share so much say the same."""
    return _logistic(
        LEXICAL.intercept
        + LEXICAL.containment * shared.containment
        + LEXICAL.pair_share * shared.pair_share
        + LEXICAL.term_count * min(shared.term_count, MAX_TERM_COUNT)
    )


def meant_probability(similarity: float) -> float:
    """How likely two voices say the same whose words don't tell, but whose meanings are so alike."""
    return _logistic(MEANT.intercept + MEANT.similarity * similarity)


def strength_of(kind: AgreementKind, probability: float, certainty: float) -> float:
    """The strength of a relation found with ``probability`` between voices of that ``certainty``."""
    fitted = CALIBRATIONS[kind]
    score = fitted.intercept + fitted.slope * _logit(probability) + fitted.certainty * _logit(certainty)
    # Never certain: what was fitted on saw no case that could not be otherwise.
    return min(_MOST, round(_logistic(score), 3))


def meant_strength(probability: float, certainty: float) -> float:
    """The strength of a repetition that was found by meaning: as sure as that and the sources together."""
    return min(_MOST, round(probability * certainty, 3))


def _logit(probability: float) -> float:
    inside = min(1 - _EDGE, max(_EDGE, probability))
    return math.log(inside / (1 - inside))


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
