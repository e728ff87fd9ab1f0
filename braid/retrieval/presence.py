"""Whether what is nearest is meant at all. Something is always nearest; often nothing like it is there.

No fixed cosine tells: it depends on the model and on what the index holds. So the same index is asked about
things that hardly anybody recorded (``background``), in the query's language, and how near those come is the
background; its nearest quarter is left out, as one of them may be there after all. What a query finds counts
by how far its cosine lies above that (in standard deviations), and by the share of the query's words that
stand in it. A list says something where its best exceeds the background by two deviations, or has every word
of the query.

Weight and deviations were chosen on 60 questions about a manual and on half of those of
``evaluation/search``; docs/search.md has what they give on the other half.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Presence", "is_stale"]

_WORDS_WEIGHT = 3.0
_DEVIATIONS = 2.0
# An index of a few things has hardly a spread of its own.
_LEAST_SPREAD = 0.03
_KEPT_SHARE = 0.75
# What a normal distribution without its upper quarter has to be stretched by.
_STRETCH = 1.35
_FRESH_SECONDS = 30.0
_FRESH_SHARE = 0.1


class Near(Protocol):
    """How near something is to a query, and how many of its words stand in it (0 to 1)."""

    @property
    def cosine(self) -> float: ...

    @property
    def coverage(self) -> float: ...


@dataclass(frozen=True)
class Presence:
    """A list's background: what the best of each of a language's questions came to, or 0 for none."""

    cosines: tuple[float, ...]
    coverages: tuple[float, ...]

    def of(self, near: Near) -> float:
        """How much speaks for it, in standard deviations of the background's cosines."""
        mean, spread = _lower(self.cosines)
        return (near.cosine - mean) / spread + _WORDS_WEIGHT * near.coverage

    def says_something(self, listed: Sequence[Near]) -> bool:
        """Whether the best of a list is more than background."""
        mean, spread = _lower(self._background)
        best = max((self.of(near) for near in listed), default=-math.inf)
        return best > mean + _DEVIATIONS * spread or any(_has_every_word(near) for near in listed)

    def stands_out(self, near: Near) -> bool:
        """Whether one of a list that says something is more than what the background has on average."""
        return self.of(near) > _lower(self._background)[0] or _has_every_word(near)

    @property
    def _background(self) -> list[float]:
        mean, spread = _lower(self.cosines)
        pairs = zip(self.cosines, self.coverages, strict=True)
        return [(cosine - mean) / spread + _WORDS_WEIGHT * coverage for cosine, coverage in pairs]


def _has_every_word(near: Near) -> bool:
    return near.coverage >= 1


def is_stale(first_made_at: float, made_at: float, now: float) -> bool:
    """Whether a background is to be made anew: the older an index is, the less it changes.

    After half a minute at first, after a day when it is ten days old: some fifty times a year.
    """
    return now - made_at > _FRESH_SECONDS + _FRESH_SHARE * (made_at - first_made_at)


def _lower(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation of all but the highest quarter."""
    kept = sorted(values)[: math.ceil(len(values) * _KEPT_SHARE)]
    if not kept:
        return 0.0, _LEAST_SPREAD
    # Written out: `statistics` is a fiftieth of a cold start, of which indexing and search have many.
    mean = math.fsum(kept) / len(kept)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in kept) / len(kept))
    return mean, max(deviation * _STRETCH, _LEAST_SPREAD)
