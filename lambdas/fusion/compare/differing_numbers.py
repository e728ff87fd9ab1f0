"""Numbers that two voices name differently for the same thing.

Who names only one price is taken to speak of the price that the other names; else the words around two
numbers have to tell that they are of the same thing. A value that the other names close by settles it; of
rows of two lists only those that belong together are compared, and only these settle.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from braid.text.numbers.quantities import PLAIN, Quantity
from lambdas.fusion.compare.confusions import Confusion, confusion
from lambdas.fusion.compare.contradictions import Contradiction, Contradictions
from lambdas.fusion.compare.counterparts import MAX_RIVALS, Counterparts, Rows
from lambdas.fusion.compare.voices import Numbers, Voice
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = [
    "SAME_BUT_UNIT",
    "Named",
    "difference",
    "find_differing_numbers",
    "lacks_unit",
    "sameness_of",
    "slack_of",
    "words_around",
]

# How sure it is that two numbers speak of the same thing, by what connects them.
_SAME_COUNTED = 0.95
_SAME_CONTEXT = 0.95
SAME_BUT_UNIT = 0.9
_ONLY_ONES = 0.85
_CONFUSABLE = {Confusion.NONE: 1.0, Confusion.POSSIBLE: 0.6, Confusion.LIKELY: 0.2}
# A spoken number is rounded: $49.99 is called fifty dollars. Dates and times of day are not.
_ROUNDING = 0.005

Named = tuple[Quantity, ParsedObservation]


def find_differing_numbers(
    one: Voice,
    other: Voice,
    span: Span,
    numbers: Numbers,
    rows: Rows,
    thresholds: Thresholds,
    found: Contradictions,
) -> None:
    """Adds each pair of numbers in which the voices differ."""
    if not one.quantities or not other.quantities:
        return
    ours_near, theirs_near = (
        _ValuesNear(numbers.near(speaker, span, thresholds.nearby_ms)) for speaker in (one, other)
    )
    ours_by_dimension, theirs_by_dimension = _by_dimension(one), _by_dimension(other)
    for dimension in sorted(ours_by_dimension.keys() & theirs_by_dimension.keys()):
        ours, theirs = ours_by_dimension[dimension], theirs_by_dimension[dimension]
        # Of all that name one: a row whose number is the same on both sides is no rival of another row.
        counterparts = rows.among(
            (parsed for _, parsed in ours),
            (parsed for _, parsed in theirs),
            (("number", dimension),) * 2,
            partial(_said, dimension),
            are_all_words_first=dimension == PLAIN,
        )
        # Of rows only those that belong together settle what they say: another thing may cost as much.
        are_rows = _are_rows(rows, counterparts)
        are_only_ones = ours_near.is_one(dimension) and theirs_near.is_one(dimension)
        rivals = _Rivals(theirs, counterparts, found, are_rows=are_rows)
        pairs = [(named, rival) for named in ours for rival in rivals.of(named)] if are_rows else []
        is_of_rows = bool(pairs)
        if not are_rows or (are_only_ones and not pairs):
            ours = [named for named in ours if not theirs_near.has(named[0])]
            theirs = [named for named in theirs if not ours_near.has(named[0])]
            if ours and are_only_ones:
                found.left_out["mentions"] += max(0, len(theirs) - MAX_RIVALS)
            rivals = _Rivals(theirs, counterparts, found, are_rows=False)
            pairs = [
                (named, rival)
                for named in ours
                for rival in (theirs[:MAX_RIVALS] if are_only_ones else rivals.of(named))
            ]
        for named, rival in pairs:
            sameness = sameness_of(named[0], rival[0], one, other, span, are_only_ones)
            if sameness:
                _add(found, difference(one, other, named, rival, sameness), named[0].dimension, is_of_rows)
    _find_without_unit(one, other, ours_near, theirs_near, rows, found)
    _find_without_unit(other, one, theirs_near, ours_near, Rows(other, one, span, rows.weights), found)


def _are_rows(rows: Rows, counterparts: Counterparts) -> bool:
    return not rows.is_timed and rows.are_several(counterparts.ours, counterparts.theirs)


def _add(found: Contradictions, point: Contradiction, dimension: str, is_of_rows: bool) -> None:
    """Of two texts the same two values are told once; of rows each pair of rows is."""
    about = (point.one.observation_id, point.other.observation_id) if is_of_rows else ()
    found.add(("number", dimension, *point.values, *about), point)


def _said(dimension: str, parsed: ParsedObservation) -> Iterator[str]:
    return (it.term for it in parsed.quantities if it.dimension == dimension)


def _by_dimension(speaker: Voice) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = {}
    for named in speaker.quantities:
        found.setdefault(named[0].dimension, []).append(named)
    return found


class _ValuesNear:
    """What a voice names in and around a segment, by dimension and in order of size."""

    def __init__(self, quantities: Sequence[Quantity]) -> None:
        self._quantities = quantities
        self._readings: dict[str, list[float]] = {}

    def has(self, quantity: Quantity) -> bool:
        """Whether it equals one of these in any reading, up to rounding."""
        slack = slack_of(quantity.dimension)
        readings = self._of(quantity.dimension)
        for reading in quantity.readings:
            place = bisect_left(readings, reading * (1 - slack))
            if place < len(readings) and readings[place] <= reading * (1 + slack):
                return True
        return False

    def is_one(self, dimension: str) -> bool:
        """Whether the voice names a single value of this dimension."""
        values = {quantity.readings[0] for quantity in self._quantities if quantity.dimension == dimension}
        return len(values) == 1

    def _of(self, dimension: str) -> list[float]:
        if dimension not in self._readings:
            # Who says "it was fifty nine dollars, now it is forty nine" leaves the unit out the second time.
            self._readings[dimension] = sorted(
                reading
                for quantity in self._quantities
                if quantity.dimension == dimension or (quantity.dimension == PLAIN and quantity.is_bare)
                for reading in quantity.readings
            )
        return self._readings[dimension]


class _Rivals:
    """A voice's numbers of one dimension by the words around them: which of them another may differ from."""

    def __init__(
        self, named: Sequence[Named], counterparts: Counterparts, found: Contradictions, *, are_rows: bool
    ) -> None:
        self._counterparts = counterparts
        self._found = found
        self._are_rows = are_rows
        self._named = named
        # By their places among ``named``: a word that many numbers share is looked at no further.
        self._by_word: dict[str, list[int]] = {}
        self._by_observation: dict[str, list[Named]] = {}
        self._values: dict[str, _ValuesNear] = {}
        for place, each in enumerate(named):
            self._by_observation.setdefault(each[1].observation_id, []).append(each)
            for word in words_around(each[0]):
                self._by_word.setdefault(word, []).append(place)

    def of(self, named: Named) -> Sequence[Named]:
        """What shares a word with the number; off the clock, and of too many, in its counterparts alone."""
        around = words_around(named[0])
        beside = [self._by_word.get(word, ()) for word in around]
        if not any(beside):
            return ()
        sharing = {place for few in beside if len(few) <= MAX_RIVALS for place in few}
        are_few = len(sharing) <= MAX_RIVALS and all(len(each) <= MAX_RIVALS for each in beside)
        if are_few and self._counterparts.are_timed:
            return [self._named[place] for place in sorted(sharing)]
        closest = list(self._counterparts.of(named[1]))
        if self._are_rows and any(self._names(parsed, named[0]) for parsed in closest):
            return ()
        numbers: list[Named] = []
        for parsed in closest:
            its = self._by_observation.get(parsed.observation_id, [])
            self._found.left_out["mentions"] += max(0, len(its) - MAX_RIVALS)
            numbers += self._unsettled(its[:MAX_RIVALS], parsed) if self._are_rows else its[:MAX_RIVALS]
        self._found.left_out["rivals"] += not are_few and bool(numbers or not closest)
        return [each for each in numbers if around & words_around(each[0])]

    def _unsettled(self, its: Sequence[Named], parsed: ParsedObservation) -> list[Named]:
        """What a counterpart names that none of its own counterparts names."""
        back = list(self._counterparts.back_of(parsed))
        return [each for each in its if not any(self._names(it, each[0]) for it in back)]

    def _names(self, parsed: ParsedObservation, quantity: Quantity) -> bool:
        near = self._values.get(parsed.observation_id)
        if near is None:
            near = self._values[parsed.observation_id] = _ValuesNear(parsed.quantities)
        return near.has(quantity)


