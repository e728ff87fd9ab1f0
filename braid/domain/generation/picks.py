"""What reviewers chose, and what follows: which template comes first, and which is better.

One list of picks stands behind both; nothing is drawn at random: the same picks give the same answer.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "Comparison",
    "Pick",
    "Standing",
    "arm_of",
    "compare",
    "rank",
    "wilson_lower",
]

_Z = 1.96
_ALPHA = 0.05
# The difference that the test is tuned to; another one is found too, later.
_EXPECTED_DIFFERENCE = 0.1
_LEAST_EACH = 20


@dataclass(frozen=True)
class Pick:
    """One decision about one draft: ``version`` is the template's; ``request_id`` the asset's id."""

    request_id: str
    template: str
    version: str
    is_picked: bool
    at: str = ""


@dataclass(frozen=True)
class Standing:
    """How a template's version fares; ``lower`` is the bound that it is ranked by."""

    template: str
    version: str
    picked: int
    shown: int
    lower: float


@dataclass(frozen=True)
class Comparison:
    """Where a test of two arms stands. ``winner`` is the arm's name once it is certain, else empty."""

    winner: str
    difference: float
    evidence: float
    looked_at: int


def arm_of(experiment: str, request_id: str, arms: Sequence[str]) -> str:
    """The arm of a request: always the same one, and as many of each in the long run."""
    digest = hashlib.sha256(f"{len(experiment)}:{experiment}{request_id}".encode()).digest()
    return arms[int.from_bytes(digest[:8], "big") % len(arms)]


def wilson_lower(picked: int, shown: int) -> float:
    """The lower end of Wilson's 95 % interval of a share; 0 where nothing was shown.

    E. B. Wilson, Journal of the American Statistical Association 22, 1927.
    """
    if shown == 0:
        return 0.0
    share = picked / shown
    middle = share + _Z**2 / (2 * shown)
    spread = _Z * math.sqrt(share * (1 - share) / shown + _Z**2 / (4 * shown**2))
    return max(0.0, (middle - spread) / (1 + _Z**2 / shown))


def rank(picks: Iterable[Pick]) -> tuple[Standing, ...]:
    """Templates' versions, the surest first; of equals the one that was shown more, then by name."""
    counts: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for pick in picks:
        counts[pick.template, pick.version].append(pick.is_picked)
    found = [
        Standing(template, version, sum(chosen), len(chosen), wilson_lower(sum(chosen), len(chosen)))
        for (template, version), chosen in counts.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.lower, -each.shown, each.template, each.version)))


def compare(
    one: Sequence[bool], other: Sequence[bool], *, names: tuple[str, str] = ("one", "other")
) -> Comparison:
    """Whether one arm is picked more often, looked at after every pick without paying for the looking.

    A mixture sequential probability ratio test (Johari, Pekelis, Walsh, Operations Research 70, 2022):
    whenever its evidence passes 1 / 0.05 the difference is certain at that level, however often one looked.
    ``one`` and ``other`` are the arms' picks in order of time; the same number of each is compared.
    """
    evidence, difference = 0.0, 0.0
    first, second = 0, 0
    for count, (left, right) in enumerate(zip(one, other, strict=False), 1):
        first, second = first + left, second + right
        if count < _LEAST_EACH:
            continue
        difference = (second - first) / count
        pooled = (first + second) / (2 * count)
        variance = max(2 * pooled * (1 - pooled), 1e-9)
        spread = count * _EXPECTED_DIFFERENCE**2
        exponent = (count * _EXPECTED_DIFFERENCE * difference) ** 2 / (2 * variance * (variance + spread))
        evidence = max(evidence, math.sqrt(variance / (variance + spread)) * math.exp(min(exponent, 700)))
        if evidence >= 1 / _ALPHA:
            return Comparison(names[difference > 0], difference, evidence, count)
    return Comparison("", difference, evidence, min(len(one), len(other)))
