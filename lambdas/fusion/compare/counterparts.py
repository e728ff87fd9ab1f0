"""Which observations of two voices are about the same thing, where each says the like of many things.

Rows of a price list share "item" and "price" with every row of another list. What tells a row's counterpart
is that each of the two is, of its list, most like the other: by all its words, weighted by how telling they
are. Only rows that say such a thing are asked (name a price, call something waterproof); but where each of
the two has another row of its own in the whole of the other list, they are of two things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from functools import cached_property

from braid.domain.span import Span
from braid.text.term_weights import TermWeights
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["MAX_RIVALS", "Counterparts", "Rows", "likeness"]

# On the clock something is held against all of its kind, up to so many; among more only counterparts count.
MAX_RIVALS = 20
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
        whole: Counterparts | None = None,
    ) -> None:
        self._weights = weights
        self._given = (ours, theirs)
        self._whole = whole

    @cached_property
    def _sides(self) -> tuple[_Side, _Side]:
        """Made when they are first asked about: of most voices nobody asks."""
        ours, theirs = self._given
        return _Side(ours), _Side(theirs)

    @cached_property
    def _wider(self) -> Counterparts | None:
        """The counterparts among all that the voices say, where these are a part of it."""
        if self._whole is None:
            return None
        sizes, whole_sizes = ([len(side.by_id) for side in it._sides] for it in (self, self._whole))
        return self._whole if sizes != whole_sizes else None

    def of(self, parsed: ParsedObservation) -> Iterator[ParsedObservation]:
        """Theirs that are most like ``parsed``, one of ours, and that ``parsed`` is most like.

        Several may be, where one that is alone stands against equals; among equals on both sides nothing
        tells which belong together.
        """
        ours, theirs = self._sides
        for other in self._mutual(parsed, ours, theirs):
            if self._wider is None or not self._wider.are_of_others(parsed, other):
                yield other

    def back_of(self, other: ParsedObservation) -> Iterator[ParsedObservation]:
        """Ours that are counterparts of ``other``, one of theirs."""
        ours, theirs = self._sides
        for parsed in self._mutual(other, theirs, ours):
            if self._wider is None or not self._wider.are_of_others(parsed, other):
                yield parsed

    def are_of_others(self, parsed: ParsedObservation, other: ParsedObservation) -> bool:
        """Whether one of ours and one of theirs both have counterparts, and aren't each other's."""
        ours, theirs = self._sides
        own = list(self._mutual(parsed, ours, theirs))
        return bool(own) and other not in own and any(self._mutual(other, theirs, ours))

    def _mutual(self, parsed: ParsedObservation, here: _Side, there: _Side) -> Iterator[ParsedObservation]:
        closest = self._closest(parsed, there)
        for other in closest:
            back = self._closest(other, here)
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


class Rows:
    """Two voices whose observations may be rows of lists about the same things."""

    def __init__(self, one: Voice, other: Voice, span: Span, weights: TermWeights) -> None:
        self.is_timed = span.is_timed
        self.weights = weights
        # On the clock who speaks after another speaks of something else, however alike their words.
        self._whole = None if span.is_timed else Counterparts(one.observations, other.observations, weights)

    def among(self, ours: Iterable[ParsedObservation], theirs: Iterable[ParsedObservation]) -> Counterparts:
        """The counterparts among those of both that say something of a kind."""
        return Counterparts(ours, theirs, self.weights, self._whole)

    def are_of_others(self, parsed: ParsedObservation, other: ParsedObservation) -> bool:
        """Whether both have rows of their own, off the clock, and aren't each other's."""
        return self._whole is not None and self._whole.are_of_others(parsed, other)

    def are_several(self, ours: Sized, theirs: Sized) -> bool:
        """Whether these are rows, of which counterparts alone tell: very many, off the clock several each."""
        counts = (len(ours), len(theirs))
        return max(counts) > MAX_RIVALS or (not self.is_timed and min(counts) > 1)


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