def difference(one: Voice, other: Voice, named: Named, rival: Named, sameness: float) -> Contradiction:
    """That one voice names ``named`` where the other names ``rival``, of what is so surely the same."""
    (quantity, parsed), (rival_quantity, rival_parsed) = named, rival
    doubt = _CONFUSABLE[
        confusion(quantity, rival_quantity, parsed.observation.kind, rival_parsed.observation.kind)
    ]
    probability = sameness * doubt * quantity.confidence * rival_quantity.confidence
    values = (quantity.written, rival_quantity.written)
    reason = f"{one.name} says {values[0]!r} where {other.name} says {values[1]!r}"
    return Contradiction(probability, parsed, rival_parsed, reason, values)


def _find_without_unit(
    bare: Voice,
    full: Voice,
    bare_near: _ValuesNear,
    full_near: _ValuesNear,
    rows: Rows,
    found: Contradictions,
) -> None:
    """Adds a number whose unit was not heard, against one with its unit that is said of the same thing."""
    ours = [named for named in bare.quantities if lacks_unit(named[0])]
    if not ours:
        return
    theirs = [named for named in full.quantities if named[0].dimension != PLAIN]
    counterparts = rows.among(
        (parsed for _, parsed in ours),
        (parsed for _, parsed in theirs),
        (("number that lacks its unit",), ("number with its unit",)),
        lambda parsed: (it.term for it in parsed.quantities if lacks_unit(it) or it.dimension != PLAIN),
    )
    are_rows = _are_rows(rows, counterparts)
    rivals = _Rivals(theirs, counterparts, found, are_rows=False)
    for quantity, parsed in ours:
        for rival, rival_parsed in rivals.of((quantity, parsed)):
            around = words_around(quantity) & words_around(rival)
            if len(around) < 2 or not quantity.nouns & around:
                continue
            factor = rival.readings[0] / rival.values[0] if rival.values[0] else 1.0
            readings = tuple(value * factor for value in quantity.values)
            meant = replace(quantity, dimension=rival.dimension, readings=readings)
            if are_rows:
                bare_near, full_near = (_ValuesNear(it.quantities) for it in (parsed, rival_parsed))
            if not full_near.has(meant) and not bare_near.has(rival):
                point = difference(bare, full, (meant, parsed), (rival, rival_parsed), SAME_BUT_UNIT)
                _add(found, point, rival.dimension, are_rows)


