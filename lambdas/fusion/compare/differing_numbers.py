"""Numbers that two sides name differently for the same thing.

Who names only one price is taken to speak of the price that the other side names; else the words around two
numbers have to tell that they are of the same thing. A value that the other side names close by settles it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from braid.text.numbers.quantities import PLAIN, Quantity
from lambdas.fusion.compare.confusions import Confusion, confusion
from lambdas.fusion.compare.points import Contradiction, Found
from lambdas.fusion.compare.voices import Numbers, Side
from lambdas.fusion.observe.parsing import Statement

__all__ = ["differing_numbers"]

# How sure it is that two numbers speak of the same thing, by what connects them.
_SAME_COUNTED = 0.95
_SAME_CONTEXT = 0.95
_SAME_BUT_UNIT = 0.9
_ONLY_ONES = 0.85
_CONFUSABLE = {Confusion.NONE: 1.0, Confusion.POSSIBLE: 0.6, Confusion.LIKELY: 0.2}
# A spoken number is rounded: $49.99 is called fifty dollars. Dates and times of day are not.
_ROUNDING = 0.005
# A page of figures may share a word with every figure of another page; the nearest few decide.
_MAX_RIVALS = 20

Pair = tuple[Quantity, Statement]


def differing_numbers(
    one: Side, other: Side, span: Span, numbers: Numbers, thresholds: Thresholds
) -> Iterator[Found]:
    """Each pair of numbers in which the sides differ, with how sure that is."""
    if not one.quantities or not other.quantities:
        return
    for dimension in sorted({quantity.dimension for quantity, _ in one.quantities}):
        ours = [pair for pair in one.quantities if pair[0].dimension == dimension]
        theirs = [pair for pair in other.quantities if pair[0].dimension == dimension]
        if theirs:
            our_values = _named_near(one, dimension, span, numbers, thresholds)
            their_values = _named_near(other, dimension, span, numbers, thresholds)
            ours = list(_not_named(ours, their_values))
            theirs = list(_not_named(theirs, our_values))
            are_only_ones = all(_is_one(values, dimension) for values in (our_values, their_values))
            yield from _mismatches(one, other, span, ours, theirs, are_only_ones)
    yield from _without_unit(one, other, span, numbers, thresholds)
    yield from _without_unit(other, one, span, numbers, thresholds)


def _named_near(
    side: Side, dimension: str, span: Span, numbers: Numbers, thresholds: Thresholds
) -> list[Quantity]:
    # Who says "it was fifty nine dollars, now it is forty nine" leaves the unit out the second time.
    return [
        quantity
        for quantity in numbers.near(side, span, thresholds.nearby_ms)
        if quantity.dimension == dimension or (quantity.dimension == PLAIN and quantity.is_bare)
    ]


def _mismatches(
    one: Side,
    other: Side,
    span: Span,
    ours: Sequence[Pair],
    theirs: Sequence[Pair],
    are_only_ones: bool,
) -> Iterator[Found]:
    by_term: dict[str, list[Pair]] = {}
    for pair in theirs:
        for term in pair[0].nouns | pair[0].context:
            by_term.setdefault(term, []).append(pair)
    for pair in ours:
        connected = {
            id(rival): rival for term in pair[0].nouns | pair[0].context for rival in by_term.get(term, ())
        }
        rivals = theirs if are_only_ones else list(connected.values())
        for rival in rivals[:_MAX_RIVALS]:
            sameness = _sameness(pair[0], rival[0], one, other, span, are_only_ones)
            if sameness:
                yield _point(one, other, pair, rival, sameness)


def _point(one: Side, other: Side, pair: Pair, rival: Pair, sameness: float) -> Found:
    (quantity, statement), (rival_quantity, rival_statement) = pair, rival
    doubt = _CONFUSABLE[
        confusion(quantity, rival_quantity, statement.observation.kind, rival_statement.observation.kind)
    ]
    probability = sameness * doubt * quantity.confidence * rival_quantity.confidence
    reason = f"{one.name} says {quantity.written!r} where {other.name} says {rival_quantity.written!r}"
    key = ("number", quantity.dimension, quantity.written, rival_quantity.written)
    values = (quantity.written, rival_quantity.written)
    return key, Contradiction(probability, statement, rival_statement, reason, values)


def _without_unit(
    bare: Side, full: Side, span: Span, numbers: Numbers, thresholds: Thresholds
) -> Iterator[Found]:
    """A number whose unit was not heard, against one with its unit that is said of the same thing."""
    for quantity, statement in bare.quantities:
        if quantity.dimension != PLAIN or not quantity.is_bare or not quantity.is_spoken_form:
            continue
        for rival, rival_statement in full.quantities[:_MAX_RIVALS]:
            around = (quantity.nouns | quantity.context) & (rival.nouns | rival.context)
            if rival.dimension == PLAIN or len(around) < 2 or not quantity.nouns & around:
                continue
            factor = rival.readings[0] / rival.values[0] if rival.values[0] else 1.0
            readings = tuple(value * factor for value in quantity.values)
            meant = replace(quantity, dimension=rival.dimension, readings=readings)
            heard, read = (meant, statement), (rival, rival_statement)
            our_values = _named_near(bare, rival.dimension, span, numbers, thresholds)
            their_values = _named_near(full, rival.dimension, span, numbers, thresholds)
            if [*_not_named([heard], their_values)] and [*_not_named([read], our_values)]:
                yield _point(bare, full, heard, read, _SAME_BUT_UNIT)


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
