"""Whether what is made still looks and fares as it did: shares against a stored baseline.

Everything here is counted from generations that ended; the same ones give the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, quantiles
from typing import Literal

__all__ = [
    "LEAST_FOR_A_BASELINE",
    "Baseline",
    "Distribution",
    "Drift",
    "Ending",
    "baseline_of",
    "drift_of",
    "stability_index",
]

# Below this index nothing has moved that anybody should care for (the usual reading of the index), however
# many drafts prove it.
_STABLE = 0.1
# How often one look at everything may cry although nothing moved.
_FALSE_ALARMS = 0.01
_LEAST_SHARE = 0.005
_BINS = 5
_LEAST_NOW = 30
LEAST_FOR_A_BASELINE = 100


@dataclass(frozen=True)
class Ending:
    """How one generation ended. ``at`` is ISO 8601; ``experiment`` is the request's ``a|b``, else empty.

    ``blocked`` was held back by Check Output, ``filtered`` by the provider, which made nothing; ``undecided``
    is what nobody looked at in time. ``statistics`` are the picture's, by name.
    """

    asset_id: str
    at: str
    outcome: Literal["approved", "refused", "undecided", "blocked", "filtered"]
    statistics: Mapping[str, float]
    template: str = ""
    version: str = ""
    experiment: str = ""


@dataclass(frozen=True)
class Distribution:
    """Shares of ``count`` values below each of ``edges``, and above the last."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    count: int


@dataclass(frozen=True)
class Baseline:
    """``generation/quality/baseline.json``: what later drafts are compared with, by measure."""

    at: str
    measures: Mapping[str, Distribution]
    schema_version: str = "1"


@dataclass(frozen=True)
class Drift:
    """One measure now: its index, from which threshold on it has moved, and of how many values."""

    measure: str
    index: float
    threshold: float
    count: int

    @property
    def ratio(self) -> float:
        """The index by its threshold: from 1 on the measure has moved."""
        return self.index / self.threshold


def baseline_of(endings: Iterable[Ending], *, at: str) -> Baseline | None:
    """The baseline of these; ``None`` where they are fewer than ``LEAST_FOR_A_BASELINE``.

    A measure of fewer than thirty values has no place in it. Pictures' statistics are cut at their quintiles.
    """
    found = list(endings)
    if len(found) < LEAST_FOR_A_BASELINE:
        return None
    values = {name: item for name, item in _values(found).items() if len(item) >= _LEAST_NOW}
    return Baseline(
        at, {name: _distribution(item, _edges(name, item)) for name, item in sorted(values.items())}
    )


def drift_of(baseline: Baseline, endings: Iterable[Ending]) -> tuple[Drift, ...]:
    """Each measure of which there are thirty values in both, by name.

    Where nothing moved, the index times ``1 / (1 / n + 1 / m)`` has a chi-squared distribution of one degree
    less than there are bins (B. Yurdakul, Statistical Properties of Population Stability Index, Western
    Michigan University, 2018): the threshold is what it passes in one of a hundred looks at all measures
    together, and never below 0.1.
    """
    values = {name: item for name, item in _values(endings).items() if len(item) >= _LEAST_NOW}
    names = [name for name in baseline.measures if name in values]
    return tuple(_compared(name, baseline.measures[name], values[name], len(names)) for name in names)


def stability_index(before: Sequence[float], now: Sequence[float]) -> float:
    """The population stability index of two lists of shares: sum of (now - before) ln(now / before).

    An empty bin counts as half a percent.
    """
    pairs = zip(map(_filled, before), map(_filled, now), strict=True)
    return math.fsum((new - old) * math.log(new / old) for old, new in pairs)


def _compared(name: str, before: Distribution, values: Sequence[float], measures: int) -> Drift:
    now = _distribution(values, before.edges)
    spread = 1 / before.count + 1 / now.count
    certain = _chi_squared(1 - _FALSE_ALARMS / measures, len(before.edges)) * spread
    return Drift(
        name,
        round(stability_index(before.shares, now.shares), 4),
        round(max(_STABLE, certain), 4),
        now.count,
    )


def _values(endings: Iterable[Ending]) -> dict[str, list[float]]:
    """By measure: shares as noughts and ones, statistics as they are."""
    values: dict[str, list[float]] = {}
    for ending in endings:
        of_one: dict[str, float] = {"filtered": ending.outcome == "filtered"}
        if ending.outcome != "filtered":
            of_one["blocked"] = ending.outcome == "blocked"
            of_one |= ending.statistics
        if ending.outcome in ("approved", "refused"):
            of_one["approved"] = ending.outcome == "approved"
        for name, value in of_one.items():
            values.setdefault(name, []).append(float(value))
    return values


def _edges(name: str, values: Sequence[float]) -> tuple[float, ...]:
    if name in ("filtered", "blocked", "approved"):
        return (0.5,)
    return tuple(sorted(set(quantiles(values, n=_BINS))))


def _distribution(values: Sequence[float], edges: Sequence[float]) -> Distribution:
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[sum(value >= edge for edge in edges)] += 1
    return Distribution(tuple(edges), tuple(round(count / len(values), 6) for count in counts), len(values))


def _filled(share: float) -> float:
    return max(share, _LEAST_SHARE)


def _chi_squared(probability: float, degrees: int) -> float:
    """The quantile, by Wilson and Hilferty's cube (Proceedings of the NAS 17, 1931): within 2 % here."""
    part = 2 / (9 * degrees)
    root = 1 - part + NormalDist().inv_cdf(probability) * math.sqrt(part)
    return float(degrees * root**3)
