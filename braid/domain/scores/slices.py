"""Groups of examples for which a model does worse than for all others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from braid.domain.scores.comparison import Comparison, Metric, compare
from braid.domain.scores.intervals import Interval, wilson

__all__ = ["Measure", "SliceScore", "holm", "slice_changes", "slice_report", "worse_share_p"]

# Which share is compared: of all examples, of the positive ones (recall), of the negative ones.
Measure = Literal["accuracy", "recall", "specificity"]
_NEGLIGIBLE = 1e-16


@dataclass(frozen=True)
class SliceScore:
    """``share`` of a slice is right, ``rest`` of all others; ``points`` is the first minus the second.

    ``p`` is that it is worse by chance, ``adjusted_p`` Holm's: below the level, the slice is worse. ``None``
    where there is nothing to compare.
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
        return self.adjusted_p is not None and self.adjusted_p < self.level


def slice_report(
    truth: Sequence[bool],
    predicted: Sequence[bool],
    slices: Mapping[str, Sequence[str]],
    *,
    measure: Measure = "accuracy",
    level: float = 0.05,
) -> tuple[SliceScore, ...]:
    """Each slice against the rest, the worst first.

    ``slices``: by attribute (``language``) each example's value (``de``). Each is tested for being worse, and
    all tests are one family, so that in data without a disparity any is found with a chance of ``level``.
    For more than two classes give ``truth`` as all true and ``predicted`` as whether it is right.
    """
    kept = [
        index
        for index, true in enumerate(truth)
        if measure == "accuracy" or bool(true) == (measure == "recall")
    ]
    right = {index: bool(truth[index]) == bool(predicted[index]) for index in kept}
    drafts: list[tuple[str, str, int, int]] = []
    tests: list[float | None] = []
    hits_of_all = sum(right.values())
    for attribute, values in slices.items():
        if len(values) != len(truth):
            raise ValueError(f"{attribute} has {len(values)} values for {len(truth)} examples")
        hits: dict[str, int] = {}
        counts: dict[str, int] = {}
        for index in kept:
            counts[values[index]] = counts.get(values[index], 0) + 1
            hits[values[index]] = hits.get(values[index], 0) + right[index]
        for name in sorted(counts):
            drafts.append((attribute, name, hits[name], counts[name]))
            rest = hits_of_all - hits[name], len(kept) - counts[name]
            tests.append(worse_share_p(hits[name], counts[name], *rest) if rest[1] else None)
    tested = [p for p in tests if p is not None]
    adjusted = iter(holm(tested))
    found = []
    for (attribute, name, hit, count), p in zip(drafts, tests, strict=True):
        others = len(kept) - count
        rest_share = (hits_of_all - hit) / others if others else None
        share = wilson(hit, count)
        points = share.value - rest_share if share.value is not None and rest_share is not None else None
        known = None if p is None else next(adjusted)
        found.append(SliceScore(attribute, name, share, rest_share, points, p, known, level))
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


def worse_share_p(hits: int, count: int, other_hits: int, other_count: int) -> float:
    """The one-sided p-value that a share is lower than another by chance; 1/2 or more where it isn't lower.

    Fisher's exact test with the mid-p of Lancaster (1961, doi:10.1080/01621459.1961.10482105), which counts
    half of what was seen: without it the test of small shares would hardly ever reject. 1 where there is
    nothing to compare.
    """
    total, right = count + other_count, hits + other_hits
    if not count or not other_count or right in (0, total):
        return 1.0
    if hits * total > right * count:  # the shorter tail is summed
        return 1.0 - worse_share_p(count - hits, count, other_count - other_hits, other_count)
    own = _likelihood(hits, count, right, total)
    lower, term = 0.0, own
    for each in range(hits, max(0, count - (total - right)), -1):
        term *= each * (total - right - count + each) / ((right - each + 1) * (count - each + 1))
        lower += term
        if term < lower * _NEGLIGIBLE:
            break
    return lower + own / 2


def _likelihood(hits: int, count: int, right: int, total: int) -> float:
    """Of so many hits among ``count`` drawn from ``total`` of which ``right`` are hits (hypergeometric)."""
    ways = _log_ways(right, hits) + _log_ways(total - right, count - hits) - _log_ways(total, count)
    return math.exp(ways)


def _log_ways(of: int, chosen: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)
