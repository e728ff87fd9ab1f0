"""Who speaks an audio description: voices of Amazon Polly by language, and where their engines are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from braid.domain.wire import decode

__all__ = ["Voice", "VoiceBook", "VoiceEntry", "read_voice_book"]

Engine = Literal["neural", "standard"]


@dataclass(frozen=True)
class Voice:
    """A voice by Polly's id, and the engine that speaks with it."""

    voice_id: str
    engine: Engine


@dataclass(frozen=True)
class VoiceEntry:
    """The voice of some languages by engine; empty where an engine has none."""

    languages: tuple[str, ...]
    neural: str = ""
    standard: str = ""


@dataclass(frozen=True)
class VoiceBook:
    """The voices as of one day; neural ones speak in ``neural_regions`` alone."""

    as_of: str
    source: str
    neural_regions: tuple[str, ...]
    voices: tuple[VoiceEntry, ...]

    def choose(self, language: str, region: str, preferred: Mapping[str, str] | None = None) -> Voice | None:
        """Who speaks ``language`` (a tag) in ``region``; ``None`` where nobody does.

        Neural where the region has it, because it is easier to listen to, else standard. A voice of
        ``preferred``, by language, comes first.
        """
        is_neural = region in self.neural_regions
        for tag in (language, language.split("-")[0]):
            for known, voice_id in (preferred or {}).items():
                if known.lower() == tag.lower():
                    return Voice(voice_id, "neural" if is_neural else "standard")
            for entry in self.voices:
                if tag.lower() not in map(str.lower, entry.languages):
                    continue
                if is_neural and entry.neural:
                    return Voice(entry.neural, "neural")
                if entry.standard:
                    return Voice(entry.standard, "standard")
        return None


def read_voice_book(text: str) -> VoiceBook:
    """Reads ``registry/voices.toml``. Raises ``InvalidInputError`` where it is malformed."""
    return decode(VoiceBook, tomllib.loads(text), called="registry/voices.toml")
