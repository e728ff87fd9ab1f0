"""Contradictions: both sides speak of the same thing and name different numbers, colours, or deny each other.

A misread letter or a misheard word must not make one. So every reading of a number must differ, the values
must not be ones that recognisers confuse, neither side may name the other's value close by, and what the
sources are unsure of counts for less.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.asset import Modality
from domain.span import Span
from lambdas.fusion.colors import are_near, are_synonyms, is_chromatic
from lambdas.fusion.confusions import Confusion, confusion
from lambdas.fusion.quantities import PLAIN, Quantity
from lambdas.fusion.sides import Numbers, Side
from lambdas.fusion.statements import ColorMention, Statement
from lambdas.fusion.thresholds import Thresholds

__all__ = ["Contradiction", "contradictions"]

# How sure it is that two numbers speak of the same thing, by what connects them.
_SAME_COUNTED = 0.95
_SAME_CONTEXT = 0.95
_ONLY_ONES = 0.85
_CONFUSABLE = {Confusion.NONE: 1.0, Confusion.POSSIBLE: 0.6, Confusion.LIKELY: 0.2}
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
# A spoken number is rounded: $49.99 is called fifty dollars. Dates and times of day are not.
_ROUNDING = 0.005
# A page of figures may share a word with every figure of another page; the nearest few decide.
_MAX_RIVALS = 20


@dataclass(frozen=True)
class Contradiction:
    """One point in which two sides differ; ``probability`` is how sure that is."""

    probability: float
    one: Statement
    other: Statement
    reason: str


def contradictions(
    one: Side, other: Side, span: Span, numbers: Numbers, thresholds: Thresholds
) -> list[Contradiction]:
    """The points in which the sides contradict each other, surest first, one per pair of things named."""
    found: dict[tuple[str, ...], Contradiction] = {}
    candidates = (
        *_differing_numbers(one, other, span, numbers, thresholds),
        *_denials(one, other),
        *_denials(other, one),
        *_differing_colors(one, other),
        *_colors_not_shown(one, other, span),
        *_colors_not_shown(other, one, span),
    )
    for key, candidate in candidates:
        if candidate.probability < thresholds.contradiction_from:
            continue
        if key not in found or found[key].probability < candidate.probability:
            found[key] = candidate
    return sorted(found.values(), key=lambda point: (-point.probability, point.reason))


Found = tuple[tuple[str, ...], Contradiction]
Pair = tuple[Quantity, Statement]


def _differing_numbers(
    one: Side, other: Side, span: Span, numbers: Numbers, thresholds: Thresholds
) -> Iterator[Found]:
    for dimension in sorted({quantity.dimension for quantity, _ in one.quantities}):
        ours = [pair for pair in one.quantities if pair[0].dimension == dimension]
        theirs = [pair for pair in other.quantities if pair[0].dimension == dimension]
        if not theirs:
            continue
        # Who says "it was fifty nine dollars, now it is forty nine" leaves the unit out the second time.
        comparable = (dimension, PLAIN)
        our_values = [q for q in numbers.near(one, span, thresholds.nearby_ms) if q.dimension in comparable]
        their_values = [
            q for q in numbers.near(other, span, thresholds.nearby_ms) if q.dimension in comparable
        ]
        ours = list(_not_named(ours, their_values))
        theirs = list(_not_named(theirs, our_values))
        are_only_ones = all(_is_one(values, dimension) for values in (our_values, their_values))
        yield from _mismatches(one, other, span, ours, theirs, are_only_ones)


def _mismatches(
    one: Side,
    other: Side,
    span: Span,
    ours: list[Pair],
    theirs: list[Pair],
    are_only_ones: bool,
) -> Iterator[Found]:
    by_term: dict[str, list[Pair]] = {}
    for pair in theirs:
        for term in pair[0].nouns | pair[0].context:
            by_term.setdefault(term, []).append(pair)
    for quantity, statement in ours:
        connected = {
            id(pair): pair for term in quantity.nouns | quantity.context for pair in by_term.get(term, ())
        }
        rivals = theirs if are_only_ones else list(connected.values())
        for rival, rival_statement in rivals[:_MAX_RIVALS]:
            sameness = _sameness(quantity, rival, one, other, span, are_only_ones)
            if not sameness:
                continue
            doubt = _CONFUSABLE[
                confusion(quantity, rival, statement.observation.kind, rival_statement.observation.kind)
            ]
            probability = sameness * doubt * quantity.confidence * rival.confidence
            reason = f"{one.name} says {quantity.written!r} where {other.name} says {rival.written!r}"
            key = ("number", quantity.dimension, quantity.written, rival.written)
            yield key, Contradiction(probability, statement, rival_statement, reason)


def _not_named(pairs: Iterable[Pair], values: Iterable[Quantity]) -> Iterator[Pair]:
    """The quantities that equal none of ``values`` in any reading, up to rounding."""
    named = sorted(reading for quantity in values for reading in quantity.readings)
    for quantity, statement in pairs:
        is_exact = quantity.dimension in ("year", "clock") or quantity.dimension.startswith("day of ")
        slack = 1e-9 if is_exact else _ROUNDING
        for reading in quantity.readings:
            place = bisect_left(named, reading * (1 - slack))
            if place < len(named) and named[place] <= reading * (1 + slack):
                break
        else:
            yield quantity, statement


def _is_one(values: list[Quantity], dimension: str) -> bool:
    """Whether a side names a single value of this dimension."""
    return len({quantity.readings[0] for quantity in values if quantity.dimension == dimension}) == 1


def _sameness(
    quantity: Quantity, rival: Quantity, one: Side, other: Side, span: Span, are_only_ones: bool
) -> float:
    """How sure it is that two numbers of one dimension are said of the same thing; 0 where nothing tells."""
    if quantity.dimension == PLAIN:
        return _SAME_COUNTED if quantity.nouns & rival.nouns else 0.0
    around = (quantity.nouns | quantity.context) & (rival.nouns | rival.context)
    if len(around) >= 2:
        return _SAME_CONTEXT
    if quantity.dimension in ("year", "clock") or quantity.dimension.startswith("day of "):
        return _ONLY_ONES if around and are_only_ones else 0.0
    if not are_only_ones:
        return 0.0
    # Members of a bundle, or a page and its text, are about the same thing; a scene and a talk may not be.
    return _ONLY_ONES if around or not span.is_timed or one.terms.keys() & other.terms.keys() else 0.0


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
                yield key, Contradiction(_OTHER_COLOR_SAID * trust, statement, rival_statement, reason)


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
    yield ("shown color", mention.color, name), Contradiction(probability, statement, picture, reason)
