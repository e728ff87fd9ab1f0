"""Whether the quality of answers has moved away from a baseline: what is measured, and when that is drift.

A difference counts once it is both large enough to matter and too large for chance: five measures a day over
years shall raise no false alarm, so chance is held to one in thirty thousand (4 standard errors).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, variance

__all__ = ["BASELINE_ASSETS", "FEWEST_ASSETS", "Baseline", "Drift", "Observed", "baseline_of", "drifted"]

BASELINE_ASSETS = 100
FEWEST_ASSETS = 50
_STANDARD_ERRORS = 4.0
_LEAST_CONFIDENCE_CHANGE = 0.05
_LEAST_SHARE_CHANGE = 0.1
# Total variation distance: the share of assets that would have to be in another language.
_LEAST_LANGUAGE_CHANGE = 0.2
# The chi-square approximation needs so many in each cell; rarer languages are counted together.
_FEWEST_EXPECTED = 5.0
_OTHERS = "others"


@dataclass(frozen=True)
class Observed:
    """What one ended asset says about quality.

    ``confidence`` is the answer's (0 to 1), where it has one; ``blocked`` a guardrail's intervention;
    ``failed_checks`` that the first model's answer cited wrongly or otherwise failed its checks;
    ``escalated`` that a stronger model was asked.
    """

    confidence: float | None
    blocked: bool
    failed_checks: bool
    escalated: bool
    language: str | None


@dataclass(frozen=True)
class Baseline:
    """What was usual: counts of ``assets``, and of confidences how many, their mean and their variance."""

    taken_at: str
    assets: int
    confidences: int
    confidence_mean: float
    confidence_variance: float
    blocked: int
    failed_checks: int
    escalated: int
    languages: dict[str, int]
    schema_version: str = "1"


@dataclass(frozen=True)
class Drift:
    """One measure that moved: what it was and is, and by how many standard errors it moved."""

    measure: str
    before: float
    now: float
    standard_errors: float


def baseline_of(observed: Sequence[Observed], *, taken_at: str) -> Baseline:
    """What these assets make usual."""
    confidences = [each.confidence for each in observed if each.confidence is not None]
    return Baseline(
        taken_at=taken_at,
        assets=len(observed),
        confidences=len(confidences),
        confidence_mean=fmean(confidences) if confidences else 0.0,
        confidence_variance=variance(confidences) if len(confidences) > 1 else 0.0,
        blocked=sum(each.blocked for each in observed),
        failed_checks=sum(each.failed_checks for each in observed),
        escalated=sum(each.escalated for each in observed),
        languages=dict(Counter(each.language for each in observed if each.language)),
    )


def drifted(baseline: Baseline, observed: Sequence[Observed]) -> tuple[Drift, ...]:
    """The measures that moved between ``baseline`` and the assets ``observed`` since; none of too few."""
    if min(baseline.assets, len(observed)) < FEWEST_ASSETS:
        return ()
    now = baseline_of(observed, taken_at="")
    found = [
        _confidence(baseline, now),
        *(_share(name, baseline, now) for name in ("blocked", "failed_checks", "escalated")),
        _languages(baseline.languages, now.languages),
    ]
    return tuple(drift for drift in found if drift is not None)


def _confidence(before: Baseline, now: Baseline) -> Drift | None:
    """Welch's statistic of two means."""
    if min(before.confidences, now.confidences) < FEWEST_ASSETS:
        return None
    change = now.confidence_mean - before.confidence_mean
    error = math.sqrt(
        before.confidence_variance / before.confidences + now.confidence_variance / now.confidences
    )
    moved = Drift("confidence", before.confidence_mean, now.confidence_mean, _in_errors(change, error))
    return moved if abs(change) >= _LEAST_CONFIDENCE_CHANGE and _is_no_chance(moved) else None


def _share(name: str, before: Baseline, now: Baseline) -> Drift | None:
    """The statistic of two proportions, with their pooled variance."""
    counts = getattr(before, name), getattr(now, name)
    shares = counts[0] / before.assets, counts[1] / now.assets
    pooled = sum(counts) / (before.assets + now.assets)
    error = math.sqrt(pooled * (1 - pooled) * (1 / before.assets + 1 / now.assets))
    moved = Drift(name, *shares, _in_errors(shares[1] - shares[0], error))
    return moved if abs(shares[1] - shares[0]) >= _LEAST_SHARE_CHANGE and _is_no_chance(moved) else None


def _languages(before: Mapping[str, int], now: Mapping[str, int]) -> Drift | None:
    """Pearson's chi-square of both mixes, as a normal deviate (Wilson and Hilferty, 1931).

    ``before`` and ``now`` of the drift are the share of the language that changed most.
    """
    totals = sum(before.values()), sum(now.values())
    if min(totals) < FEWEST_ASSETS:
        return None
    rows = _cells(before, now, totals)
    shares = {name: (a / totals[0], b / totals[1]) for name, (a, b) in rows.items()}
    distance = sum(abs(a - b) for a, b in shares.values()) / 2
    freedom = len(rows) - 1
    if freedom < 1 or distance < _LEAST_LANGUAGE_CHANGE:
        return None
    chi_square = 0.0
    for pair in rows.values():
        for seen, total in zip(pair, totals, strict=True):
            expected = sum(pair) * total / sum(totals)
            chi_square += (seen - expected) ** 2 / expected
    spread = 2 / (9 * freedom)
    errors = ((chi_square / freedom) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)
    most = max(shares.values(), key=lambda pair: abs(pair[0] - pair[1]))
    moved = Drift("languages", *most, errors)
    return moved if _is_no_chance(moved) else None


def _cells(
    before: Mapping[str, int], now: Mapping[str, int], totals: tuple[int, int]
) -> dict[str, tuple[int, int]]:
    """By language how often it was and is; those that are too rare to compare together."""
    rows: dict[str, tuple[int, int]] = {}
    for name in sorted({*before, *now}):
        pair = before.get(name, 0), now.get(name, 0)
        is_rare = sum(pair) * min(totals) / sum(totals) < _FEWEST_EXPECTED
        key = _OTHERS if is_rare else name
        known = rows.get(key, (0, 0))
        rows[key] = known[0] + pair[0], known[1] + pair[1]
    return rows


def _in_errors(change: float, error: float) -> float:
    return change / error if error else math.copysign(math.inf, change) if change else 0.0


def _is_no_chance(moved: Drift) -> bool:
    return abs(moved.standard_errors) >= _STANDARD_ERRORS
