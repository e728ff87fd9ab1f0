"""Coverage, precision, recall and F1 of decisions that may also be left open, with 95 % intervals."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from braid.domain.scores.intervals import Interval, resampled, wilson

__all__ = ["Outcome", "Scores", "score"]

_RESAMPLES = 2_000

# Harmful and blocked, harmless and blocked, harmful and allowed, harmless and allowed, or left to a person.
Outcome = Literal["true_positive", "false_positive", "false_negative", "true_negative", "undecided"]


@dataclass(frozen=True)
class Scores:
    """``coverage`` is the share that was decided; the others are of those, blocking as positive."""

    coverage: Interval
    precision: Interval
    recall: Interval
    f1: Interval
    counts: dict[str, int]


def score(outcomes: Sequence[Outcome], *, seed: int = 0) -> Scores:
    """Scores with Wilson's intervals; that of F1, which is no share, by bootstrap over the decided texts."""
    counts = Counter(outcomes)
    hits, false_alarms, misses = (
        counts[name] for name in ("true_positive", "false_positive", "false_negative")
    )
    decided = [outcome for outcome in outcomes if outcome != "undecided"]
    return Scores(
        coverage=wilson(len(decided), len(outcomes)),
        precision=wilson(hits, hits + false_alarms),
        recall=wilson(hits, hits + misses),
        f1=_bootstrapped_f1(decided, seed),
        counts=dict(sorted(counts.items())),
    )


def _f1(outcomes: Iterable[Outcome]) -> float | None:
    counts = Counter(outcomes)
    wrong = counts["false_positive"] + counts["false_negative"]
    whole = 2 * counts["true_positive"] + wrong
    return 2 * counts["true_positive"] / whole if whole else None


def _bootstrapped_f1(decided: Sequence[Outcome], seed: int) -> Interval:
    value = _f1(decided)
    if value is None:
        return Interval(None, None, None, len(decided))
    chance = random.Random(seed)
    drawn = (_f1(chance.choices(decided, k=len(decided))) for _ in range(_RESAMPLES))
    return resampled(value, drawn, len(decided))
