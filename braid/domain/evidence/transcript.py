"""What was said: the shape of ``transcript.json``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from braid.domain.money.accounting import MissingOperation, Usage

__all__ = ["ToxicSpeech", "Transcript", "TranscriptItem", "Utterance", "speaker_name"]

_COUNTED = re.compile(r"(spk|ch)_(\d+)")
_COUNTED_NAMES = {"spk": "Speaker", "ch": "Channel"}


@dataclass(frozen=True)
class TranscriptItem:
    """A token as the service gave it; punctuation has the times of the word that it follows."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float | None
    kind: Literal["word", "punctuation"]


@dataclass(frozen=True)
class Utterance:
    """Consecutive items of one speaker without a long pause; ``confidence`` is the words' mean.

    ``member`` is the bundle's recording that it was heard in, empty where there is only one.
    ``language_code`` is set where it is another than the transcript's. ``flagged`` are the places in
    ``items`` of words that a vocabulary filter matched and left standing.
    """

    utterance_id: str
    speaker: str | None
    start_ms: int
    end_ms: int
    text: str
    confidence: float | None
    items: tuple[TranscriptItem, ...]
    member: str = ""
    language_code: str | None = None
    flagged: tuple[int, ...] = ()


@dataclass(frozen=True)
class ToxicSpeech:
    """How toxic a stretch of speech is, judged by voice and words: ``confidence`` over all, and by category.

    All of them 0 to 1, also where they are low. Categories are Transcribe's: ``profanity``, ``hate_speech``,
    ``sexual``, ``insult``, ``violence_or_threat``, ``graphic``, ``harassment_or_abuse``.
    """

    start_ms: int
    end_ms: int
    text: str
    confidence: float
    categories: dict[str, float] = field(default_factory=dict)
    member: str = ""


@dataclass(frozen=True)
class Transcript:
    """The whole transcript; no utterances means that nobody was heard speaking.

    Utterances stand by their start; of a bundle with several recordings, one recording after the other.
    """

    language_code: str
    utterances: tuple[Utterance, ...]
    duration_ms: int | None = None
    missing: tuple[MissingOperation, ...] = ()
    usage: tuple[Usage, ...] = ()
    toxicity: tuple[ToxicSpeech, ...] = ()
    warnings: tuple[str, ...] = ()
    schema_version: str = "1"


def speaker_name(speaker: str) -> str:
    """A speaker's label for people: ``Speaker 1`` for ``spk_0``, ``Channel 2`` for ``ch_1``, or as it is."""
    found = _COUNTED.fullmatch(speaker)
    return f"{_COUNTED_NAMES[found[1]]} {int(found[2]) + 1}" if found else speaker
