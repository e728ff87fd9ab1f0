"""An observation with everything about it that can be compared with another one."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

from braid.domain.evidence.observation import Observation
from braid.text.attributes.colors import COLOR_WORDS
from braid.text.attributes.mentions import (
    EAST_ASIAN,
    ColorMention,
    Names,
    Negation,
    TraitMention,
    color_mentions,
    denies,
    east_asian_mentions,
    east_asian_negations,
    names_colors,
    negations,
    trait_mentions,
)
from braid.text.attributes.traits import traits_by_term
from braid.text.misreadings import Vocabulary
from braid.text.numbers.number_words import NUMBER_WORDS
from braid.text.numbers.quantities import Quantity, find_quantities
from braid.text.numbers.spelled_numbers import in_digits
from braid.text.stems import term_of
from braid.text.words import Token, tokenize
from lambdas.fusion.observe.observations import Observed

__all__ = ["WORDED_KINDS", "ParsedObservation", "parse"]

# What is said or written in words of its own, unlike labels and measurements.
WORDED_KINDS = ("utterance", "cue", "passage", "description", "detected_text")


class ParsedObservation(NamedTuple):
    """An observation's comparable content.

    ``terms`` stand in their order with their ``times`` (empty off the clock); ``doubts`` are terms that the
    source is less or more sure of than of the whole. ``shown_colors`` are measured colours with their share
    of the picture; ``language`` is ``None`` for English. A tuple, because there are many of them.
    """

    observation: Observation
    terms: tuple[str, ...]
    times: tuple[int, ...] = ()
    doubts: tuple[tuple[str, float], ...] = ()

    quantities: tuple[Quantity, ...] = ()
    negations: tuple[Negation, ...] = ()
    colors: tuple[ColorMention, ...] = ()
    shown_colors: tuple[tuple[str, float], ...] = ()
    traits: tuple[TraitMention, ...] = ()
    language: str | None = None

    @property
    def observation_id(self) -> str:
        """The observation's id, unique within an asset."""
        return self.observation.observation_id

    def confidence_of(self, term: str) -> float:
        """How sure the source is of one term."""
        return dict(self.doubts).get(term, self.observation.confidence)


_NO_VOCABULARY = Vocabulary()
_NO_NAMES: Names = {}


def parse(
    observed: Observed,
    vocabulary: Vocabulary = _NO_VOCABULARY,
    language: str | None = None,
    names: Names = _NO_NAMES,
) -> ParsedObservation:
    """Reads one observation: its terms, numbers, negations, colours and traits.

    What was read in a picture is put right by ``vocabulary``, the words that the asset uses elsewhere.
    """
    observation = observed.observation
    if observation.kind == "color":
        shown = tuple(
            (name, color.share)
            for color in observed.colors
            if (name := COLOR_WORDS.get(color.name.lower().split()[-1])) is not None
        )
        return ParsedObservation(observation, (), shown_colors=shown)
    if observation.kind in ("label", "faces", "moderation", "toxicity"):
        terms = _label_terms(observation.text)
        start_ms = observation.span.start_ms
        return ParsedObservation(observation, terms, (start_ms,) * len(terms) if start_ms is not None else ())
    return _parse_words(observation, _timed_tokens(observed, vocabulary, language), language, names)


@functools.lru_cache(maxsize=16_384)
def _label_terms(text: str) -> tuple[str, ...]:
    words = (token.text for token in tokenize([(text, None, 1.0)]) if token.kind == "word")
    return tuple(term for word in words if (term := term_of(word)) is not None)


def _timed_tokens(observed: Observed, vocabulary: Vocabulary, language: str | None) -> list[Token]:
    """The tokens with their times: the source's own, else spread evenly over the span.

    Number words of other languages than English are put into digits.
    """
    observation = observed.observation
    if observed.pieces:
        if language is None:
            return tokenize(observed.pieces)
        return tokenize((in_digits(text, language), at_ms, sure) for text, at_ms, sure in observed.pieces)
    if observation.kind == "detected_text":
        text = in_digits(vocabulary.mended(observation.text), language)
        return tokenize([(text, observation.span.start_ms, observation.confidence)])
    plain = in_digits(observation.text, language)
    words = plain.split()
    span = observation.span
    if span.start_ms is None or span.end_ms is None:
        at_ms = span.start_ms
        return tokenize([(plain, at_ms, observation.confidence)])
    length_ms = span.end_ms - span.start_ms
    count = max(1, len(words))
    return tokenize(
        (word, span.start_ms + length_ms * index // count, observation.confidence)
        for index, word in enumerate(words)
    )


def _parse_words(
    observation: Observation, tokens: Sequence[Token], language: str | None, names: Names
) -> ParsedObservation:
    words = {token.text for token in tokens}
    has_numbers = not words.isdisjoint(NUMBER_WORDS) or any(token.kind == "number" for token in tokens)
    quantities, places = find_quantities(tokens, language) if has_numbers else ([], [])
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
            term = token_terms[index] = term_of(text, language)
        if term is None:
            continue
        terms.append(term)
        if confidence != observation.confidence:
            doubts.append((term, confidence))
        if is_timed:
            times.append(fallback_ms if at_ms is None else at_ms)
    denied = list(negations(tokens, token_terms, language)) if denies(words, language) else []
    colors = list(color_mentions(tokens, token_terms, language)) if names_colors(words, language) else []
    has_traits = not traits_by_term(language or "en").keys().isdisjoint(terms) or not names.keys().isdisjoint(
        terms
    )
    traits = list(trait_mentions(tokens, token_terms, language, names)) if has_traits else []
    if language in EAST_ASIAN:
        at_ms = observation.span.start_ms
        denied += east_asian_negations(observation.text, language, frozenset(terms), at_ms)
        more = east_asian_mentions(observation.text, language, at_ms, observation.confidence)
        colors, traits = colors + more[0], traits + more[1]
    return ParsedObservation(
        observation=observation,
        terms=tuple(terms),
        times=tuple(times),
        doubts=tuple(doubts),
        quantities=tuple(quantities),
        negations=tuple(denied),
        colors=tuple(colors),
        traits=tuple(traits),
        language=language,
    )
