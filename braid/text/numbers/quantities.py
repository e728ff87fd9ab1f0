"""Numbers with their units and what they count, however they are said or written.

``forty nine dollars``, ``$49`` and ``49.00 USD`` are one quantity. Words that can be read in two ways keep
both readings (``forty nine ninety nine`` is 49.99 or 4999): a contradiction needs every reading to differ.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from braid.text.numbers.number_words import NUMBER_WORDS, is_number_word, read_number_words
from braid.text.numbers.units import IDENTIFIERS, MONTHS, PER_CENT, SCALES, SIGNS, units_of
from braid.text.stems import term_of
from braid.text.words import Token

__all__ = ["PLAIN", "Quantity", "find_quantities"]

PLAIN = ""
_Units = Mapping[str, tuple[str, float]]
# How far around a number its context reaches, and how far away what it counts may stand.
_CONTEXT_TOKENS = 8
_NOUN_TOKENS = 3
_YEAR_OPENERS = frozenset(("in", "since", "from", "until", "till", "by", "of", "year", "during"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number. ``readings`` are all values that it can mean, in the base unit of ``dimension``; ``values``
    are the same in the unit that it is said in.

    ``nouns`` are the terms that it counts or belongs to (none where it only names something, as in "step 3"),
    ``context`` the terms around it in its clause,
    ``written`` is how it stands in the source; ``is_spoken_form`` tells that it was said in words,
    ``is_bare`` that it stands alone between words without content ("the price is fourteen this year"): its
    unit may have been lost.
    """

    readings: tuple[float, ...]
    values: tuple[float, ...]
    dimension: str
    nouns: frozenset[str]
    context: frozenset[str]
    written: str
    at_ms: int | None
    confidence: float
    is_spoken_form: bool
    is_bare: bool = False

    @property
    def term(self) -> str:
        """The term that it is among those of its text."""
        return _digits(self.values[0])


@dataclass(frozen=True, slots=True)
class _Number:
    """A number's place among the tokens (half-open), before its unit is known."""

    begin: int
    end: int
    values: tuple[float, ...]


def find_quantities(
    tokens: Sequence[Token], language: str | None = None
) -> tuple[list[Quantity], list[tuple[int, int, str]]]:
    """The quantities in ``tokens``, and where numbers stand: ``(begin, end, term)`` of each one's tokens.

    ``language`` is that of the unit words beside the English ones; its number words are expected in digits.

    The term is the number in digits, so that numbers count as shared words too.
    """
    numbers = list(_numbers(tokens))
    places = [(number.begin, number.end, _digits(number.values[0])) for number in numbers]
    units = units_of(language)
    quantities = [found for number in numbers if (found := _quantity(tokens, number, units)) is not None]
    return quantities, places


def _numbers(tokens: Sequence[Token]) -> Iterator[_Number]:
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind == "number":
            values, end = _written_values(token.text), index + 1
            if end < len(tokens) and tokens[end].text in SCALES:
                values = tuple(value * SCALES[tokens[end].text] for value in values)
                end += 1
            yield _Number(index, end, values)
            index = end
        elif token.kind == "word" and is_number_word(token):
            end, values = read_number_words(tokens, index)
            yield _Number(index, end, values)
            index = end
        else:
            index += 1


@functools.lru_cache(maxsize=16_384)
def _written_values(text: str) -> tuple[float, ...]:
    """What a number in digits can mean: ``1,299`` and ``1.299`` may be thousands, ``49,99`` is a decimal."""
    if ":" in text:
        value = 0.0
        for part in text.split(":"):
            value = value * 60 + float(part.replace(",", "").replace(".", "")[:15])
        return (value,)
    separators = [character for character in text if character in ".,"]
    if not separators:
        return (float(text[:300]),)
    head, _, tail = text.rpartition(separators[-1])
    whole = head.replace(",", "").replace(".", "")
    as_decimal, as_thousands = float(f"{whole[:300]}.{tail[:300]}"), float((whole + tail)[:300])
    if len(set(separators)) == 2:
        return (as_decimal,)
    if len(separators) > 1:
        return (as_thousands,)
    if len(tail) == 3:
        return (as_thousands, as_decimal) if separators[0] == "," else (as_decimal, as_thousands)
    return (as_decimal,)


def _digits(value: float) -> str:
    return str(int(value)) if value.is_integer() and value < 1e15 else f"{value:.6g}"


