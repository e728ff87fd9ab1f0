"""What a voice says, cut into sentences and lines: the pieces whose meaning is compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.legible import legible
from braid.domain.span import Span
from braid.text.misreadings import NEGATORS
from braid.text.numbers.quantities import Quantity, find_quantities
from braid.text.stems import term_of
from braid.text.words import tokenize
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.observe.parsing import WORDED_KINDS, ParsedObservation

__all__ = ["Phrase", "Phrases"]

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
# A sentence that nobody punctuated ends somewhere; an encoder reads a few hundred words at most.
_MAX_WORDS = 60
_MAX_CHARACTERS = 600
# A single word says too little to mean the same as a sentence.
_MIN_TERMS = 2
# What bounds the work of a comparison; of longer voices the most telling phrases are taken.
_MAX_PHRASES = 24
# The kinds of Comprehend's entities that name somebody or something.
_NAMING = ("PERSON", "ORGANIZATION", "LOCATION", "COMMERCIAL_ITEM", "TITLE", "EVENT")
_SURE_FROM = 0.8


@dataclass(frozen=True)
class Phrase:
    """A sentence or a line, and what two phrases that mean the same must not differ in."""

    text: str
    parsed: ParsedObservation
    terms: frozenset[str]
    quantities: tuple[Quantity, ...]
    names: frozenset[str]
    denies: bool

    def may_be_said_by(self, other: Phrase) -> bool:
        """Whether nothing stands against ``other``'s saying this too, in other words.

        Numbers and names are compared exactly: a phrase that names a number isn't said by one that doesn't,
        and one that denies something not by one that denies nothing.
        """
        if self.denies is not other.denies:
            return False
        if self.names and other.names and not self.names & other.names:
            return False
        if not self.quantities:
            return True
        ours = {reading for quantity in self.quantities for reading in quantity.readings}
        return any(reading in ours for quantity in other.quantities for reading in quantity.readings)


class Phrases:
    """Cuts observations, each once; ``language`` says which words are names."""

    def __init__(self, language: LanguageAnalysis | None = None) -> None:
        self._names = frozenset(
            term
            for source in (language.sources if language else ())
            for entity in source.entities
            if entity.kind in _NAMING and entity.confidence >= _SURE_FROM
            for term in _terms(entity.text)
        )
        self._cut: dict[str, list[tuple[Phrase, float, float]]] = {}

    def of(self, speaker: Voice, span: Span) -> list[Phrase]:
        """The phrases of ``speaker`` that lie in ``span``, in order; of many the longest."""
        found: dict[str, Phrase] = {}
        for parsed in speaker.observations:
            if parsed.observation.kind in WORDED_KINDS:
                for phrase in self._inside(parsed, span):
                    found.setdefault(phrase.text, phrase)
        if len(found) <= _MAX_PHRASES:
            return list(found.values())
        longest = sorted(found.values(), key=lambda phrase: (-len(phrase.terms), phrase.text))[:_MAX_PHRASES]
        kept = {phrase.text for phrase in longest}
        return [phrase for text, phrase in found.items() if text in kept]

    def _inside(self, parsed: ParsedObservation, span: Span) -> Iterator[Phrase]:
        """The phrases whose middle lies in ``span``; what is shown is there as long as it is shown."""
        if parsed.observation_id not in self._cut:
            self._cut[parsed.observation_id] = list(self._phrases(parsed))
        own = parsed.observation.span
        is_spoken = parsed.observation.kind in ("utterance", "cue", "passage")
        for phrase, begin, end in self._cut[parsed.observation_id]:
            if is_spoken and own.start_ms is not None and own.end_ms is not None and span.is_timed:
                middle_ms = own.start_ms + (own.end_ms - own.start_ms) * (begin + end) / 2
                if not (span.start_ms or 0) <= middle_ms < (span.end_ms or 0):
                    continue
            yield phrase

    def _phrases(self, parsed: ParsedObservation) -> Iterator[tuple[Phrase, float, float]]:
        """Each phrase with where it begins and ends, as shares of the observation's length."""
        texts = list(_cut(parsed))
        length = sum(map(len, texts)) or 1
        at = 0
        for text in texts:
            begin, at = at, at + len(text)
            tokens = tokenize([(text, None, 1.0)])
            words = {token.text for token in tokens if token.kind == "word"}
            terms = _terms(text)
            if len(terms) >= _MIN_TERMS:
                yield (
                    Phrase(
                        text,
                        parsed,
                        terms,
                        tuple(find_quantities(tokens)[0]),
                        terms & self._names,
                        any(word in NEGATORS or word.endswith("n't") for word in words),
                    ),
                    begin / length,
                    at / length,
                )


def _terms(text: str) -> frozenset[str]:
    words = (token.text for token in tokenize([(text, None, 1.0)]) if token.kind == "word")
    return frozenset(term for word in words if (term := term_of(word)) is not None)


def _cut(parsed: ParsedObservation) -> Iterator[str]:
    text = legible(parsed.observation.text)
    lines = text.split("\n") if parsed.observation.kind == "detected_text" else [" ".join(text.split())]
    for line in lines:
        for sentence in _SENTENCE_END.split(line):
            yield from _bounded(sentence.split())


def _bounded(words: Iterable[str]) -> Iterator[str]:
    found: list[str] = []
    length = 0
    for word in words:
        # Scripts without spaces have sentences of one "word".
        for part in (word[at : at + _MAX_CHARACTERS] for at in range(0, len(word), _MAX_CHARACTERS)):
            if found and (len(found) == _MAX_WORDS or length + len(part) >= _MAX_CHARACTERS):
                yield " ".join(found)
                found, length = [], 0
            found.append(part)
            length += len(part) + 1
    if found:
        yield " ".join(found)
