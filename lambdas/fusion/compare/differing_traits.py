"""Traits in which two voices differ: another material, weekday, place or name, or the opposite of what one
says.

As with numbers, a value that both name settles it, and the words around have to tell that both speak of the
same thing. Of rows of two lists only those that belong together are compared, and only these settle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from braid.text.attributes.mentions import TraitMention
from braid.text.attributes.traits import MATERIAL, WEEKDAY, are_compatible
from lambdas.fusion.compare.contradictions import Contradiction, Contradictions
from lambdas.fusion.compare.counterparts import MAX_RIVALS, Rows
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["SAME_TRAIT", "are_same_thing", "are_settled", "find_differing_traits"]

SAME_TRAIT = 0.85
_MIN_SHARED = 2
# Two people or places may both be spoken of: half of the words around them have to be the same too.
_NAMED = frozenset({"place", "person"})
_ALONE = _NAMED | {WEEKDAY}

Mentioned = tuple[TraitMention, ParsedObservation]


def find_differing_traits(one: Voice, other: Voice, rows: Rows, found: Contradictions) -> None:
    """Adds each pair of mentions in which the voices differ; of rows, each in its counterparts alone."""
    if not one.traits or not other.traits:
        return
    our_all, their_all = _by_dimension(one), _by_dimension(other)
    for dimension in sorted(our_all.keys() & their_all.keys()):
        ours, theirs = our_all[dimension], their_all[dimension]
        our_rows, their_rows = _by_observation(ours), _by_observation(theirs)
        if not rows.are_several(our_rows, their_rows):
            _add(one, other, ours, theirs, rows, (), found)
            continue
        counterparts = rows.among(
            (its[0][1] for its in our_rows.values()),
            (its[0][1] for its in their_rows.values()),
            (("trait", dimension), ("trait", dimension)),
            partial(_said, dimension),
        )
        for name, its in our_rows.items():
            closest = list(counterparts.of(its[0][1]))
            for parsed in closest:
                against = their_rows[parsed.observation_id]
                if are_settled(dimension, its, against):
                    continue
                back = [it.observation_id for it in counterparts.back_of(parsed)]
                # What equals say settles it as what the counterpart itself says.
                if are_settled(
                    dimension,
                    [said for each in back for said in our_rows[each]],
                    [said for it in closest for said in their_rows[it.observation_id]],
                ):
                    continue
                _add(one, other, its, against, rows, (name, parsed.observation_id), found)


def are_settled(dimension: str, ours: Sequence[Mentioned], theirs: Sequence[Mentioned]) -> bool:
    """Whether two sides say the same of a dimension, or too much of it to differ."""
    values = {mention.value for mention, _ in ours}
    rivals = {mention.value for mention, _ in theirs}
    # "Monday to Friday" says something of Wednesday too.
    if dimension in _ALONE and (len(values) > 1 or len(rivals) > 1):
        return True
    return any(are_compatible(dimension, value, rival) for value in values for rival in rivals)


def _add(
    one: Voice,
    other: Voice,
    ours: Sequence[Mentioned],
    theirs: Sequence[Mentioned],
    rows: Rows,
    about: tuple[str, ...],
    found: Contradictions,
) -> None:
    """Adds what is said of the same thing, of the first mentions on each side."""
    dimension = ours[0][0].dimension
    if are_settled(dimension, ours, theirs):
        return
    found.left_out["mentions"] += sum(max(0, len(side) - MAX_RIVALS) for side in (ours, theirs))
    for mention, observation in ours[:MAX_RIVALS]:
        for rival, rival_observation in theirs[:MAX_RIVALS]:
            if are_same_thing(mention, rival) and not rows.are_of_others(observation, rival_observation):
                reason = f"{one.name} says {mention.written!r} where {other.name} says {rival.written!r}"
                trust = mention.confidence * rival.confidence
                values = (mention.written, rival.written)
                point = Contradiction(SAME_TRAIT * trust, observation, rival_observation, reason, values)
                found.add(("trait", dimension, mention.value, rival.value, *about), point)


def are_same_thing(one: TraitMention, other: TraitMention) -> bool:
    """Whether the words around two mentions tell that they are said of one thing."""
    if one.dimension == MATERIAL:
        return bool(one.nouns & other.nouns)
    ours, theirs = one.context - one.own, other.context - other.own
    shared = len(ours & theirs)
    if one.dimension in _NAMED and shared * 2 < min(len(ours), len(theirs)):
        return False
    return shared >= _MIN_SHARED


def _said(dimension: str, parsed: ParsedObservation) -> Iterator[str]:
    for mention in parsed.traits:
        if mention.dimension == dimension:
            yield from mention.own


def _by_dimension(voice: Voice) -> dict[str, list[Mentioned]]:
    found: dict[str, list[Mentioned]] = {}
    for said in voice.traits:
        found.setdefault(said[0].dimension, []).append(said)
    return found


def _by_observation(mentions: Sequence[Mentioned]) -> dict[str, list[Mentioned]]:
    found: dict[str, list[Mentioned]] = {}
    for said in mentions:
        found.setdefault(said[1].observation_id, []).append(said)
    return found
