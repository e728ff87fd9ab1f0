"""What a thing can be only one of: its colour, material, weekday, or one of two opposites; by language.

A trait is ``(dimension, value)``: two texts that name different values of a dimension for one thing can't
both be right. Values have English names in every language, so that texts of two languages can be compared.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from braid.text.attributes.opposites import opposite_pairs
from braid.text.attributes.trait_words import COLOR, COLORS, EAST_ASIAN, MATERIAL, MATERIALS
from braid.text.numbers.dates import WEEKDAYS
from braid.text.stems import term_of

__all__ = [
    "COLOR",
    "MATERIAL",
    "WEEKDAY",
    "Trait",
    "are_compatible",
    "color_of",
    "east_asian_traits",
    "traits_by_term",
]

WEEKDAY = "weekday"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_EAST_ASIAN_TRAIT = re.compile(
    "|".join(
        sorted((re.escape(w) for text in EAST_ASIAN.values() for w in text.split()), key=len, reverse=True)
    )
)
_EAST_ASIAN_VALUES = {word: trait for trait, text in EAST_ASIAN.items() for word in text.split()}
_NOUN = re.compile("[\u30a0-\u30ff\u4e00-\u9fff\uac00-\ud7af]{1,8}")


class Trait(NamedTuple):
    """A value of a dimension that has room for one."""

    dimension: str
    value: str


@functools.cache
def _colors(language: str) -> dict[str, str]:
    return {
        term: color for color, words in COLORS.get(language, {}).items() for term in _terms(words, language)
    }


def color_of(word: str, language: str) -> str | None:
    """The basic colour that a word names in a language other than English, in English."""
    term = term_of(word, language)
    return _colors(language).get(term) if term is not None else None


@functools.cache
def traits_by_term(language: str) -> dict[str, tuple[Trait, ...]]:
    """What the terms of a language name: materials, weekdays, opposites. Colours are read apart."""
    found: dict[str, tuple[Trait, ...]] = {}

    def add(term: str, trait: Trait) -> None:
        found[term] = (*found.get(term, ()), trait)

    for material, words in MATERIALS.get(language, {}).items():
        for term in _terms(words, language):
            add(term, Trait(MATERIAL, material))
    for word, day in WEEKDAYS.items():
        day_term = term_of(word, language)
        if day_term is not None and Trait(WEEKDAY, _DAYS[day]) not in found.get(day_term, ()):
            add(day_term, Trait(WEEKDAY, _DAYS[day]))
    for one, other in opposite_pairs(language):
        first, second = term_of(one, language), term_of(other, language)
        if first is not None and second is not None and first != second:
            add(first, Trait(f"{first}/{second}", first))
            add(second, Trait(f"{first}/{second}", second))
    return found


def are_compatible(dimension: str, one: str, other: str) -> bool:
    """Whether two values may be said of one thing: metals and minerals are told apart badly."""
    return one == other or (dimension == MATERIAL and frozenset((one, other)) in _CLOSE)


_CLOSE = {
    frozenset(pair.split())
    for pair in (
        "steel aluminium",
        "steel copper",
        "cotton linen",
        "ceramic marble",
        "cotton plastic",
        "wool plastic",
    )
}


def east_asian_traits(text: str) -> list[tuple[Trait, str, str, int]]:
    """Colours and materials in Japanese, Chinese and Korean: trait, noun behind it, as written, and where."""
    found = []
    for match in _EAST_ASIAN_TRAIT.finditer(text):
        behind = text[match.end() :].lstrip("いのな的 ")
        noun = _NOUN.match(behind)
        trait = Trait(*_EAST_ASIAN_VALUES[match.group()])
        found.append((trait, noun.group() if noun else "", match.group(), match.start()))
    return found


def _terms(words: str, language: str) -> frozenset[str]:
    return frozenset(term for word in words.split() if (term := term_of(word, language)) is not None)
