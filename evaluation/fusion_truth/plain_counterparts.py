"""Counterparts found by looking at all of the other side, each time that somebody is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from braid.text.term_weights import TermWeights
from lambdas.fusion.compare.counterparts import MAX_RIVALS
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["PlainCounterparts", "PlainRows", "Said"]

Observations = Sequence[ParsedObservation]
Said = Callable[[ParsedObservation], Iterable[str]]


class PlainCounterparts:
    """Each is most like the other, and one of them like no other as much."""

    def __init__(
        self,
        ours: Observations,
        theirs: Observations,
        weights: TermWeights,
        whole: PlainCounterparts | None = None,
        said: Said = lambda _: (),
        *,
        are_all_words_first: bool = False,
    ) -> None:
        self._weights = weights
        self._sides = tuple({it.observation_id: it for it in side} for side in (ours, theirs))
        self._known: dict[tuple[int, str], list[str]] = {}
        # Of all that either says the whole tells nothing else.
        sizes = [[len(side) for side in it._sides] for it in (self, whole) if it is not None]
        self._whole = whole if sizes[1:] != sizes[:1] else None
        self._said = said
        self._are_all_words_first = are_all_words_first

    def are(self, one: ParsedObservation, other: ParsedObservation) -> bool:
        """Whether one of ours and one of theirs belong together."""
        return self._are_mutual(one, other) and not (self._whole and self._whole.are_of_others(one, other))

    def are_of_others(self, one: ParsedObservation, other: ParsedObservation) -> bool:
        """Whether both belong to others."""
        ours, theirs = self._sides
        return (
            not self._are_mutual(one, other)
            and any(self._are_mutual(one, it) for it in theirs.values())
            and any(self._are_mutual(it, other) for it in ours.values())
        )

    def _are_mutual(self, one: ParsedObservation, other: ParsedObservation) -> bool:
        closest, back = self._closest(one, 1), self._closest(other, 0)
        is_mutual = other.observation_id in closest and one.observation_id in back
        return is_mutual and min(len(closest), len(back)) == 1

    def _closest(self, parsed: ParsedObservation, side: int) -> list[str]:
        name = (side, parsed.observation_id)
        if len(self._sides[side]) == 1:
            return list(self._sides[side])
        if name not in self._known:
            alike = {key: self._likeness(parsed, it) for key, it in self._sides[side].items()}
            most = max(alike.values())
            self._known[name] = [key for key, value in alike.items() if value == most > (0.0, 0.0)]
        return self._known[name]

    def _likeness(self, one: ParsedObservation, other: ParsedObservation) -> tuple[float, float]:
        """How telling the words are that both have: those besides what they say, and all; or the reverse."""
        plain, rest = (
            self._weights.total(ours & theirs)
            for ours, theirs in zip(self._words(one), self._words(other), strict=True)
        )
        return (plain, rest) if self._are_all_words_first else (rest, plain)

    def _words(self, parsed: ParsedObservation) -> tuple[set[str], set[str]]:
        rest = Counter(parsed.terms)
        rest.subtract(Counter(self._said(parsed)))
        return set(parsed.terms), {word for word, count in rest.items() if count > 0}


class PlainRows:
    """Those of two voices that say something of a kind, and which of them are compared and settle it."""

    def __init__(
        self,
        ours: Observations,
        theirs: Observations,
        weights: TermWeights,
        whole: PlainCounterparts | None,
        *,
        is_timed: bool,
        said: Said = lambda _: (),
        are_all_words_first: bool = False,
    ) -> None:
        # The same observation comes once for each thing that it says.
        self._ours, self._theirs = (
            list({it.observation_id: it for it in side}.values()) for side in (ours, theirs)
        )
        counts = (len(self._ours), len(self._theirs))
        self.are_rows = max(counts) > MAX_RIVALS or (not is_timed and min(counts) > 1)
        self._whole = whole
        self._counterparts = PlainCounterparts(
            ours, theirs, weights, whole, said, are_all_words_first=are_all_words_first
        )
        self._everybody = (
            frozenset(it.observation_id for it in self._ours),
            frozenset(it.observation_id for it in self._theirs),
        )

    def are(self, one: ParsedObservation, other: ParsedObservation) -> bool:
        """Whether the two belong together."""
        return self._counterparts.are(one, other)

    def are_of_others(self, one: ParsedObservation, other: ParsedObservation) -> bool:
        """Whether both belong to others of all that is said."""
        return self._whole is not None and self._whole.are_of_others(one, other)

    def settling(
        self, one: ParsedObservation, other: ParsedObservation
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Whose words settle what is between the two, on either side: their equals, or else everybody."""
        if not self.are_rows:
            return self._everybody
        ours = frozenset(it.observation_id for it in self._ours if self.are(it, other))
        theirs = frozenset(it.observation_id for it in self._theirs if self.are(one, it))
        return ours, theirs
