"""How telling terms are: the fewer texts use one, the more. Fusion and questions rank by it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable

__all__ = ["TermWeights"]


class TermWeights:
    """The inverse document frequency of each term over texts.

    ``log(1 + N / n)`` after Spärck Jones (1972); a term in every text keeps log 2, because of two texts the
    shared words are the point.
    """

    def __init__(self, texts: Iterable[Collection[str]]) -> None:
        """``texts`` are the terms of each text; a repeated term counts once a text."""
        counts: Counter[str] = Counter()
        total = 0
        for terms in texts:
            counts.update(set(terms))
            total += 1
        self._weights = {term: math.log(1 + total / count) for term, count in counts.items()}
        self._unseen = math.log(1 + total)

    def of(self, term: str) -> float:
        """The weight of one term; one that no text has weighs as much as the rarest can."""
        return self._weights.get(term, self._unseen)

    def total(self, terms: Iterable[str]) -> float:
        """The summed weight of distinct terms; summed exactly, so that their order doesn't matter."""
        get, unseen = self._weights.get, self._unseen
        return math.fsum([get(term, unseen) for term in terms])
