"""Which observations of two voices are about the same thing, where each says the like of many things.

Rows of a price list share "item" and "price" with every row of another list. What tells a row's counterpart
is that each of the two is, of its list, most like the other: by all its words, weighted by how telling they
are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from braid.text.term_weights import TermWeights
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["Counterparts", "likeness"]

# A word that so many observations use tells nothing of which of them is meant.
_MAX_USERS = 64
# By rarer words so many are found at most; which of them is most alike all words tell.
_MAX_LOOKED_AT = 20


class Counterparts:
    """Of observations of two voices, each about some of the same things as the other's or about others."""

    def __init__(
        self,
        ours: Iterable[ParsedObservation],
        theirs: Iterable[ParsedObservation],
        weights: TermWeights,
    ) -> None:
        self._weights = weights
        self._given = (ours, theirs)

    @cached_property
    def _sides(self) -> tuple[_Side, _Side]:
        """Made when they are first asked about: of most voices nobody asks."""
        ours, theirs = self._given
        return _Side(ours), _Side(theirs)

    def of(self, parsed: ParsedObservation) -> Iterator[ParsedObservation]:
        """Theirs that are most like ``parsed``, one of ours, and that ``parsed`` is most like.

        Several may be, where one that is alone stands against equals; among equals on both sides nothing
        tells which belong together.
        """
        ours, theirs = self._sides
        closest = self._closest(parsed, theirs)
        for other in closest:
            back = self._closest(other, ours)
            if parsed in back and min(len(closest), len(back)) == 1:
                yield other

    def _closest(self, parsed: ParsedObservation, side: _Side) -> list[ParsedObservation]:
        known = side.closest.get(parsed.observation_id)
        if known is None:
            known = side.closest[parsed.observation_id] = self._find_closest(parsed, side)
        return known

    def _find_closest(self, parsed: ParsedObservation, side: _Side) -> list[ParsedObservation]:
        if len(side.by_id) == 1:  # whatever its words are, there is no other
            return list(side.by_id.values())
        alike: dict[str, float] = {}
        for term in dict.fromkeys(parsed.terms):
            users = side.users.get(term, ())
            if len(users) <= _MAX_USERS:
                weight = self._weights.of(term)
                for user in users:
                    alike[user.observation_id] = alike.get(user.observation_id, 0.0) + weight
        names = sorted(alike, key=lambda name: (-alike[name], name))[:_MAX_LOOKED_AT]
        # A price may be the number of another row: so all words tell.
        whole = [(likeness(parsed, side.by_id[name], self._weights), side.by_id[name]) for name in names]
        most = max((value for value, _ in whole), default=0.0)
        return [other for value, other in whole if value == most]


def likeness(one: ParsedObservation, other: ParsedObservation, weights: TermWeights) -> float:
    """The weight of the words that both use."""
    theirs = frozenset(other.terms)
    return sum(weights.of(term) for term in dict.fromkeys(one.terms) if term in theirs)


class _Side:
    """A voice's observations by their words, and what was found to be closest to others'."""

    def __init__(self, observations: Iterable[ParsedObservation]) -> None:
        self.by_id = {parsed.observation_id: parsed for parsed in observations}
        self.closest: dict[str, list[ParsedObservation]] = {}
        self.users: dict[str, list[ParsedObservation]] = {}
        for parsed in self.by_id.values():
            for term in dict.fromkeys(parsed.terms):
                self.users.setdefault(term, []).append(parsed)
