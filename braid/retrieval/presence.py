"""Whether what is nearest is meant at all. Something is always nearest; often nothing like it is there.

No fixed cosine tells: it depends on the model and on what the index holds. So the same index is asked about
things that nobody here would have recorded, and how near those come is the background. What a query finds
counts by how far its cosine lies above that (in standard deviations), and by the share of the query's words
that stand in it. A list says something where its best exceeds the background's mean by two deviations.

The weight of the words was chosen on 60 questions about a manual, half of them about nothing in it (area
under the curve 0.987, by cosine alone 0.977); docs/search.md has what it gives on questions that it never
saw.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["BACKGROUND_QUERIES", "Presence", "is_stale"]

BACKGROUND_QUERIES = (
    "how do I bake sourdough bread",
    "who won the football world cup",
    "symptoms of a broken ankle",
    "cheap flights to Lisbon in spring",
    "the capital of Mongolia",
    "how to prune an apple tree",
    "opening hours of the swimming pool",
    "rules of chess for beginners",
    "a poem about the sea",
    "best exercises for back pain",
    "train the puppy not to bark",
    "tax return deadline for freelancers",
    "history of the Roman empire",
    "replace the battery of a wrist watch",
    "volcano eruption in Iceland",
    "guitar chords for a love song",
    "how whales sleep",
    "wedding speech for my sister",
    "recipe with chickpeas and spinach",
    "used cars under five thousand",
    "the moon landing in 1969",
    "learn Spanish in three months",
    "paint a wooden fence",
    "knitting pattern for a scarf",
    # People also type a word or two.
    "sourdough",
    "football",
    "broken ankle",
    "Lisbon",
    "whale",
    "guitar chords",
    "chess",
    "tax return",
    "lighthouse",
    "wedding dress",
    "puppy",
    "chickpeas",
)
_WORDS_WEIGHT = 3.0
_DEVIATIONS = 2.0
# An index of a few things has hardly a spread of its own.
_LEAST_SPREAD = 0.05
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
    """A list's background: what the best of each of ``BACKGROUND_QUERIES`` came to, or 0 for none."""

    cosines: tuple[float, ...]
    coverages: tuple[float, ...]

    def of(self, near: Near) -> float:
        """How much speaks for it, in standard deviations of the background's cosines."""
        mean, spread = _mean_and_spread(self.cosines)
        return (near.cosine - mean) / max(spread, _LEAST_SPREAD) + _WORDS_WEIGHT * near.coverage

    @property
    def _background(self) -> list[float]:
        mean, spread = _mean_and_spread(self.cosines)
        spread = max(spread, _LEAST_SPREAD)
        pairs = zip(self.cosines, self.coverages, strict=True)
        return [(cosine - mean) / spread + _WORDS_WEIGHT * coverage for cosine, coverage in pairs]

    def says_something(self, listed: Sequence[Near]) -> bool:
        """Whether the best of a list is more than background."""
        mean, spread = _mean_and_spread(self._background)
        best = max((self.of(near) for near in listed), default=-math.inf)
        return best > mean + _DEVIATIONS * max(spread, _LEAST_SPREAD)

    def stands_out(self, near: Near) -> bool:
        """Whether one of a list that says something is more than what the background has on average."""
        return self.of(near) > _mean_and_spread(self._background)[0]


def is_stale(first_made_at: float, made_at: float, now: float) -> bool:
    """Whether a background is to be made anew: the older an index is, the less it changes.

    After half a minute at first, after a day when it is ten days old: some fifty times a year.
    """
    return now - made_at > _FRESH_SECONDS + _FRESH_SHARE * (made_at - first_made_at)


def _mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    return (statistics.fmean(values), statistics.pstdev(values)) if values else (0.0, 0.0)
