"""Traits in which two voices differ: another material, weekday, place or name, or the opposite of what one
says.

As with numbers, a value that both name settles it, and the words around have to tell that both speak of the
same thing.
"""

from __future__ import annotations

from braid.text.attributes.mentions import TraitMention
from braid.text.attributes.traits import MATERIAL, WEEKDAY, are_compatible
from lambdas.fusion.compare.contradictions import Contradiction, Contradictions
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["find_differing_traits"]

_SAME_THING = 0.85
_MIN_SHARED = 2
# Two people or places may both be spoken of: half of the words around them have to be the same too.
_NAMED = frozenset({"place", "person"})
_ALONE = _NAMED | {WEEKDAY}
_MOST_RIVALS = 12

Mentioned = tuple[TraitMention, ParsedObservation]


def find_differing_traits(one: Voice, other: Voice, found: Contradictions) -> None:
    """Adds each pair of mentions in which the voices differ."""
    if not one.traits or not other.traits:
        return
    ours, theirs = _by_dimension(one), _by_dimension(other)
    for dimension in sorted(ours.keys() & theirs.keys()):
        values = {mention.value for mention, _ in ours[dimension]}
        rivals = {mention.value for mention, _ in theirs[dimension]}
        # "Monday to Friday" says something of Wednesday too.
        if dimension in _ALONE and (len(values) > 1 or len(rivals) > 1):
            continue
        if any(are_compatible(dimension, value, rival) for value in values for rival in rivals):
            continue
        for mention, observation in ours[dimension][:_MOST_RIVALS]:
            for rival, rival_observation in theirs[dimension][:_MOST_RIVALS]:
                if _same_thing(mention, rival):
                    reason = f"{one.name} says {mention.written!r} where {other.name} says {rival.written!r}"
                    trust = mention.confidence * rival.confidence
                    values_said = (mention.written, rival.written)
                    found.add(
                        ("trait", dimension, mention.value, rival.value),
                        Contradiction(
                            _SAME_THING * trust, observation, rival_observation, reason, values_said
                        ),
                    )


def _same_thing(one: TraitMention, other: TraitMention) -> bool:
    if one.dimension == MATERIAL:
        return bool(one.nouns & other.nouns)
    ours, theirs = one.context - one.own, other.context - other.own
    shared = len(ours & theirs)
    if one.dimension in _NAMED and shared * 2 < min(len(ours), len(theirs)):
        return False
    return shared >= _MIN_SHARED


def _by_dimension(voice: Voice) -> dict[str, list[Mentioned]]:
    found: dict[str, list[Mentioned]] = {}
    for mention, observation in voice.traits:
        found.setdefault(mention.dimension, []).append((mention, observation))
    return found
