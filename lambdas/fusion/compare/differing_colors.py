"""Colours in which two voices differ: the same noun in other words, or a picture that doesn't have it."""

from __future__ import annotations

from collections.abc import Sequence

from braid.domain.span import Span
from braid.text.attributes.colors import are_near, are_synonyms, is_chromatic
from braid.text.attributes.mentions import ColorMention
from lambdas.fusion.compare.contradictions import Contradiction, Contradictions
from lambdas.fusion.compare.counterparts import Rows
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["OTHER_COLOR_SAID", "find_colors_not_shown", "find_differing_colors"]

_OTHER_COLOR_SHOWN = 0.75
OTHER_COLOR_SAID = 0.85
_MIN_SHOWN_SHARE = 0.1

Said = tuple[ColorMention, ParsedObservation]


def find_differing_colors(one: Voice, other: Voice, rows: Rows, found: Contradictions) -> None:
    """Adds the same noun under different colours, in words on both sides.

    A colour that both name settles it. Off the clock an observation is held against its counterparts alone,
    and where both sides are rows, only these settle.
    """
    if not one.colors or not other.colors:
        return
    if rows.is_timed:
        _add(one, other, _own(one.colors, other.colors), _own(other.colors, one.colors), (), found)
        return
    ours, theirs = _by_observation(one), _by_observation(other)
    counterparts = rows.among(
        (its[0][1] for its in ours.values()),
        (its[0][1] for its in theirs.values()),
        (("color",), ("color",)),
        lambda parsed: (term for mention in parsed.colors for term in mention.own),
    )
    are_rows = rows.are_several(ours, theirs)
    about: tuple[str, ...] = ()
    for name, its in ours.items():
        closest = list(counterparts.of(its[0][1]))
        for parsed in closest:
            rival_name = parsed.observation_id
            rivals = theirs[rival_name]
            if are_rows:
                back = counterparts.back_of(parsed)
                named = [said for it in closest for said in theirs[it.observation_id]]
                named_back = [said for it in back for said in ours[it.observation_id]]
                about = (name, rival_name)
            else:
                named, named_back = other.colors, one.colors
            _add(one, other, _own(its, named), _own(rivals, named_back), about, found)


def _add(
    one: Voice,
    other: Voice,
    ours: Sequence[Said],
    theirs: Sequence[Said],
    about: tuple[str, ...],
    found: Contradictions,
) -> None:
    """Adds each noun that both say something of: the surest mention of each colour counts."""
    surest, surest_rivals = _surest(ours), _surest(theirs)
    for noun in sorted(surest.keys() & surest_rivals.keys()):
        for mention, observation in surest[noun].values():
            for rival, rival_observation in surest_rivals[noun].values():
                if are_synonyms(mention.color, rival.color):
                    continue
                trust = mention.confidence * rival.confidence
                reason = f"{one.name} says {mention.written!r} where {other.name} says {rival.written!r}"
                values = (mention.written, rival.written)
                point = Contradiction(
                    OTHER_COLOR_SAID * trust, observation, rival_observation, reason, values
                )
                # Of two rows one point is told, of how many nouns it may be.
                found.add(("color", *(about or (noun,)), mention.color, rival.color), point)


def _by_observation(voice: Voice) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for said in voice.colors:
        found.setdefault(said[1].observation_id, []).append(said)
    return found


def _own(said: Sequence[Said], others: Sequence[Said]) -> list[Said]:
    """The mentions of colours that the others don't name."""
    named = {mention.color for mention, _ in others}
    return [each for each in said if each[0].color not in named]


def _surest(said: Sequence[Said]) -> dict[str, dict[str, Said]]:
    """By noun and colour the surest mention."""
    surest: dict[str, dict[str, Said]] = {}
    for mention, observation in said:
        for noun in mention.nouns:
            by_color = surest.setdefault(noun, {})
            known = by_color.get(mention.color)
            if known is None or known[0].confidence < mention.confidence:
                by_color[mention.color] = (mention, observation)
    return surest


def find_colors_not_shown(said: Voice, shown: Voice, span: Span, found: Contradictions) -> None:
    """Adds a single colour in the words of a bundle's text that the picture doesn't have, near or far.

    Only off the clock: who speaks over a scene may speak of other things than those in it.
    """
    if span.is_timed or not shown.shown_colors or said.shown_colors:
        return
    named = {mention.color for mention, _ in said.colors}
    chromatic = {name: pair for name, pair in shown.shown_colors.items() if is_chromatic(name)}
    if len(named) != 1 or not chromatic:
        return
    mention, observation = said.colors[0]
    if not is_chromatic(mention.color) or any(are_near(mention.color, name) for name in shown.shown_colors):
        return
    name, (share, picture) = max(chromatic.items(), key=lambda item: (item[1][0], item[0]))
    if share < _MIN_SHOWN_SHARE:
        return
    probability = _OTHER_COLOR_SHOWN * observation.observation.confidence
    reason = (
        f"{said.name} says {mention.written!r} where {shown.name} shows {name} ({share:.0%} of the picture)"
    )
    values = (mention.written, name)
    found.add(
        ("shown color", mention.color, name),
        Contradiction(probability, observation, picture, reason, values),
    )
