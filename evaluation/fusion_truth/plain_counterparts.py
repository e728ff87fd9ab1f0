"""Counterparts found by looking at all of the other side, each time that somebody is new."""

from __future__ import annotations

from collections.abc import Sequence

from braid.text.term_weights import TermWeights
from lambdas.fusion.compare.counterparts import likeness
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["PlainCounterparts"]


class PlainCounterparts:
    """Each is most like the other, and one of them like no other as much."""

    def __init__(
        self, ours: Sequence[ParsedObservation], theirs: Sequence[ParsedObservation], weights: TermWeights
    ) -> None:
        self._weights = weights
        self._sides = tuple({it.observation_id: it for it in side} for side in (ours, theirs))
        self._known: dict[tuple[int, str], list[str]] = {}

    def are(self, one: ParsedObservation, other: ParsedObservation) -> bool:
        """Whether one of ours and one of theirs belong together."""
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
