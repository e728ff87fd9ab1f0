"""The figures of a text: amounts, numbers, dates, times, weekdays; and which of them another text doesn't
support.

What is claimed is read strictly and what it rests on generously: a figure is supported where any reading of
it is.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from braid.domain.legible import legible
from braid.text.numbers.dates import ClockTime, Date, Moments, read_moments
from braid.text.numbers.ordinals import ordinals_in
from braid.text.numbers.quantities import PLAIN, Quantity, find_quantities
from braid.text.numbers.spelled_numbers import in_digits
from braid.text.words import tokenize

__all__ = ["Figures", "read_figures", "unsupported_figures"]

_ROUNDING = 0.005  # $49.99 is called 50 dollars
_ROUGHLY = 0.05
_HEDGE = re.compile(
    r"\b(?:about|around|roughly|approximately|nearly|almost|some|over|more than|less than|under|up to|circa"
    r"|etwa|rund|ungefähr|fast|knapp|über|environ|presque|plus de|près de|unos|unas|casi|más de|cerca de"
    r"|circa|quasi|più di|oltre|mais de|quase)\s*[$€£¥₹]?\s*$",
    re.IGNORECASE,
)
# Thousands apart: "1 299", with blanks that don't break, or an apostrophe.
_APART = re.compile(r"(?<=\d)[\u00a0\u202f\u2009'’](?=\d{3}(?!\d))")
_SEGMENT_END = re.compile(r"[.;:!?\n]")
_LAST_ITEM = re.compile(r"\s(?:and|or|und|oder|et|ou|y|o|e)\s", re.IGNORECASE)
_MOST_COUNTED = 20


@dataclass(frozen=True)
class Figures:
    """What a text says in figures.

    ``lists`` are the lengths of its enumerations (3 of "red, tan, blue"), ``ordinals`` the numbers of its
    ordinal words, which support a plain number ("step 2" of "second, ...") and aren't claimed by any.
    """

    quantities: tuple[Quantity, ...] = ()
    moments: Moments = field(default_factory=lambda: Moments((), (), (), frozenset(), ""))
    lists: frozenset[int] = frozenset()
    hedged: frozenset[str] = frozenset()
    ordinals: frozenset[int] = frozenset()


@functools.lru_cache(maxsize=4_096)
def read_figures(text: str, language: str | None = None) -> Figures:
    """Reads ``text``; ``language`` is that of its number and unit words beside the English ones."""
    plain = unicodedata.normalize("NFKC", _APART.sub("", legible(text)))
    moments = read_moments(in_digits(plain, language))
    quantities, _ = find_quantities(tokenize([(moments.rest, None, 1.0)]), language)
    hedged = frozenset(
        quantity.written
        for quantity in quantities
        if (at := moments.rest.lower().find(quantity.written.split()[0].strip("$€£¥₹"))) >= 0
        and _HEDGE.search(moments.rest[:at])
    )
    return Figures(
        tuple(quantities), moments, frozenset(_list_lengths(plain)), hedged, frozenset(ordinals_in(plain))
    )


def unsupported_figures(claim: Figures, evidence: Sequence[Figures], pieces: int) -> list[str]:
    """The figures of ``claim``, as written, that no text of ``evidence`` has.

    A plain number may also count the cited ``pieces``, the items of an enumeration or the figures of a kind,
    and a number be the sum of figures of its kind, where the evidence has no other number of the same thing.
    """
    return [
        *(
            q.written
            for q in claim.quantities
            if not _is_supported(q, q.written in claim.hedged, evidence, pieces)
        ),
        *(date.written for date in claim.moments.dates if not _is_date_supported(date, evidence)),
        *(time.written for time in claim.moments.times if not _is_time_supported(time, evidence)),
        *(
            name
            for day, name in claim.moments.weekdays
            if all(
                day not in figures.moments.spanned
                and all(day != known for known, _ in figures.moments.weekdays)
                for figures in evidence
            )
        ),
    ]


def _is_supported(quantity: Quantity, is_rough: bool, evidence: Sequence[Figures], pieces: int) -> bool:
    known = [each for figures in evidence for each in figures.quantities]
    alike = [each for each in known if each.dimension == quantity.dimension]
    if quantity.dimension == PLAIN:
        namesakes = [each for each in alike if each.nouns & quantity.nouns]
        if _any_equal(quantity, alike, is_rough):
            return (
                not namesakes
                or _any_equal(quantity, namesakes, is_rough)
                or not _contradicted(quantity, namesakes)
            )
        if _any_equal(quantity, known, is_rough) or _stands_in_moments(quantity, evidence):
            return True
        # The second step is step 2, and doesn't make two steps.
        is_count = quantity.is_spoken_form and bool(quantity.nouns)
        if not is_count and any(v in figures.ordinals for v in quantity.values for figures in evidence):
            return True
        return not namesakes and _is_count_or_sum(quantity, known, evidence, pieces)
    if any(_equal(quantity.readings, each.readings, is_rough) for each in alike):
        return True
    if quantity.dimension in ("year", "clock") or quantity.dimension.startswith("day of"):
        return _any_equal(quantity, known, False) or _stands_in_moments(quantity, evidence)
    if not alike and _any_equal(quantity, [each for each in known if each.dimension == PLAIN], is_rough):
        return True  # the unit was lost on the way
    return len(alike) > 1 and _is_sum(quantity.readings, [each.readings[0] for each in alike])


def _any_equal(quantity: Quantity, others: Iterable[Quantity], is_rough: bool) -> bool:
    return any(_equal(quantity.values, (*each.values, *each.readings), is_rough) for each in others)


def _contradicted(quantity: Quantity, namesakes: Sequence[Quantity]) -> bool:
    """Whether the evidence counts just what this number counts, and counts it otherwise."""
    return any(quantity.nouns <= each.nouns or each.nouns <= quantity.nouns for each in namesakes)


def _equal(ours: Iterable[float], theirs: Iterable[float], is_rough: bool) -> bool:
    """Whether a value is one of the others, or what one of them is rounded to: 50 of 49.99, not back."""
    slack = _ROUGHLY if is_rough else _ROUNDING
    values = list(theirs)
    return any(
        math.isclose(one, other, rel_tol=1e-9)
        or (math.isclose(one, other, rel_tol=slack) and _digit_count(one) < _digit_count(other))
        for one in ours
        for other in values
    )


def _digit_count(value: float) -> int:
    """How many digits a value has from the first to the last that isn't zero."""
    return len(f"{value:.15g}".split("e")[0].replace(".", "").strip("0-"))


