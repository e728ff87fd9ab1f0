"""Colours in which two voices differ: the same noun in other words, or a picture that doesn't have it."""

from __future__ import annotations

from braid.domain.span import Span
from braid.text.attributes.colors import are_near, are_synonyms, is_chromatic
from braid.text.attributes.mentions import ColorMention
from lambdas.fusion.compare.contradictions import Contradiction, Contradictions
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["OTHER_COLOR_SAID", "find_colors_not_shown", "find_differing_colors"]

_OTHER_COLOR_SHOWN = 0.75
OTHER_COLOR_SAID = 0.85
_MIN_SHOWN_SHARE = 0.1


def find_differing_colors(one: Voice, other: Voice, found: Contradictions) -> None:
    """Adds the same noun under different colours, in words on both sides.

    A colour that both name settles it. Of each noun and colour the surest mention counts.
    """
    if not one.colors or not other.colors:
        return
    ours, theirs = _surest(one, other), _surest(other, one)
    for noun in sorted(ours.keys() & theirs.keys()):
        for mention, observation in ours[noun].values():
            for rival, rival_observation in theirs[noun].values():
                if are_synonyms(mention.color, rival.color):
                    continue
                trust = mention.confidence * rival.confidence
                reason = f"{one.name} says {mention.written!r} where {other.name} says {rival.written!r}"
                values = (mention.written, rival.written)
                point = Contradiction(
                    OTHER_COLOR_SAID * trust, observation, rival_observation, reason, values
                )
                found.add(("color", noun, mention.color, rival.color), point)


def _surest(voice: Voice, other: Voice) -> dict[str, dict[str, tuple[ColorMention, ParsedObservation]]]:
    """By noun and colour the surest mention, without the colours that the other voice names too."""
    named = {mention.color for mention, _ in other.colors}
    surest: dict[str, dict[str, tuple[ColorMention, ParsedObservation]]] = {}
    for mention, observation in voice.colors:
        if mention.color not in named:
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
