"""What a statement denies, which colours it names and of what, and what else has room for one value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from braid.text.attributes.colors import COLOR_WORDS, IDIOMS
from braid.text.attributes.negation import denies_nothing, is_negator, read_clauses
from braid.text.attributes.traits import COLOR, Trait, color_of, east_asian_traits, traits_by_term
from braid.text.misreadings import NEGATORS
from braid.text.stems import content_stems
from braid.text.words import Token

__all__ = [
    "EAST_ASIAN",
    "ColorMention",
    "Names",
    "Negation",
    "TraitMention",
    "color_mentions",
    "denies",
    "east_asian_mentions",
    "east_asian_negations",
    "names_colors",
    "negations",
    "trait_mentions",
]

# By one of its terms: all terms of a name, and what it is a name of.
Names = Mapping[str, tuple[frozenset[str], Trait]]
EAST_ASIAN = frozenset({"ja", "zh", "ko"})
# How far a negation reaches: the next content words of its clause.
_NEGATED_TERMS = 3
_CONTEXT_TERMS = 8
_COLORED_TOKENS = 2
_NOUN_TOKENS = 3
_NOUN_LETTERS = 2
# There the colour stands in front of what it colours; elsewhere behind it ("zapato rojo").
_COLOR_FIRST = frozenset({None, "de", "hi"})
# The answer that denies what stands before it: "waterproof: no".
_ANSWER = {None: "no", "de": "nein", "fr": "non", "es": "no", "it": "no", "pt": "não"}
_DENIAL_MAY_FOLLOW = frozenset({"de", "hi"})
_ENDS_DENIAL = frozenset({"but", "only", "sondern", "mais", "sino", "ma", "mas"})


@dataclass(frozen=True, slots=True)
class Negation:
    """A denied term: "not waterproof"; ``place`` counts the statement's tokens up to the "not"."""

    term: str
    place: int
    context: frozenset[str]
    written: str
    at_ms: int | None
    confidence: float


@dataclass(frozen=True, slots=True)
class ColorMention:
    """A colour said of something: "red shirt"; ``nouns`` is empty where nothing follows it.

    ``own`` are the terms of the colour itself.
    """

    color: str
    own: frozenset[str]
    nouns: frozenset[str]
    written: str
    at_ms: int | None
    confidence: float


@dataclass(frozen=True, slots=True)
class TraitMention:
    """What a thing is said to be of which it can be only one: leather, open on Mondays, in Paris.

    ``own`` are the mention's own terms, ``nouns`` the terms next to it, ``context`` those around it.
    """

    dimension: str
    value: str
    own: frozenset[str]
    nouns: frozenset[str]
    context: frozenset[str]
    written: str
    at_ms: int | None
    confidence: float


def denies(words: Iterable[str], language: str | None) -> bool:
    """Whether a negator is among the words, or an answer that denies."""
    return any(_is_negator(word, language) or word == _ANSWER.get(language) for word in words)


def _is_negator(word: str, language: str | None) -> bool:
    if language is None:
        return word in NEGATORS or word.endswith("n't")
    return is_negator(word, language) and not word.startswith("n'")


def negations(
    tokens: Sequence[Token], terms: Sequence[str | None], language: str | None
) -> Iterator[Negation]:
    """Each term that a negator reaches; in languages where it may follow, also what stands before it."""
    for index, token in enumerate(tokens):
        is_answer = token.text == _ANSWER.get(language)
        if not is_answer and not _is_negator(token.text, language):
            continue
        if language is not None and denies_nothing(
            token.text, tokens[index + 1].text if index + 1 < len(tokens) else ""
        ):
            continue
        ahead = range(index + 1, len(tokens) if _is_negator(token.text, language) else index + 1)
        reached = list(_reached(tokens, terms, ahead))
        is_last = index + 1 == len(tokens) or tokens[index + 1].kind == "end"
        if language in _DENIAL_MAY_FOLLOW and not reached:
            reached = list(_reached(tokens, terms, range(index - 1, -1, -1)))
        if is_answer and is_last and index and (term := terms[index - 1]) is not None:
            written = f"{tokens[index - 1].text}: {token.text}"
            confidence = min(token.confidence, tokens[index - 1].confidence)
            yield Negation(term, index, _around(terms, index), written, token.at_ms, confidence)
            continue
        for place, term in reached:
            written = f"{token.text} {tokens[place].text}"
            confidence = min(token.confidence, tokens[place].confidence)
            yield Negation(term, index, _around(terms, index), written, token.at_ms, confidence)


def _reached(
    tokens: Sequence[Token], terms: Sequence[str | None], places: Iterable[int]
) -> Iterator[tuple[int, str]]:
    found = 0
    for place in places:
        if tokens[place].kind == "end" or tokens[place].text in _ENDS_DENIAL or found == _NEGATED_TERMS:
            return
        term = terms[place]
        if term is not None:
            found += 1
            yield place, term