def lacks_unit(quantity: Quantity) -> bool:
    """Whether somebody may have said this number's unit and it was not heard."""
    return quantity.dimension == PLAIN and quantity.is_bare and quantity.is_spoken_form


def words_around(quantity: Quantity) -> frozenset[str]:
    """The terms that tell what a number is of."""
    return quantity.nouns | quantity.context


def slack_of(dimension: str) -> float:
    """By what share two values of a dimension may differ and still be the same."""
    return 1e-9 if _is_exact(dimension) else _ROUNDING


def _is_exact(dimension: str) -> bool:
    return dimension in ("year", "clock") or dimension.startswith("day of ")


def sameness_of(
    quantity: Quantity, rival: Quantity, one: Voice, other: Voice, span: Span, are_only_ones: bool
) -> float:
    """How sure it is that two numbers of one dimension are said of the same thing; 0 where nothing tells."""
    if quantity.dimension == PLAIN:
        return _SAME_COUNTED if quantity.nouns & rival.nouns else 0.0
    around = words_around(quantity) & words_around(rival)
    if len(around) >= 2:
        return _SAME_CONTEXT
    if _is_exact(quantity.dimension):
        return _ONLY_ONES if around and are_only_ones else 0.0
    if not are_only_ones:
        return 0.0
    # Members of a bundle, or a page and its text, are about the same thing; a scene and a talk may not be.
    return _ONLY_ONES if around or not span.is_timed or one.terms.keys() & other.terms.keys() else 0.0
