"""The questions that Comprehend is asked about a text: in which pieces, and what answers come to. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from braid.aws.comprehend import (
    LANGUAGES,
    MAX_SENTIMENT_BYTES,
    MAX_TEXT_BYTES,
    MAX_TOXICITY_SEGMENT_BYTES,
    MAX_TOXICITY_SEGMENTS,
    PII_LANGUAGES,
    TOXICITY_LANGUAGES,
    Comprehend,
)
from braid.domain.evidence.language import Entity, KeyPhrase, PiiEntity, Sentiment, Toxicity
from lambdas.language.cutting import Cut, cut

__all__ = ["LANGUAGE_QUESTION", "QUESTIONS", "Found", "Question", "mean_sentiment", "requests"]

# A segment counts as toxic in a category from here on (the categories always come, all of them, with a
# likelihood; below this they say that nothing is there).
_TOXIC_FROM = 0.5


@dataclass(frozen=True)
class Found:
    """What one request found; offsets count characters of the whole text."""

    language: str | None = None
    entities: tuple[Entity, ...] = ()
    key_phrases: tuple[KeyPhrase, ...] = ()
    sentiment: Sentiment | None = None
    pii: tuple[PiiEntity, ...] = ()
    toxicity: tuple[Toxicity, ...] = ()


Request = tuple[Cut, ...]


@dataclass(frozen=True)
class Question:
    """One operation: the languages that it knows, and how much of a text fits into a request."""

    operation: str
    languages: Sequence[str]
    ask: Callable[[Comprehend, Request, str], Found]
    max_bytes: int = MAX_TEXT_BYTES
    cuts_at_once: int = 1


def requests(question: Question, text: str) -> dict[str, Request]:
    """The requests that ask ``question`` about all of ``text``, by the characters that each is about."""
    cuts = [piece for piece in cut(text, question.max_bytes) if not piece.is_blank]
    together = (
        tuple(cuts[first : first + question.cuts_at_once])
        for first in range(0, len(cuts), question.cuts_at_once)
    )
    return {f"characters {asked[0].begin_offset + 1} to {_end(asked[-1])}": asked for asked in together}


def mean_sentiment(moods: Iterable[tuple[int, Sentiment]]) -> Sentiment | None:
    """The mean, weighted by the pieces' lengths and named after the strongest; of a single piece its own."""
    weighted = list(moods)
    if len(weighted) <= 1:
        return weighted[0][1] if weighted else None
    length = sum(weight for weight, _ in weighted)

    def mean(name: str) -> float:
        value = sum(weight * float(getattr(mood, name)) for weight, mood in weighted) / length
        return round(value, 6)

    positive, negative, neutral, mixed = map(mean, ("positive", "negative", "neutral", "mixed"))
    strongest = max(positive, negative, neutral, mixed)
    if strongest == neutral:  # of equals the least daring
        return Sentiment("neutral", positive, negative, neutral, mixed)
    if strongest == mixed:
        return Sentiment("mixed", positive, negative, neutral, mixed)
    return Sentiment("positive" if strongest == positive else "negative", positive, negative, neutral, mixed)


def _language(comprehend: Comprehend, request: Request, _code: str) -> Found:
    return Found(language=comprehend.detect_dominant_language(request[0].text))


def _entities(comprehend: Comprehend, request: Request, code: str) -> Found:
    (piece,) = request
    return Found(entities=_moved(comprehend.detect_entities(piece.text, code), piece))


def _key_phrases(comprehend: Comprehend, request: Request, code: str) -> Found:
    (piece,) = request
    return Found(key_phrases=_moved(comprehend.detect_key_phrases(piece.text, code), piece))


def _sentiment(comprehend: Comprehend, request: Request, code: str) -> Found:
    (piece,) = request
    return Found(sentiment=comprehend.detect_sentiment(piece.text, code))


def _pii(comprehend: Comprehend, request: Request, code: str) -> Found:
    (piece,) = request
    return Found(pii=_moved(comprehend.detect_pii_entities(piece.text, code), piece))


def _toxicity(comprehend: Comprehend, request: Request, code: str) -> Found:
    answered = comprehend.detect_toxic_content([segment.text for segment in request], code)
    return Found(
        toxicity=tuple(
            Toxicity(category.lower(), likelihood, segment.begin_offset, _end(segment))
            for segment, likelihoods in zip(request, answered, strict=True)
            for category, likelihood in sorted(likelihoods.items())
            if likelihood >= _TOXIC_FROM
        )
    )


# Of a text's beginning, which is as good as the whole.
LANGUAGE_QUESTION = Question("DetectDominantLanguage", (), _language, MAX_SENTIMENT_BYTES)
QUESTIONS = (
    Question("DetectEntities", LANGUAGES, _entities),
    Question("DetectKeyPhrases", LANGUAGES, _key_phrases),
    Question("DetectSentiment", LANGUAGES, _sentiment, MAX_SENTIMENT_BYTES),
    Question("DetectPiiEntities", PII_LANGUAGES, _pii),
    Question(
        "DetectToxicContent",
        TOXICITY_LANGUAGES,
        _toxicity,
        MAX_TOXICITY_SEGMENT_BYTES,
        MAX_TOXICITY_SEGMENTS,
    ),
)


class _Placed(Protocol):
    @property
    def begin_offset(self) -> int: ...

    @property
    def end_offset(self) -> int: ...


P = TypeVar("P", bound=_Placed)


def _moved(found: Sequence[P], piece: Cut) -> tuple[P, ...]:
    """Offsets into the piece as offsets into the whole text."""
    return tuple(
        replace(  # type: ignore[type-var]  # every P of ours is a frozen dataclass
            item,
            begin_offset=item.begin_offset + piece.begin_offset,
            end_offset=item.end_offset + piece.begin_offset,
        )
        for item in found
    )


def _end(piece: Cut) -> int:
    return piece.begin_offset + len(piece.text)