def names_colors(words: Iterable[str], language: str | None) -> bool:
    """Whether a colour is among the words."""
    if language is None:
        return not COLOR_WORDS.keys().isdisjoint(words)
    return any(color_of(word, language) for word in words)


def color_mentions(
    tokens: Sequence[Token], terms: Sequence[str | None], language: str | None
) -> Iterator[ColorMention]:
    """Each colour word with what it is said of."""
    for index, token in enumerate(tokens):
        color = _color(token, language)
        if color is None:
            continue
        nouns, written = _colored(tokens, terms, index, 1 if language in _COLOR_FIRST else -1, language)
        if not nouns and language not in (None, *EAST_ASIAN):
            nouns, written = _predicated(tokens, terms, index, language)
        if language is not None or not any((token.text, noun) in IDIOMS for noun in nouns):
            own = frozenset(term for term in terms[index : index + 1] if term is not None)
            yield ColorMention(color, own, frozenset(nouns), written, token.at_ms, token.confidence)


def _color(token: Token, language: str | None) -> str | None:
    if token.kind != "word":
        return None
    return COLOR_WORDS.get(token.text) if language is None else color_of(token.text, language)


def _colored(
    tokens: Sequence[Token], terms: Sequence[str | None], index: int, step: int, language: str | None
) -> tuple[list[str], str]:
    """The terms beside a colour, in the direction in which its language puts what it colours."""
    nouns: list[str] = []
    written = tokens[index].text
    place = index + step
    while 0 <= place < len(tokens) and abs(place - index) <= _COLORED_TOKENS:
        term = terms[place]
        if term is None or _color(tokens[place], language):
            break
        nouns.append(term)
        if not nouns[1:]:
            pair = (tokens[index].text, tokens[place].text)
            written = " ".join(pair if step > 0 else pair[::-1])
        place += step
    return nouns, written


def _predicated(
    tokens: Sequence[Token], terms: Sequence[str | None], index: int, language: str | None
) -> tuple[list[str], str]:
    """ "Der Schuh ist rot": what stands before the colour in its clause."""
    for place in range(index - 1, max(-1, index - 1 - _NOUN_TOKENS), -1):
        term = terms[place]
        if tokens[place].kind == "end" or _color(tokens[place], language):
            break
        if term is not None:
            return [term], f"{tokens[place].text} … {tokens[index].text}"
    return [], tokens[index].text


def trait_mentions(
    tokens: Sequence[Token], terms: Sequence[str | None], language: str | None, names: Names
) -> Iterator[TraitMention]:
    """Materials, weekdays and opposites that the language's terms name, and known names."""
    table = traits_by_term(language or "en")
    present = frozenset(term for term in terms if term is not None)
    for index, term in enumerate(terms):
        if term is None:
            continue
        found = [(trait, frozenset((term,))) for trait in table.get(term, ())]
        if term in names and names[term][0] <= present:
            found.append((names[term][1], names[term][0]))
        if not found:
            continue
        token, near, context = tokens[index], _around(terms, index, _NOUN_TOKENS), _around(terms, index)
        for trait, own in found:
            written = trait.value if trait.dimension in ("place", "person") else token.text
            yield TraitMention(
                trait.dimension, trait.value, own, near - own, context, written, token.at_ms, token.confidence
            )


def _around(terms: Sequence[str | None], index: int, reach: int = _CONTEXT_TERMS) -> frozenset[str]:
    window = terms[max(0, index - reach) : index + reach]
    return frozenset(term for term in window if term is not None)


def east_asian_negations(
    text: str, language: str, terms: frozenset[str], at_ms: int | None
) -> list[Negation]:
    """Denials in scripts without spaces; ``terms`` are the statement's pairs of characters."""
    return [
        Negation(term, number, terms, f"{denial.written}", at_ms, 1.0)
        for number, clause in enumerate(read_clauses(text, language))
        for denial in clause.denials
        for term in denial.near
    ]


def east_asian_mentions(
    text: str, language: str, at_ms: int | None, confidence: float
) -> tuple[list[ColorMention], list[TraitMention]]:
    """Colours and materials in scripts without spaces."""
    colors: list[ColorMention] = []
    traits: list[TraitMention] = []
    context = content_stems(text, language)
    for trait, noun, written, _ in east_asian_traits(text):
        # A run of letters goes on into the verb: its beginning is the noun.
        nouns = frozenset((noun[:_NOUN_LETTERS],)) if noun else frozenset()
        own = content_stems(written, language)
        if trait.dimension == COLOR:
            colors.append(ColorMention(trait.value, own, nouns, f"{written}{noun}", at_ms, confidence))
        else:
            traits.append(
                TraitMention(
                    trait.dimension,
                    trait.value,
                    own,
                    nouns,
                    context - own,
                    f"{written}{noun}",
                    at_ms,
                    confidence,
                )
            )
    return colors, traits
