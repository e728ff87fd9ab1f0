"""Colours in which two voices differ: the same noun in other words, or a picture that doesn't have it."""

from __future__ import annotations

from collections.abc import Iterator

from braid.domain.span import Span
from braid.text.attributes.colors import are_near, are_synonyms, is_chromatic
from braid.text.attributes.mentions import ColorMention
from braid.text.term_weights import TermWeights
from lambdas.fusion.compare.contradictions import Contradiction, Contradictions
from lambdas.fusion.compare.counterparts import Counterparts
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["OTHER_COLOR_SAID", "find_colors_not_shown", "find_differing_colors"]

_OTHER_COLOR_SHOWN = 0.75
OTHER_COLOR_SAID = 0.85
_MIN_SHOWN_SHARE = 0.1

Said = tuple[ColorMention, ParsedObservation]


def find_differing_colors(
    one: Voice, other: Voice, span: Span, weights: TermWeights, found: Contradictions
) -> None:
    """Adds the same noun under different colours, in words on both sides.

    A colour that both name settles it. On the clock the surest mention of each noun and colour counts; off
    the clock an observation is held against its counterparts alone.
    """
    if not one.colors or not other.colors:
        return
    pairs = _on_the_clock(one, other) if span.is_timed else _off_the_clock(one, other, weights)
    for noun, (mention, observation), (rival, rival_observation) in pairs:
        if are_synonyms(mention.color, rival.color):
            continue
        trust = mention.confidence * rival.confidence
        reason = f"{one.name} says {mention.written!r} where {other.name} says {rival.written!r}"
        values = (mention.written, rival.written)
        point = Contradiction(OTHER_COLOR_SAID * trust, observation, rival_observation, reason, values)
        found.add(("color", noun, mention.color, rival.color), point)


def _on_the_clock(one: Voice, other: Voice) -> Iterator[tuple[str, Said, Said]]:
    ours, theirs = _surest(one, other), _surest(other, one)
    for noun in sorted(ours.keys() & theirs.keys()):
        for said in ours[noun].values():
            for rival in theirs[noun].values():
                yield noun, said, rival


def _off_the_clock(one: Voice, other: Voice, weights: TermWeights) -> Iterator[tuple[str, Said, Said]]:
    ours, theirs = _own(one, other), _own(other, one)
    counterparts = Counterparts(
        (parsed for _, parsed in one.colors), (parsed for _, parsed in other.colors), weights
    )
    by_observation: dict[str, list[Said]] = {}
    for rival in theirs:
        by_observation.setdefault(rival[1].observation_id, []).append(rival)
    for said in ours:
        for parsed in counterparts.of(said[1]):
            for rival in by_observation.get(parsed.observation_id, ()):
                for noun in sorted(set(said[0].nouns) & set(rival[0].nouns)):
                    yield noun, said, rival


def _own(voice: Voice, other: Voice) -> list[Said]:
    """The mentions of colours that the other voice doesn't name."""
    named = {mention.color for mention, _ in other.colors}
    return [said for said in voice.colors if said[0].color not in named]


def _surest(voice: Voice, other: Voice) -> dict[str, dict[str, Said]]:
    """By noun and colour the surest mention, without the colours that the other voice names too."""
    surest: dict[str, dict[str, Said]] = {}
    for mention, observation in _own(voice, other):
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
