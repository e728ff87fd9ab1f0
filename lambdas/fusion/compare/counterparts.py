"""Which observations of two voices are about the same thing, where each says the like of many things.

Rows of a price list share "item" and "price" with every row of another list. What tells a row's counterpart
is that each of the two is, of its list, most like the other: by its words, weighted by how telling they
are. Only rows that say such a thing are asked (name a price, call something waterproof); but where each of
the two has another row of its own in the whole of the other list, they are of two things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from functools import cached_property

from braid.domain.span import Span
from braid.text.numbers.quantities import PLAIN
from braid.text.term_weights import TermWeights
from lambdas.fusion.compare.row_index import Row, RowIndex, Said, nothing
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["MAX_RIVALS", "Counterparts", "Rows"]

# On the clock something is held against all of its kind, up to so many; among more only counterparts count.
MAX_RIVALS = 20


class Counterparts:
    """Of observations of two voices, each about some of the same things as the other's or about others."""

    def __init__(
        self, ours: RowIndex, theirs: RowIndex, whole: Counterparts | None = None, *, are_timed: bool = False
    ) -> None:
        self.ours = ours
        self.theirs = theirs
        self.are_timed = are_timed
        self._whole = whole

    @cached_property
    def _wider(self) -> Counterparts | None:
        """The counterparts among all that the voices say, where these are a part of it."""
        whole = self._whole
        if whole is None or (len(self.ours), len(self.theirs)) == (len(whole.ours), len(whole.theirs)):
            return None
        return whole

    def of(self, parsed: ParsedObservation) -> Iterator[ParsedObservation]:
        """Theirs that are most like ``parsed``, one of ours, and that ``parsed`` is most like.

        Several may be, where one that is alone stands against equals; among equals on both sides nothing
        tells which belong together.
        """
        for other in _mutual(self.ours.row(parsed), self.ours, self.theirs):
            if self._wider is None or not self._wider.are_of_others(parsed, other.parsed):
                yield other.parsed

    def back_of(self, other: ParsedObservation) -> Iterator[ParsedObservation]:
        """Ours that are counterparts of ``other``, one of theirs."""
        for row in _mutual(self.theirs.row(other), self.theirs, self.ours):
            if self._wider is None or not self._wider.are_of_others(row.parsed, other):
                yield row.parsed

    def are_of_others(self, parsed: ParsedObservation, other: ParsedObservation) -> bool:
        """Whether one of ours and one of theirs both have counterparts, and aren't each other's."""
        row, other_row = self.ours.row(parsed), self.theirs.row(other)
        own = list(_mutual(row, self.ours, self.theirs))
        return bool(own) and other_row not in own and any(_mutual(other_row, self.theirs, self.ours))


def _mutual(row: Row, here: RowIndex, there: RowIndex) -> Iterator[Row]:
    closest = there.closest(row)
    for other in closest:
        back = here.closest(other)
        if min(len(closest), len(back)) == 1 and any(it is row for it in back):
            yield other


class Rows:
    """Two voices whose observations may be rows of lists about the same things."""

    def __init__(self, one: Voice, other: Voice, span: Span, weights: TermWeights) -> None:
        self.is_timed = span.is_timed
        self.weights = weights
        self._voices = (one, other)
        # On the clock who speaks after another speaks of something else, however alike their words.
        self._whole = None
        if not span.is_timed:
            ours, theirs = (self._index(it, (), it.observations, _all_said) for it in (one, other))
            self._whole = Counterparts(ours, theirs)

    def among(
        self,
        ours: Iterable[ParsedObservation],
        theirs: Iterable[ParsedObservation],
        kinds: tuple[tuple[str, ...], tuple[str, ...]],
        said: Said = nothing,
        *,
        are_all_words_first: bool = False,
    ) -> Counterparts:
        """The counterparts among those of both that say something of a kind.

        ``kinds`` name what either side says, as each voice's observations of a kind are indexed once for all
        others; ``said`` are the terms that say it.
        """
        return Counterparts(
            self._index(self._voices[0], kinds[0], ours, said, are_all_words_first),
            self._index(self._voices[1], kinds[1], theirs, said, are_all_words_first),
            self._whole,
            are_timed=self.is_timed,
        )

    def are_of_others(self, parsed: ParsedObservation, other: ParsedObservation) -> bool:
        """Whether both have rows of their own, off the clock, and aren't each other's."""
        return self._whole is not None and self._whole.are_of_others(parsed, other)

    def are_several(self, ours: Sized, theirs: Sized) -> bool:
        """Whether these are rows, of which counterparts alone tell: very many, off the clock several each."""
        counts = (len(ours), len(theirs))
        return max(counts) > MAX_RIVALS or (not self.is_timed and min(counts) > 1)

    def _index(
        self,
        voice: Voice,
        kind: tuple[str, ...],
        observations: Iterable[ParsedObservation],
        said: Said,
        are_all_words_first: bool = False,
    ) -> RowIndex:
        if kind not in voice.indexes:
            voice.indexes[kind] = RowIndex(
                observations, self.weights, said, are_all_words_first=are_all_words_first
            )
        return voice.indexes[kind]


def _all_said(parsed: ParsedObservation) -> Iterator[str]:
    """What an observation says of any kind in which two may differ."""
    yield from (it.term for it in parsed.quantities if it.dimension != PLAIN)
    yield from (term for mention in parsed.colors for term in mention.own)
    yield from (term for mention in parsed.traits for term in mention.own)
