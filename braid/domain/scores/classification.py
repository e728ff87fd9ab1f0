"""Accuracy, precision, recall and F1 of classes, as scikit-learn computes them (``zero_division=0``).

https://scikit-learn.org/stable/modules/model_evaluation.html#precision-recall-f-measure-metrics
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Average", "ClassScores", "Confusion", "binary_scores", "confusion"]

# All examples at once, classes alike, or classes by how many examples are of them.
Average = Literal["micro", "macro", "weighted"]


@dataclass(frozen=True)
class ClassScores:
    """Shares from 0 to 1; one that can't be taken is 0. ``support`` counts the true examples of the class."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Confusion:
    """``counts`` by (true class, predicted class); ``classes`` in the order in which they are shown."""

    classes: tuple[Hashable, ...]
    counts: Mapping[tuple[Hashable, Hashable], int]

    @property
    def total(self) -> int:
        """How many examples."""
        return sum(self.counts.values())

    @property
    def accuracy(self) -> float:
        """The share that is right; 0 of none."""
        right = sum(self.counts.get((each, each), 0) for each in self.classes)
        return right / self.total if self.total else 0.0

    def of(self, name: Hashable) -> ClassScores:
        """The scores of one class against all others."""
        hits = self.counts.get((name, name), 0)
        predicted = sum(count for (_, guess), count in self.counts.items() if guess == name)
        support = sum(count for (true, _), count in self.counts.items() if true == name)
        return _scores(hits, predicted, support, support)

    def average(self, how: Average) -> ClassScores:
        """One figure over all classes."""
        of_each = [self.of(name) for name in self.classes]
        if how == "micro":
            hits = sum(self.counts.get((each, each), 0) for each in self.classes)
            return _scores(hits, self.total, self.total, self.total)
        weights = [1.0 if how == "macro" else float(each.support) for each in of_each]
        whole = sum(weights)

        def mean(values: Iterator[float]) -> float:
            pairs = zip(values, weights, strict=True)
            return sum(value * weight for value, weight in pairs) / whole if whole else 0.0

        return ClassScores(
            mean(each.precision for each in of_each),
            mean(each.recall for each in of_each),
            mean(each.f1 for each in of_each),
            self.total,
        )


def confusion(truth: Sequence[Hashable], predicted: Sequence[Hashable]) -> Confusion:
    """Counts both. Raises ``ValueError`` where they aren't equally long."""
    counts = Counter(zip(truth, predicted, strict=True))
    return Confusion(tuple(sorted({*truth, *predicted}, key=str)), dict(counts))


def binary_scores(truth: Sequence[bool], predicted: Sequence[bool]) -> ClassScores:
    """The scores of ``True``, the positive class."""
    hits = sum(1 for true, guess in zip(truth, predicted, strict=True) if true and guess)
    return _scores(hits, sum(map(bool, predicted)), sum(map(bool, truth)), sum(map(bool, truth)))


def _scores(hits: int, predicted: int, true: int, support: int) -> ClassScores:
    return ClassScores(
        precision=hits / predicted if predicted else 0.0,
        recall=hits / true if true else 0.0,
        f1=2 * hits / (predicted + true) if predicted + true else 0.0,
        support=support,
    )
