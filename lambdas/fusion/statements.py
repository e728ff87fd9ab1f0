"""An observation with everything about it that can be compared with another one."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.number_words import NUMBER_WORDS
from domain.observation import Observation
from domain.words import Token, content_term, tokenize
from braid.text.colors import COLOR_WORDS, IDIOMS
from lambdas.fusion.misreadings import NEGATORS, Vocabulary
from lambdas.fusion.observe import Observed
from braid.text.quantities import Quantity, find_quantities

__all__ = ["WORDED_KINDS", "ColorMention", "Negation", "Statement", "state"]

# What is said or written in words of its own, unlike labels and measurements.
WORDED_KINDS = ("utterance", "cue", "passage", "caption", "detected_text")

# How far a negation reaches: the next content words of its clause.
_NEGATED_TERMS = 3
_CONTEXT_TERMS = 8
_COLORED_TOKENS = 2


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
    """A colour said of something: "red shirt"; ``nouns`` is empty where nothing follows it."""

    color: str
    nouns: frozenset[str]
    written: str
    at_ms: int | None
    confidence: float


class Statement(NamedTuple):
    """An observation's comparable content.

    ``terms`` stand in their order with their ``times`` (empty off the clock); ``doubts`` are terms that the
    source is less or more sure of than of the whole. ``shown_colors`` are measured colours with their share
    of the picture. A tuple, because there are many of them.
    """

    observation: Observation
    terms: tuple[str, ...]
    times: tuple[int, ...] = ()
    doubts: tuple[tuple[str, float], ...] = ()

    quantities: tuple[Quantity, ...] = ()
    negations: tuple[Negation, ...] = ()
    colors: tuple[ColorMention, ...] = ()
    shown_colors: tuple[tuple[str, float], ...] = ()

    def confidence_of(self, term: str) -> float:
        """How sure the source is of one term."""
        return dict(self.doubts).get(term, self.observation.confidence)


_NO_VOCABULARY = Vocabulary()


def state(observed: Observed, vocabulary: Vocabulary = _NO_VOCABULARY) -> Statement:
    """Reads one observation: its terms, numbers, negations and colours.

    What was read in a picture is put right by ``vocabulary``, the words that the asset uses elsewhere.
    """
    observation = observed.observation
    if observation.kind == "color":
        shown = tuple(
            (name, color.share)
            for color in observed.colors
            if (name := COLOR_WORDS.get(color.name.lower().split()[-1])) is not None
        )
        return Statement(observation, (), shown_colors=shown)
    if observation.kind in ("label", "faces", "moderation", "toxicity"):
        terms = _label_terms(observation.text)
        start_ms = observation.span.start_ms
        return Statement(observation, terms, (start_ms,) * len(terms) if start_ms is not None else ())
    return _read(observation, _timed_tokens(observed, vocabulary))


@functools.lru_cache(maxsize=16_384)
def _label_terms(text: str) -> tuple[str, ...]:
    words = (token.text for token in tokenize([(text, None, 1.0)]) if token.kind == "word")
    return tuple(term for word in words if (term := content_term(word)) is not None)


def _timed_tokens(observed: Observed, vocabulary: Vocabulary) -> list[Token]:
    """The tokens with their times: the source's own, else spread evenly over the span."""
    observation = observed.observation
    if observed.pieces:
        return tokenize(observed.pieces)
    if observation.kind == "detected_text":
        text = vocabulary.mended(observation.text)
        return tokenize([(text, observation.span.start_ms, observation.confidence)])
    words = observation.text.split()
    span = observation.span
    if span.start_ms is None or span.end_ms is None:
        at_ms = span.start_ms
        return tokenize([(observation.text, at_ms, observation.confidence)])
    length_ms = span.end_ms - span.start_ms
    count = max(1, len(words))
    return tokenize(
        (word, span.start_ms + length_ms * index // count, observation.confidence)
        for index, word in enumerate(words)
    )


def _read(observation: Observation, tokens: Sequence[Token]) -> Statement:
    words = {token.text for token in tokens}
    has_numbers = not words.isdisjoint(NUMBER_WORDS) or any(token.kind == "number" for token in tokens)
    quantities, places = find_quantities(tokens) if has_numbers else ([], [])
    ends = {begin: (end, term) for begin, end, term in places}
    terms: list[str] = []
    times: list[int] = []
    doubts: list[tuple[str, float]] = []
    token_terms: list[str | None] = [None] * len(tokens)
    is_timed = observation.span.is_timed
    fallback_ms = observation.span.start_ms or 0
    read_until = 0
    for index, (text, kind, at_ms, confidence) in enumerate(tokens):
        if index < read_until:
            continue
        term: str | None = None
        if index in ends:
            read_until, term = ends[index]
        elif kind == "word":
            term = token_terms[index] = content_term(text)
        if term is None:
            continue
        terms.append(term)
        if confidence != observation.confidence:
            doubts.append((term, confidence))
        if is_timed:
            times.append(fallback_ms if at_ms is None else at_ms)
    return Statement(
        observation=observation,
        terms=tuple(terms),
        times=tuple(times),
        doubts=tuple(doubts),
        quantities=tuple(quantities),
        negations=tuple(_negations(tokens, token_terms)) if _denies(words) else (),
        colors=() if words.isdisjoint(COLOR_WORDS) else tuple(_color_mentions(tokens, token_terms)),
    )


def _denies(words: Iterable[str]) -> bool:
    return any(word in NEGATORS or word.endswith("n't") for word in words)


def _negations(tokens: Sequence[Token], terms: Sequence[str | None]) -> Iterable[Negation]:
    for index, token in enumerate(tokens):
        if token.text not in NEGATORS and not token.text.endswith("n't"):
            continue
        found = 0
        for place in range(index + 1, len(tokens)):
            term = terms[place]
            if (
                tokens[place].kind == "end"
                or tokens[place].text in ("but", "only")
                or found == _NEGATED_TERMS
            ):
                break
            if term is None:
                continue
            found += 1
            written = f"{token.text} {tokens[place].text}"
            confidence = min(token.confidence, tokens[place].confidence)
            yield Negation(term, index, _around(terms, index), written, token.at_ms, confidence)


def _around(terms: Sequence[str | None], index: int) -> frozenset[str]:
    window = terms[max(0, index - _CONTEXT_TERMS) : index + _CONTEXT_TERMS]
    return frozenset(term for term in window if term is not None)


def _color_mentions(tokens: Sequence[Token], terms: Sequence[str | None]) -> Iterable[ColorMention]:
    for index, token in enumerate(tokens):
        color = COLOR_WORDS.get(token.text)
        if color is None or token.kind != "word":
            continue
        nouns: list[str] = []
        written = token.text
        for place in range(index + 1, min(len(tokens), index + 1 + _COLORED_TOKENS)):
            term = terms[place]
            if term is None or tokens[place].text in COLOR_WORDS:
                break
            nouns.append(term)
            written = f"{token.text} {tokens[place].text}" if not nouns[1:] else written
        if not any((token.text, noun) in IDIOMS for noun in nouns):
            yield ColorMention(color, frozenset(nouns), written, token.at_ms, token.confidence)
