"""Counterparts found by looking at all of the other side, each time that somebody is new."""

from __future__ import annotations

from collections.abc import Sequence

from braid.text.term_weights import TermWeights
from lambdas.fusion.compare.counterparts import MAX_RIVALS, likeness
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["PlainCounterparts", "PlainRows"]

Observations = Sequence[ParsedObservation]


class PlainCounterparts:
    """Each is most like the other, and one of them like no other as much."""

    def __init__(
        self,
        ours: Observations,
        theirs: Observations,
        weights: TermWeights,
        whole: PlainCounterparts | None = None,
    ) -> None:
        self._weights = weights
        self._sides = tuple({it.observation_id: it for it in side} for side in (ours, theirs))
        self._known: dict[tuple[int, str], list[str]] = {}
        self._whole = whole

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
            alike = {key: likeness(parsed, it, self._weights) for key, it in self._sides[side].items()}
            most = max(alike.values())
            self._known[name] = [key for key, value in alike.items() if value == most > 0]
        return self._known[name]


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
    ) -> None:
        # The same observation comes once for each thing that it says.
        self._ours, self._theirs = (
            list({it.observation_id: it for it in side}.values()) for side in (ours, theirs)
        )
        counts = (len(self._ours), len(self._theirs))
        self.are_rows = max(counts) > MAX_RIVALS or (not is_timed and min(counts) > 1)
        self._whole = whole
        self._counterparts = PlainCounterparts(ours, theirs, weights, whole)
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
