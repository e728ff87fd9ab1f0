"""Which lines of the evidence support a statement that cites others: what a repair can say to cite. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from braid.domain.evidence.observation import Evidence
from braid.text.stems import words
from lambdas.inference.checks.claim_check import judge

__all__ = ["supporting_lines"]

# The lines with the most words in common, tried alone, then together.
_NEAREST = 5
_MOST_TOGETHER = 3
_LEAST_SUPPORT = 0.75
_LEAST_SHARE = 0.5  # of all words, small ones too


def supporting_lines(
    text: str,
    evidence: Mapping[str, Evidence],
    language_code: str | None = None,
    asset_names: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """The ids of the fewest lines that support ``text``, in the evidence's order; none where it isn't clear.

    More is asked than a statement needs to pass: a model that invented it isn't told what to put under it.
    """
    wanted = frozenset(word.text for word in words(text))
    held = {
        name: wanted.intersection(word.text for word in words(piece.text)) for name, piece in evidence.items()
    }
    near = sorted((name for name in held if held[name]), key=lambda name: -len(held[name]))[:_NEAREST]
    places = {name: place for place, name in enumerate(evidence)}
    near.sort(key=lambda name: places[name])

    def covered(names: tuple[str, ...]) -> int:
        return len(frozenset().union(*(held[name] for name in names)))

    for count in range(1, _MOST_TOGETHER + 1):
        # To judge takes long: only what holds the most of the words is.
        names = max(itertools.combinations(near, count), key=covered, default=())
        if covered(names) < len(wanted) * _LEAST_SHARE:
            continue
        found = judge(text, [evidence[name] for name in names], language_code, asset_names)
        if not found.problems and not found.doubt and found.support >= _LEAST_SUPPORT:
            return names
    return ()
