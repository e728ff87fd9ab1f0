"""Comprehend reads plain text. Offsets are characters (code points) of the text that was sent.

Sizes are limited in UTF-8 bytes: callers cut the text first (``MAX_TEXT_BYTES`` and its like).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from braid.aws.clients import client
from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.domain.errors import InvalidServiceOutputError, UnsupportedError
from braid.domain.evidence.language import Entity, KeyPhrase, PiiEntity, Sentiment
from braid.domain.money.accounting import Meter
from braid.domain.quoting import quoted

__all__ = [
    "LANGUAGES",
    "MAX_SENTIMENT_BYTES",
    "MAX_TEXT_BYTES",
    "MAX_TOXICITY_SEGMENTS",
    "MAX_TOXICITY_SEGMENT_BYTES",
    "PII_LANGUAGES",
    "TOXICITY_LANGUAGES",
    "Comprehend",
    "read_dominant_language",
    "read_entities",
    "read_key_phrases",
    "read_pii_entities",
    "read_sentiment",
    "read_toxic_content",
]

# Quotas of the synchronous operations (Comprehend developer guide, "Guidelines and quotas").
MAX_TEXT_BYTES = 100_000
MAX_SENTIMENT_BYTES = 5_000
MAX_TOXICITY_SEGMENT_BYTES = 1_000
MAX_TOXICITY_SEGMENTS = 10
# "Languages supported in Amazon Comprehend".
LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "ar", "hi", "ja", "ko", "zh", "zh-TW")
PII_LANGUAGES = ("en", "es")
_SURE_FROM = 0.5
TOXICITY_LANGUAGES = ("en",)

# Billed in units of 100 characters, three at least for each request.
_UNIT_CHARACTERS = 100
_MIN_UNITS = 3


_OWN_CODES = {
    "UnsupportedLanguageException": UnsupportedError,
    # "We can't process the document because it's too complex" and the like: the text's fault, not ours.
    "ResourceUnavailableException": UnsupportedError,
}


class Comprehend:
    """One method per operation; each counts its billed units on ``meter``.

    Raises the classes of ``braid.domain.errors``; ``InvalidServiceOutputError`` for an unreadable answer.
    """

    def __init__(self, meter: Meter, *, comprehend: Any = None) -> None:
        self._meter = meter
        self._client = comprehend or client("comprehend")

    def detect_dominant_language(self, text: str) -> str | None:
        """The code (RFC 5646) of the language that most of ``text`` is in; ``None`` if none is found."""
        with service_errors("comprehend:DetectDominantLanguage", _OWN_CODES):
            response = self._client.detect_dominant_language(Text=text)
        self._count("DetectDominantLanguage", text)
        return read_dominant_language(response)

    def detect_entities(self, text: str, language_code: str) -> tuple[Entity, ...]:
        """Named things with their offsets into ``text``."""
        with service_errors("comprehend:DetectEntities", _OWN_CODES):
            response = self._client.detect_entities(Text=text, LanguageCode=language_code)
        self._count("DetectEntities", text)
        return read_entities(response, text)

    def detect_key_phrases(self, text: str, language_code: str) -> tuple[KeyPhrase, ...]:
        """Phrases that carry meaning with their offsets into ``text``."""
        with service_errors("comprehend:DetectKeyPhrases", _OWN_CODES):
            response = self._client.detect_key_phrases(Text=text, LanguageCode=language_code)
        self._count("DetectKeyPhrases", text)
        return read_key_phrases(response, text)

    def detect_sentiment(self, text: str, language_code: str) -> Sentiment:
        """The mood of ``text``."""
        with service_errors("comprehend:DetectSentiment", _OWN_CODES):
            response = self._client.detect_sentiment(Text=text, LanguageCode=language_code)
        self._count("DetectSentiment", text)
        return read_sentiment(response)

    def detect_pii_entities(self, text: str, language_code: str) -> tuple[PiiEntity, ...]:
        """Personal data by kind with offsets into ``text``."""
        with service_errors("comprehend:DetectPiiEntities", _OWN_CODES):
            response = self._client.detect_pii_entities(Text=text, LanguageCode=language_code)
        self._count("DetectPiiEntities", text)
        return read_pii_entities(response, text)

    def detect_toxic_content(
        self, segments: Sequence[str], language_code: str
    ) -> tuple[dict[str, float], ...]:
        """For each of at most ten segments: how likely (0 to 1) it is toxic, by category."""
        with service_errors("comprehend:DetectToxicContent", _OWN_CODES):
            response = self._client.detect_toxic_content(
                TextSegments=[{"Text": segment} for segment in segments], LanguageCode=language_code
            )
        self._count("DetectToxicContent", "".join(segments))
        return read_toxic_content(response, len(segments))

    def _count(self, operation: str, text: str) -> None:
        units = max(_MIN_UNITS, math.ceil(len(text) / _UNIT_CHARACTERS))
        self._meter.count("comprehend", operation, "unit", units)


def read_dominant_language(response: Mapping[str, Any]) -> str | None:
    """Reads an answer of DetectDominantLanguage: the language that is likelier than all others together.

    A few words on a sign fit many languages a little; guessing one would send them to operations that then
    find nonsense. So there is no language where none has half of the likelihood.
    """
    answer = ServiceAnswer.whole("comprehend:DetectDominantLanguage", response, "Languages")
    languages = [
        (language.ratio("Score"), language.text("LanguageCode")) for language in answer.objects("Languages")
    ]
    score, code = max(languages, default=(0.0, None))
    return code if score >= _SURE_FROM else None


def read_entities(response: Mapping[str, Any], text: str) -> tuple[Entity, ...]:
    """Reads an answer of DetectEntities about ``text``; see ``_well_placed`` for offsets."""
    answer = ServiceAnswer.whole("comprehend:DetectEntities", response, "Entities")
    return tuple(
        Entity(_quoted(entity, text), entity.text("Type"), entity.ratio("Score"), *_offsets(entity, text))
        for entity in _well_placed(answer.objects("Entities"), text, _quoted)
    )


def read_key_phrases(response: Mapping[str, Any], text: str) -> tuple[KeyPhrase, ...]:
    """Reads an answer of DetectKeyPhrases about ``text``; see ``_well_placed`` for offsets."""
    answer = ServiceAnswer.whole("comprehend:DetectKeyPhrases", response, "KeyPhrases")
    return tuple(
        KeyPhrase(_quoted(phrase, text), phrase.ratio("Score"), *_offsets(phrase, text))
        for phrase in _well_placed(answer.objects("KeyPhrases"), text, _quoted)
    )


def read_sentiment(response: Mapping[str, Any]) -> Sentiment:
    """Reads an answer of DetectSentiment."""
    answer = ServiceAnswer.whole("comprehend:DetectSentiment", response, "Sentiment")
    label = answer.one_of("Sentiment", ("POSITIVE", "NEGATIVE", "NEUTRAL", "MIXED"))
    score = answer.object("SentimentScore")
    labels = {
        "POSITIVE": "positive",
        "NEGATIVE": "negative",
        "NEUTRAL": "neutral",
        "MIXED": "mixed",
    }
    return Sentiment(
        label=labels[label],  # type: ignore[arg-type]  # the four values of the Literal, checked above
        positive=score.ratio("Positive"),
        negative=score.ratio("Negative"),
        neutral=score.ratio("Neutral"),
        mixed=score.ratio("Mixed"),
    )


def read_pii_entities(response: Mapping[str, Any], text: str) -> tuple[PiiEntity, ...]:
    """Reads an answer of DetectPiiEntities about ``text``."""
    answer = ServiceAnswer.whole("comprehend:DetectPiiEntities", response, "Entities")
    return tuple(
        PiiEntity(entity.text("Type"), entity.ratio("Score"), *_offsets(entity, text))
        for entity in _well_placed(answer.objects("Entities"), text, _offsets)
    )


def read_toxic_content(response: Mapping[str, Any], segment_count: int) -> tuple[dict[str, float], ...]:
    """Reads an answer of DetectToxicContent about ``segment_count`` segments, in their order."""
    answer = ServiceAnswer.whole("comprehend:DetectToxicContent", response, "ResultList")
    results = answer.objects("ResultList")
    if len(results) != segment_count:
        raise answer.refusal(f"{segment_count} segments were asked about, {len(results)} were answered")
    return tuple(
        {label.text("Name"): label.ratio("Score") for label in result.objects("Labels")} for result in results
    )


def _well_placed(
    items: Sequence[ServiceAnswer], text: str, place: Callable[[ServiceAnswer, str], object]
) -> list[ServiceAnswer]:
    """The items whose offsets point at what they say they do; a misplaced one costs itself alone.

    Raises the first one's ``InvalidServiceOutputError`` where all are misplaced: the units aren't ours then.
    """
    placed: list[ServiceAnswer] = []
    misplaced: InvalidServiceOutputError | None = None
    for item in items:
        try:
            place(item, text)
        except InvalidServiceOutputError as error:
            misplaced = misplaced or error
        else:
            placed.append(item)
    if misplaced is not None and not placed:
        raise misplaced
    return placed


def _offsets(item: ServiceAnswer, text: str) -> tuple[int, int]:
    begin, end = item.integer("BeginOffset"), item.integer("EndOffset")
    if not 0 <= begin < end <= len(text):
        raise item.refusal(f"offsets [{begin}, {end}) lie outside of the {len(text)} characters sent")
    return begin, end


def _quoted(item: ServiceAnswer, text: str) -> str:
    """What stands at the item's offsets, which must be what it says: other units than ours show here."""
    begin, end = _offsets(item, text)
    found, said = text[begin:end], item.text("Text")
    if found.split() != said.split():  # white space may come back as plain blanks
        raise item.refusal(f"at [{begin}, {end}) stands {quoted(found, 60)}, not {quoted(said, 60)}")
    return found
