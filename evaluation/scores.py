"""Coverage, precision, recall and F1 of decisions that may also be left open, with 95 % intervals."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Interval", "Outcome", "Scores", "score", "wilson"]

_Z = 1.959964  # of 95 %
_RESAMPLES = 2_000

# Harmful and blocked, harmless and blocked, harmful and allowed, harmless and allowed, or left to a person.
Outcome = Literal["true_positive", "false_positive", "false_negative", "true_negative", "undecided"]


@dataclass(frozen=True)
class Interval:
    """A share with its 95 % interval, of ``count`` texts; ``None`` where there are none to take it of."""

    value: float | None
    low: float | None
    high: float | None
    count: int

    def __str__(self) -> str:
        if self.value is None or self.low is None or self.high is None:
            return "none: no text was decided that it could be taken of"
        return f"{self.value:.3f}  95% {self.low:.3f} to {self.high:.3f}  (n = {self.count})"


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


def wilson(hits: int, count: int) -> Interval:
    """The share with the score interval of Wilson (1927), which holds near 0 and 1 and for small counts."""
    if not count:
        return Interval(None, None, None, 0)
    share = hits / count
    scale = 1 + _Z**2 / count
    centre = (share + _Z**2 / (2 * count)) / scale
    spread = _Z / scale * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    return Interval(share, max(0.0, centre - spread), min(1.0, centre + spread), count)


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
    values = sorted(each for each in drawn if each is not None)
    low, high = values[int(0.025 * len(values))], values[min(len(values) - 1, int(0.975 * len(values)))]
    return Interval(value, low, high, len(decided))
