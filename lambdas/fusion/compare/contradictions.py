"""Contradictions: both sides speak of the same thing and name different numbers, colours, traits, or deny it.

A misread letter or a misheard word must not make one. So every reading of a number must differ, the values
must not be ones that recognisers confuse, neither side may name the other's value close by, and what the
sources are unsure of counts for less.
"""

from __future__ import annotations

from collections.abc import Iterator

from braid.domain.asset.asset import Modality
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from braid.text.attributes.colors import are_near, are_synonyms, is_chromatic
from braid.text.attributes.mentions import ColorMention
from lambdas.fusion.compare.differing_numbers import differing_numbers
from lambdas.fusion.compare.differing_traits import differing_traits
from lambdas.fusion.compare.points import Contradiction, Found
from lambdas.fusion.compare.voices import Numbers, Side
from lambdas.fusion.observe.parsing import Statement

__all__ = ["Contradiction", "contradictions"]

# Denials hang on one small word that recognisers drop.
_DENIED = 0.85
_DENIED_IF_HEARD = 0.8
_OTHER_COLOR_SHOWN = 0.75
_OTHER_COLOR_SAID = 0.85
_MIN_SHOWN_SHARE = 0.1

# "don't know" and "know" are said of everything.
_WEAK = """
    know think need work mean look find make take give use come tell talk good time people lot able sure
    right first new one two year day
"""
_WEAK_TERMS = frozenset(_WEAK.split())


def contradictions(
    one: Side, other: Side, span: Span, numbers: Numbers, thresholds: Thresholds
) -> list[Contradiction]:
    """The points in which the sides contradict each other, surest first, one per pair of things named."""
    found: dict[tuple[str, ...], Contradiction] = {}
    candidates = (
        *differing_numbers(one, other, span, numbers, thresholds),
        *_denials(one, other),
        *_denials(other, one),
        *_differing_colors(one, other),
        *_colors_not_shown(one, other, span),
        *_colors_not_shown(other, one, span),
        *differing_traits(one, other),
    )
    for key, candidate in candidates:
        if candidate.probability < thresholds.contradiction_from:
            continue
        if key not in found or found[key].probability < candidate.probability:
            found[key] = candidate
    return sorted(found.values(), key=lambda point: (-point.probability, point.reason))


def _denials(one: Side, other: Side) -> Iterator[Found]:
    """What ``one`` denies and ``other`` states."""
    denied = {negation.term for negation, _ in one.negations}
    denied_there = {negation.term for negation, _ in other.negations}
    told: set[tuple[int, int]] = set()
    for negation, statement in one.negations:
        term = negation.term
        # One "not" denies one thing: the first behind it that the other side speaks of.
        denial = (id(statement), negation.place)
        if term in _WEAK_TERMS or term not in other.terms or denial in told:
            continue
        told.add(denial)
        if term in denied_there:
            continue
        if _is_affirmed(one, term, denied):
            continue
        rival = max(
            other.terms[term],
            key=lambda stated: (len(negation.context & set(stated.terms)), stated.observation.observation_id),
        )
        if not negation.context & set(rival.terms) - {term}:
            continue
        # A recogniser drops a "not" more easily than it makes one up.
        sureness = _DENIED_IF_HEARD if other.modality is Modality.SPEECH else _DENIED
        trust = negation.confidence * rival.confidence_of(term)
        reason = (
            f"{one.name} says {negation.written!r} where {other.name} says {negation.written.split()[-1]!r}"
        )
        yield (
            ("denial", term),
            Contradiction(sureness * trust, statement, rival, reason),
        )


def _is_affirmed(side: Side, term: str, denied: set[str]) -> bool:
    """Whether ``side`` also uses a term that it denies somewhere, in a statement that doesn't deny it."""
    deniers = {id(statement) for negation, statement in side.negations if negation.term == term}
    return term in denied and any(id(statement) not in deniers for statement in side.terms.get(term, ()))


def _differing_colors(one: Side, other: Side) -> Iterator[Found]:
    """The same noun under different colours, in words on both sides."""
    ours = _by_noun(one)
    theirs = _by_noun(other)
    our_colors = {mention.color for mention, _ in one.colors}
    their_colors = {mention.color for mention, _ in other.colors}
    for noun in sorted(ours.keys() & theirs.keys()):
        for mention, statement in ours[noun]:
            for rival, rival_statement in theirs[noun]:
                if mention.color in their_colors or rival.color in our_colors:
                    continue
                if are_synonyms(mention.color, rival.color):
                    continue
                trust = mention.confidence * rival.confidence
                reason = f"{one.name} says {mention.written!r} where {other.name} says {rival.written!r}"
                key = ("color", noun, mention.color, rival.color)
                values = (mention.written, rival.written)
                yield (
                    key,
                    Contradiction(_OTHER_COLOR_SAID * trust, statement, rival_statement, reason, values),
                )


def _by_noun(side: Side) -> dict[str, list[tuple[ColorMention, Statement]]]:
    by_noun: dict[str, list[tuple[ColorMention, Statement]]] = {}
    for mention, statement in side.colors:
        for noun in mention.nouns:
            by_noun.setdefault(noun, []).append((mention, statement))
    return by_noun


def _colors_not_shown(said: Side, shown: Side, span: Span) -> Iterator[Found]:
    """A single colour in the words of a bundle's text that the picture doesn't have, near or far.

    Only off the clock: who speaks over a scene may speak of other things than those in it.
    """
    if span.is_timed or not shown.shown_colors or said.shown_colors:
        return
    named = {mention.color for mention, _ in said.colors}
    chromatic = {name: pair for name, pair in shown.shown_colors.items() if is_chromatic(name)}
    if len(named) != 1 or not chromatic:
        return
    mention, statement = said.colors[0]
    if not is_chromatic(mention.color) or any(are_near(mention.color, name) for name in shown.shown_colors):
        return
    name, (share, picture) = max(chromatic.items(), key=lambda item: (item[1][0], item[0]))
    if share < _MIN_SHOWN_SHARE:
        return
    probability = _OTHER_COLOR_SHOWN * statement.observation.confidence
    reason = (
        f"{said.name} says {mention.written!r} where {shown.name} shows {name} ({share:.0%} of the picture)"
    )
    values = (mention.written, name)
    yield ("shown color", mention.color, name), Contradiction(probability, statement, picture, reason, values)
