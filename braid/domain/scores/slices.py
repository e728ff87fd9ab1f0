"""Groups of examples for which a model does worse than for all others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from braid.domain.scores.comparison import Comparison, Metric, compare
from braid.domain.scores.intervals import Interval, wilson

__all__ = ["Measure", "SliceScore", "holm", "slice_changes", "slice_report", "two_shares_p"]

# Which share is compared: of all examples, of the positive ones (recall), of the negative ones.
Measure = Literal["accuracy", "recall", "specificity"]
_LEAST_EXPECTED = 1.0


@dataclass(frozen=True)
class SliceScore:
    """``share`` of a slice is right, ``rest`` of all others; ``points`` is the first minus the second.

    ``adjusted_p`` is Holm's: below the level, the slice differs. ``None`` where there is nothing to compare.
    """

    attribute: str
    name: str
    share: Interval
    rest: float | None
    points: float | None
    p: float | None
    adjusted_p: float | None
    level: float

    @property
    def is_worse(self) -> bool:
        """Whether the model does worse here than elsewhere, beyond chance."""
        return (
            self.adjusted_p is not None
            and self.points is not None
            and self.adjusted_p < self.level
            and self.points < 0
        )


def slice_report(
    truth: Sequence[bool],
    predicted: Sequence[bool],
    slices: Mapping[str, Sequence[str]],
    *,
    measure: Measure = "accuracy",
    level: float = 0.05,
) -> tuple[SliceScore, ...]:
    """Each slice against the rest, the worst first.

    ``slices``: by attribute (``language``) each example's value (``de``). All tests are one family, so that
    in data without a disparity any is found with a chance of ``level``; two values are one test.
    For more than two classes give ``truth`` as all true and ``predicted`` as whether it is right.
    """
    kept = [
        index
        for index, true in enumerate(truth)
        if measure == "accuracy" or bool(true) == (measure == "recall")
    ]
    right = {index: bool(truth[index]) == bool(predicted[index]) for index in kept}
    drafts: list[tuple[str, str, int, int]] = []
    tests: list[tuple[str, float]] = []
    hits_of_all = sum(right.values())
    for attribute, values in slices.items():
        if len(values) != len(truth):
            raise ValueError(f"{attribute} has {len(values)} values for {len(truth)} examples")
        hits: dict[str, int] = {}
        counts: dict[str, int] = {}
        for index in kept:
            counts[values[index]] = counts.get(values[index], 0) + 1
            hits[values[index]] = hits.get(values[index], 0) + right[index]
        for number, name in enumerate(sorted(counts)):
            drafts.append((attribute, name, hits[name], counts[name]))
            if len(counts) > 2 or (len(counts) == 2 and number == 0):
                rest = hits_of_all - hits[name], len(kept) - counts[name]
                tests.append((f"{attribute}={name}", two_shares_p(hits[name], counts[name], *rest)))
    adjusted = dict(zip((name for name, _ in tests), holm([p for _, p in tests]), strict=True))
    plain = dict(tests)
    found = []
    for attribute, name, hit, count in drafts:
        others = len(kept) - count
        rest_share = (hits_of_all - hit) / others if others else None
        key = f"{attribute}={name}"
        if key not in plain:  # the second of two values: its test is the first one's
            key = next((f"{attribute}={other}" for of, other, _, _ in drafts if of == attribute), key)
        share = wilson(hit, count)
        points = share.value - rest_share if share.value is not None and rest_share is not None else None
        found.append(
            SliceScore(attribute, name, share, rest_share, points, plain.get(key), adjusted.get(key), level)
        )
    return tuple(sorted(found, key=lambda each: (each.points or 0.0, each.attribute, each.name)))


def slice_changes(
    truth: Sequence[bool],
    base: Sequence[bool],
    tuned: Sequence[bool],
    slices: Mapping[str, Sequence[str]],
    *,
    metric: Metric = "f1",
    seed: int = 0,
) -> dict[str, Comparison]:
    """How much better or worse the tuned model is in each slice, by ``attribute=value``."""
    found = {}
    for attribute, values in slices.items():
        for name in sorted(set(values)):
            chosen = [index for index, value in enumerate(values) if value == name]
            found[f"{attribute}={name}"] = compare(
                *([side[index] for index in chosen] for side in (truth, base, tuned)),
                metric=metric,
                seed=seed,
                resamples=500,
            )
    return found


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values of Holm (1979), in the order given: they bound the chance that any is low by luck."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def two_shares_p(hits: int, count: int, other_hits: int, other_count: int) -> float:
    """The two-sided p-value that two shares are the same one; 1 where one of them is of nothing.

    The "N-1" chi-squared test, and Fisher's exact one where an expected count is below 1: what Campbell
    (2007, doi:10.1002/sim.2832) recommends for tables of 2 by 2.
    """
    total, right = count + other_count, hits + other_hits
    if not count or not other_count or right in (0, total):
        return 1.0
    least = min(right, total - right) * min(count, other_count) / total
    if least < _LEAST_EXPECTED:
        return _fisher(hits, count, right, total)
    products = hits * (other_count - other_hits) - other_hits * (count - hits)
    chi_squared = products**2 * (total - 1) / (count * other_count * right * (total - right))
    return math.erfc(math.sqrt(chi_squared / 2))


def _fisher(hits: int, count: int, right: int, total: int) -> float:
    """All tables with the same margins that are no likelier than this one."""
    ways = [
        math.comb(right, k) * math.comb(total - right, count - k)
        for k in range(max(0, count - (total - right)), min(right, count) + 1)
    ]
    own = math.comb(right, hits) * math.comb(total - right, count - hits)
    return sum(each for each in ways if each <= own) / sum(ways)
