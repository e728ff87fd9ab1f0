"""Whether the tuned model is better than the base on the same examples, in points and relative."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from braid.domain.scores.intervals import Interval, resampled

__all__ = ["Comparison", "Metric", "compare", "compare_right", "relative_gain"]

Metric = Literal["accuracy", "precision", "recall", "f1"]
_RESAMPLES = 2_000
# One example: whether it is positive, and whether base and tuned said so.
_Cell = tuple[bool, bool, bool]


@dataclass(frozen=True)
class Comparison:
    """``points`` is tuned minus base, ``relative`` that as a share of base: 0.54 to 0.56 is 0.02 and 0.037.

    Each has the interval of a paired bootstrap: both models are drawn on the same examples (Efron 1979).
    """

    metric: str
    base: float
    tuned: float
    points: Interval
    relative: Interval
    count: int

    @property
    def is_better(self) -> bool:
        """Whether the interval of the difference lies above 0."""
        return self.points.low is not None and self.points.low > 0


def compare(
    truth: Sequence[bool],
    base: Sequence[bool],
    tuned: Sequence[bool],
    *,
    metric: Metric = "f1",
    seed: int = 0,
    resamples: int = _RESAMPLES,
) -> Comparison:
    """Both models' decisions about the same examples, in the same order.

    Raises ``ValueError`` where they aren't equally many, or none.
    """
    cells = [
        (bool(true), bool(one), bool(other)) for true, one, other in zip(truth, base, tuned, strict=True)
    ]
    if not cells:
        raise ValueError("there is no example to compare on")
    counts = Counter(cells)
    before, after = _values(counts, metric)
    chance = random.Random(seed)
    kinds, weights = list(counts), list(counts.values())
    drawn = [_values(Counter(chance.choices(kinds, weights, k=len(cells))), metric) for _ in range(resamples)]
    return Comparison(
        metric,
        before,
        after,
        resampled(after - before, (other - one for one, other in drawn), len(cells)),
        resampled(
            relative_gain(before, after), (relative_gain(one, other) for one, other in drawn), len(cells)
        ),
        len(cells),
    )


def compare_right(
    base_right: Sequence[bool], tuned_right: Sequence[bool], *, seed: int = 0, resamples: int = _RESAMPLES
) -> Comparison:
    """The accuracy of two models of any number of classes, from whether each was right about each example."""
    truth = [True] * len(base_right)
    return compare(truth, base_right, tuned_right, metric="accuracy", seed=seed, resamples=resamples)


def relative_gain(base: float, tuned: float) -> float | None:
    """Tuned over base, less 1; ``None`` where base is 0."""
    return tuned / base - 1 if base else None


def _values(counts: Mapping[_Cell, int], metric: Metric) -> tuple[float, float]:
    value = _METRICS[metric]
    return (
        value(((true, base, count) for (true, base, _), count in counts.items())),
        value(((true, tuned, count) for (true, _, tuned), count in counts.items())),
    )


def _cells(decided: Iterable[tuple[bool, bool, int]]) -> tuple[int, int, int, int]:
    """True and false positives, then false and true negatives."""
    tp = fp = fn = tn = 0
    for true, said, count in decided:
        if true and said:
            tp += count
        elif said:
            fp += count
        elif true:
            fn += count
        else:
            tn += count
    return tp, fp, fn, tn


def _accuracy(decided: Iterable[tuple[bool, bool, int]]) -> float:
    tp, fp, fn, tn = _cells(decided)
    return (tp + tn) / (tp + fp + fn + tn)


def _precision(decided: Iterable[tuple[bool, bool, int]]) -> float:
    tp, fp, _, _ = _cells(decided)
    return tp / (tp + fp) if tp + fp else 0.0


def _recall(decided: Iterable[tuple[bool, bool, int]]) -> float:
    tp, _, fn, _ = _cells(decided)
    return tp / (tp + fn) if tp + fn else 0.0


def _f1(decided: Iterable[tuple[bool, bool, int]]) -> float:
    tp, fp, fn, _ = _cells(decided)
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0


_METRICS: Mapping[Metric, Callable[[Iterable[tuple[bool, bool, int]]], float]] = {
    "accuracy": _accuracy,
    "precision": _precision,
    "recall": _recall,
    "f1": _f1,
}
