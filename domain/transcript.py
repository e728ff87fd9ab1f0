"""What was said: the shape of ``transcript.json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.accounting import MissingOperation, Usage

__all__ = ["Transcript", "TranscriptItem", "Utterance"]


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
    """Consecutive items of one speaker without a long pause; ``confidence`` is the words' mean."""

    utterance_id: str
    speaker: str | None
    start_ms: int
    end_ms: int
    text: str
    confidence: float | None
    items: tuple[TranscriptItem, ...]


@dataclass(frozen=True)
class Transcript:
    """The whole transcript; no utterances means that nobody was heard speaking."""

    language_code: str
    utterances: tuple[Utterance, ...]
    duration_ms: int | None = None
    missing: tuple[MissingOperation, ...] = ()
    usage: tuple[Usage, ...] = ()
    schema_version: str = "1"