def _stands_in_moments(quantity: Quantity, evidence: Sequence[Figures]) -> bool:
    """Whether a date or a time has this number: the year, the day, the hour."""
    for figures in evidence:
        for date in figures.moments.dates:
            if any(float(part) in quantity.values for reading in date.readings for part in reading if part):
                return True
        for time in figures.moments.times:
            for minutes in time.readings:
                if float(minutes // 60) in quantity.values or float(minutes) in quantity.values:
                    return True
                if minutes % 60 and float(minutes % 60) in quantity.values:
                    return True
    return False


def _is_count_or_sum(
    quantity: Quantity, known: Sequence[Quantity], evidence: Sequence[Figures], pieces: int
) -> bool:
    value = quantity.values[0]
    if quantity.nouns and value.is_integer() and 2 <= value <= _MOST_COUNTED:
        counts = {length for figures in evidence for length in figures.lists}
        if int(value) in counts or (pieces > 1 and int(value) == pieces):
            return True
    plain = [each.values[0] for each in known if each.dimension == PLAIN]
    return len(plain) > 1 and value > 2 and _is_sum(quantity.values, plain)


def _is_sum(values: Sequence[float], parts: Sequence[float]) -> bool:
    return any(math.isclose(value, math.fsum(parts), rel_tol=1e-6) for value in values)


def _is_date_supported(date: Date, evidence: Sequence[Figures]) -> bool:
    return any(_is_reading_supported(reading, evidence) for reading in date.readings)


def _is_reading_supported(
    reading: tuple[int | None, int | None, int | None], evidence: Sequence[Figures]
) -> bool:
    year, month, day = reading
    numbers = {value for figures in evidence for each in figures.quantities for value in each.values}
    for figures in evidence:
        for known in figures.moments.dates:
            for known_year, known_month, known_day in known.readings:
                if month is not None and month != known_month:
                    continue
                if day is not None and known_day is not None and day != known_day:
                    continue
                if day is not None and known_day is None:
                    continue
                if year is None or year == known_year or (known_year is None and float(year) in numbers):
                    return True
    return False


def _is_time_supported(time: ClockTime, evidence: Sequence[Figures]) -> bool:
    for figures in evidence:
        if any(set(time.readings) & set(known.readings) for known in figures.moments.times):
            return True
        if any(
            minutes % 60 == 0 and float(minutes // 60) in each.values
            for minutes in time.readings
            for each in figures.quantities
            if each.dimension == PLAIN
        ):
            return True
    return False


def _list_lengths(text: str) -> Iterator[int]:
    for segment in _SEGMENT_END.split(text):
        if _LAST_ITEM.search(segment):
            yield segment.count(",") + 2
