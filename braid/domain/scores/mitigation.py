"""A threshold for each slice instead of one for all, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from braid.domain.scores.classification import binary_scores
from braid.domain.scores.curves import precision_recall_curve

__all__ = ["SliceTrade", "Trade", "slice_thresholds", "threshold_trade"]

_LEAST_POSITIVES = 20


@dataclass(frozen=True)
class SliceTrade:
    """One slice under one threshold; ``false_positive_rate`` is the share of harmless ones flagged."""

    name: str
    threshold: float
    precision: float
    recall: float
    f1: float
    false_positive_rate: float
    count: int


@dataclass(frozen=True)
class Trade:
    """The same examples under the common threshold and under one for each slice; ``all`` is the last row."""

    before: tuple[SliceTrade, ...]
    after: tuple[SliceTrade, ...]

    @property
    def recall_gap(self) -> tuple[float, float]:
        """Between the best and the worst slice, before and after."""
        return _gap(self.before), _gap(self.after)

    @property
    def f1_change(self) -> float:
        """Of all examples, after minus before: what equal treatment costs or gives."""
        return self.after[-1].f1 - self.before[-1].f1


def slice_thresholds(
    scores: Sequence[float],
    truth: Sequence[bool],
    slices: Sequence[str],
    *,
    common: float,
    least_positives: int = _LEAST_POSITIVES,
) -> dict[str, float]:
    """For each slice the highest threshold that reaches the recall that ``common`` has over all.

    A slice with fewer positives than ``least_positives`` keeps the common one. Fit them on other examples
    than those whose trade is shown.
    """
    everything = binary_scores(truth, [score >= common for score in scores])
    found = {}
    for name in sorted(set(slices)):
        own = [(scores[index], truth[index]) for index, value in enumerate(slices) if value == name]
        if sum(bool(true) for _, true in own) < least_positives:
            found[name] = common
            continue
        curve = precision_recall_curve([score for score, _ in own], [true for _, true in own])
        found[name] = next(point.threshold for point in curve if point.recall >= everything.recall)
    return found


def threshold_trade(
    scores: Sequence[float],
    truth: Sequence[bool],
    slices: Sequence[str],
    *,
    common: float,
    own: Mapping[str, float],
) -> Trade:
    """Both ways side by side. A slice that ``own`` doesn't name has the common threshold."""
    chosen = [own.get(name, common) for name in slices]
    return Trade(
        _rows(scores, truth, slices, [common] * len(scores), dict.fromkeys(slices, common), common),
        _rows(scores, truth, slices, chosen, {name: own.get(name, common) for name in slices}, common),
    )


def _rows(
    scores: Sequence[float],
    truth: Sequence[bool],
    slices: Sequence[str],
    thresholds: Sequence[float],
    of_slice: Mapping[str, float],
    common: float,
) -> tuple[SliceTrade, ...]:
    flagged = [score >= threshold for score, threshold in zip(scores, thresholds, strict=True)]
    rows = []
    for name in (*sorted(set(slices)), "all"):
        chosen = [
            (bool(true), flag)
            for true, flag, value in zip(truth, flagged, slices, strict=True)
            if name in (value, "all")
        ]
        found = binary_scores([true for true, _ in chosen], [flag for _, flag in chosen])
        negatives = [flag for true, flag in chosen if not true]
        rate = sum(negatives) / len(negatives) if negatives else 0.0
        rows.append(
            SliceTrade(
                name, of_slice.get(name, common), found.precision, found.recall, found.f1, rate, len(chosen)
            )
        )
    return tuple(rows)


def _gap(rows: Sequence[SliceTrade]) -> float:
    recalls = [row.recall for row in rows[:-1]]
    return max(recalls) - min(recalls) if recalls else 0.0
