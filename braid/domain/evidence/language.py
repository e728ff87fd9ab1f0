"""What the words say: the shape of ``language.json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from braid.domain.asset.asset import Modality
from braid.domain.money.accounting import MissingOperation, Usage

__all__ = [
    "Entity",
    "KeyPhrase",
    "LanguageAnalysis",
    "LanguageSource",
    "PiiEntity",
    "Sentiment",
    "Toxicity",
    "dominant_language",
    "source_of",
    "unanalyzed",
]

_SOURCES: dict[Modality, Literal["transcript", "detected_text", "passages"]] = {
    Modality.SPEECH: "transcript",
    Modality.VISION: "detected_text",
    Modality.TEXT: "passages",
}


@dataclass(frozen=True)
class Entity:
    """A named thing. Offsets are characters into the source's ``text``, half-open."""

    text: str
    kind: str
    confidence: float
    begin_offset: int
    end_offset: int


@dataclass(frozen=True)
class KeyPhrase:
    """A phrase that carries meaning."""

    text: str
    confidence: float
    begin_offset: int
    end_offset: int


@dataclass(frozen=True)
class PiiEntity:
    """Personal data by kind and place; its text is not repeated."""

    kind: str
    confidence: float
    begin_offset: int
    end_offset: int


@dataclass(frozen=True)
class Sentiment:
    """The mood of the whole source, each 0 to 1, summing to about 1."""

    label: Literal["positive", "negative", "neutral", "mixed"]
    positive: float
    negative: float
    neutral: float
    mixed: float


@dataclass(frozen=True)
class Toxicity:
    """A toxic segment by category."""

    category: str
    confidence: float
    begin_offset: int
    end_offset: int


@dataclass(frozen=True)
class LanguageSource:
    """The analysis of one source: ``transcript``, ``detected_text`` or ``passages``.

    ``text`` is exactly what the offsets count into: utterances, detected lines or passages joined by
    newlines; ``begin_offsets`` maps the id of each of them to where it begins in ``text``. A detected line's
    id is ``<keyframe_id>:<its number in the keyframe, from 1>``; a line that is seen again later stands in
    ``text`` once.
    """

    source: Literal["transcript", "detected_text", "passages"]
    language_code: str | None
    text: str
    begin_offsets: dict[str, int]
    entities: tuple[Entity, ...] = ()
    key_phrases: tuple[KeyPhrase, ...] = ()
    sentiment: Sentiment | None = None
    pii: tuple[PiiEntity, ...] = ()
    toxicity: tuple[Toxicity, ...] = ()


@dataclass(frozen=True)
class LanguageAnalysis:
    """All sources of an asset."""

    sources: tuple[LanguageSource, ...]
    missing: tuple[MissingOperation, ...] = ()
    usage: tuple[Usage, ...] = ()
    schema_version: str = "1"


def dominant_language(analysis: LanguageAnalysis | None) -> str | None:
    """The language of most of the asset's words, where it is known; of equals the first source's."""
    lengths: dict[str, int] = {}
    for source in analysis.sources if analysis else ():
        if source.language_code and source.text.strip():
            lengths[source.language_code] = lengths.get(source.language_code, 0) + len(source.text)
    return max(lengths, key=lambda code: lengths[code]) if lengths else None


def source_of(modality: Modality) -> Literal["transcript", "detected_text", "passages"]:
    """The source in which a modality's words are analysed."""
    return _SOURCES[modality]


def unanalyzed(modality: Modality) -> str:
    """What is listed as missing where the analysis of a modality's words died: ``language:transcript``."""
    return f"language:{_SOURCES[modality]}"
