"""Traits in which two sides differ: another material, weekday, place or name, or the opposite of what one
says.

As with numbers, a value that both sides name settles it, and the words around have to tell that both speak of
the same thing.
"""

from __future__ import annotations

from collections.abc import Iterator

from braid.text.attributes.mentions import TraitMention
from braid.text.attributes.traits import MATERIAL, WEEKDAY, are_compatible
from lambdas.fusion.compare.points import Contradiction, Found
from lambdas.fusion.compare.voices import Side
from lambdas.fusion.observe.parsing import Statement

__all__ = ["differing_traits"]

_SAME_THING = 0.85
_MIN_SHARED = 2
# Two people or places may both be spoken of: half of the words around them have to be the same too.
_NAMED = frozenset({"place", "person"})
_ALONE = _NAMED | {WEEKDAY}
_MOST_RIVALS = 12

Pair = tuple[TraitMention, Statement]


def differing_traits(one: Side, other: Side) -> Iterator[Found]:
    """Each pair of mentions in which the sides differ, with how sure that is."""
    if not one.traits or not other.traits:
        return
    ours, theirs = _by_dimension(one), _by_dimension(other)
    for dimension in sorted(ours.keys() & theirs.keys()):
        values = {mention.value for mention, _ in ours[dimension]}
        rivals = {mention.value for mention, _ in theirs[dimension]}
        if any(are_compatible(dimension, value, rival) for value in values for rival in rivals):
            continue
        # "Monday to Friday" says something of Wednesday too.
        if dimension in _ALONE and (len(values) > 1 or len(rivals) > 1):
            continue
        for mention, statement in ours[dimension][:_MOST_RIVALS]:
            for rival, rival_statement in theirs[dimension][:_MOST_RIVALS]:
                if _same_thing(mention, rival):
                    reason = f"{one.name} says {mention.written!r} where {other.name} says {rival.written!r}"
                    key = ("trait", dimension, mention.value, rival.value)
                    trust = mention.confidence * rival.confidence
                    written = (mention.written, rival.written)
                    yield key, Contradiction(_SAME_THING * trust, statement, rival_statement, reason, written)


def _same_thing(one: TraitMention, other: TraitMention) -> bool:
    if one.dimension == MATERIAL:
        return bool(one.nouns & other.nouns)
    ours, theirs = one.context - one.own, other.context - other.own
    shared = len(ours & theirs)
    if one.dimension in _NAMED and shared * 2 < min(len(ours), len(theirs)):
        return False
    return shared >= _MIN_SHARED


def _by_dimension(side: Side) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    for mention, statement in side.traits:
        found.setdefault(mention.dimension, []).append((mention, statement))
    return found