def _quantity(tokens: Sequence[Token], number: _Number, units: _Units) -> Quantity | None:
    first = tokens[number.begin]
    is_spoken_form = first.kind == "word"
    if is_spoken_form and number.values == (1.0,):
        return None  # "one" is a pronoun more often than a number
    begin, end, dimension, factor = _unit(tokens, number, units)
    nouns = _counted(tokens, begin, end)
    behind = tokens[end : end + _CONTEXT_TOKENS]
    if dimension == PLAIN:
        dimension, nouns = _plain_dimension(tokens, number, nouns)
    return Quantity(
        readings=tuple(value * factor for value in number.values),
        values=number.values,
        dimension=dimension,
        nouns=nouns,
        context=_terms([*tokens[max(0, begin - _CONTEXT_TOKENS) : begin], *behind]),
        written=_as_written(tokens[begin:end]),
        at_ms=first.at_ms,
        confidence=min(token.confidence for token in tokens[number.begin : number.end]),
        is_spoken_form=is_spoken_form,
        is_bare=(begin, end) == (number.begin, number.end) and _stands_alone(tokens, begin, end),
    )


def _unit(tokens: Sequence[Token], number: _Number, units: _Units) -> tuple[int, int, str, float]:
    """Where the number with its unit begins and ends, its dimension, and the factor to the base unit."""
    begin, end, dimension = number.begin, number.end, PLAIN
    if begin and tokens[begin - 1].kind == "sign" and tokens[begin - 1].text not in "%°":
        begin -= 1
        dimension = SIGNS[tokens[begin].text]

    if end < len(tokens) and dimension == PLAIN:
        following = tokens[end]
        if following.kind == "sign":
            return begin, end + 1, SIGNS[following.text], 1.0
        if end + 1 < len(tokens) and (following.text, tokens[end + 1].text) in PER_CENT:
            return begin, end + 2, "percent", 1.0
        if following.text in units:
            dimension, factor = units[following.text]
            return begin, end + 1, dimension, factor
    return begin, end, dimension, 1.0


def _plain_dimension(
    tokens: Sequence[Token], number: _Number, nouns: frozenset[str]
) -> tuple[str, frozenset[str]]:
    """The dimension of a number without a unit, and what it counts; no nouns where it counts nothing."""
    before = tokens[number.begin - 1].text if number.begin else ""
    after = tokens[number.end].text if number.end < len(tokens) else ""
    value = number.values[0]
    for neighbour in (before, after):
        if neighbour in MONTHS and value <= 31:
            return f"day of {neighbour}", frozenset((neighbour,))
    if ":" in tokens[number.begin].text:
        return "clock", nouns
    if (before in _YEAR_OPENERS or before in MONTHS) and 1900 <= value < 2100 and value.is_integer():
        return "year", nouns
    if before in IDENTIFIERS or after in ("st", "nd", "rd", "th"):
        return PLAIN, frozenset()
    return PLAIN, nouns


def _counted(tokens: Sequence[Token], begin: int, end: int) -> frozenset[str]:
    """What the number counts: up to two terms behind it and one in front of it, in its own clause."""
    behind = _first_terms(tokens[end : end + _NOUN_TOKENS], 2)
    in_front = _first_terms(tokens[max(0, begin - _NOUN_TOKENS) : begin][::-1], 1)
    return frozenset(behind + in_front)


def _stands_alone(tokens: Sequence[Token], begin: int, end: int) -> bool:
    """Whether a word without content stands before the number and no word with content behind it."""
    before = tokens[max(0, begin - 1) : begin]
    return (
        bool(before) and before[0].kind == "word" and not _first_terms((*before, *tokens[end : end + 1]), 1)
    )


def _first_terms(tokens: Sequence[Token], limit: int) -> list[str]:
    terms: list[str] = []
    for token in tokens:
        if token.kind != "word" or is_number_word(token) or len(terms) == limit:
            break
        term = term_of(token.text)
        if term is not None:
            terms.append(term)
    return terms


def _terms(tokens: Sequence[Token]) -> frozenset[str]:
    words = [text for text, kind, _, _ in tokens if kind == "word" and text not in NUMBER_WORDS]
    return frozenset([term for word in words if (term := term_of(word)) is not None])


def _as_written(tokens: Sequence[Token]) -> str:
    text = " ".join([token.text for token in tokens])
    if all(token.kind != "sign" for token in tokens):
        return text
    for sign in SIGNS:
        text = text.replace(f"{sign} ", sign).replace(f" {sign}", sign)
    return text
