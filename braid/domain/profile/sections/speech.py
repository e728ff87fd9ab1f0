"""What a profile asks of Transcribe: the ``[speech]`` section of ``profile.toml``.

Combinations that the service refuses are refused here, with the words of a person who edits a profile: a
profile is checked when it is deployed, a job fails when somebody waits for it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from braid.domain.profile.speech_languages import (
    LANGUAGE_CODES,
    PII_TYPES,
    REDACTED_LANGUAGES,
    TOXICITY_LANGUAGES,
)

__all__ = ["LanguageResources", "SpeechPlan"]

_MIN_SPEAKERS, _MAX_SPEAKERS = 2, 30  # "MaxSpeakerLabels" of Transcribe's Settings
_MIN_OPTIONS, _MAX_OPTIONS = 2, 5  # "LanguageOptions" and "LanguageIdSettings" of StartTranscriptionJob
_NAME = re.compile(r"[0-9a-zA-Z._-]{1,200}")  # "VocabularyName" and its like


@dataclass(frozen=True)
class LanguageResources:
    """What an account has made for one language; empty: nothing. Each holds words of that language only."""

    vocabulary: str = ""
    vocabulary_filter: str = ""
    language_model: str = ""

    def named(self) -> Iterator[tuple[str, str]]:
        """The members that are set, with the name each gives."""
        for member in ("vocabulary", "vocabulary_filter", "language_model"):
            if getattr(self, member):
                yield member, getattr(self, member)


@dataclass(frozen=True)
class SpeechPlan:
    """Options of a transcription job.

    ``language_code`` empty: the language is identified, among ``language_options`` where those are given, as
    one language or, with ``several_languages``, as several. ``vocabulary``, ``vocabulary_filter`` and
    ``language_model`` are names of resources in the account for ``language_code``; where the language is
    identified they stand in ``by_language``. ``redact_pii`` says which transcripts Transcribe writes: only
    the redacted one, or the unredacted one too; ours is made of the redacted one.
    """

    language_code: str = ""
    language_options: tuple[str, ...] = ()
    several_languages: bool = False
    max_speakers: int = 0
    channels: bool = False
    vocabulary: str = ""
    vocabulary_filter: str = ""
    vocabulary_filter_method: Literal["mask", "remove", "tag"] = "mask"
    language_model: str = ""
    by_language: Mapping[str, LanguageResources] = field(default_factory=dict)
    redact_pii: Literal["", "redacted", "redacted_and_unredacted"] = ""
    pii_types: tuple[str, ...] = ()
    toxicity: bool = False

    def resources(self) -> LanguageResources:
        """What is applied to the one language that was given."""
        return LanguageResources(self.vocabulary, self.vocabulary_filter, self.language_model)

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        yield from self._language_problems()
        yield from self._resource_problems()
        yield from self._voice_problems()
        yield from self._content_problems()

    def _language_problems(self) -> Iterator[str]:
        if self.language_code:
            yield from _unknown_language("speech.language_code", self.language_code)
            if self.language_options:
                yield "speech.language_options are candidates to identify; speech.language_code is given"
            if self.several_languages:
                yield "speech.several_languages are identified; speech.language_code gives one"
        for code in self.language_options:
            yield from _unknown_language("speech.language_options", code)
        most = _MAX_OPTIONS if self.by_language else len(LANGUAGE_CODES)
        if self.language_options and not _MIN_OPTIONS <= len(set(self.language_options)) <= most:
            limit = f"{_MIN_OPTIONS} to {most}" if self.by_language else f"{_MIN_OPTIONS} or more"
            yield f"speech.language_options must be {limit} different languages, or none"

    def _resource_problems(self) -> Iterator[str]:
        for member, name in self.resources().named():
            yield from _bad_name(f"speech.{member}", name)
            if not self.language_code:
                yield (
                    f"speech.{member} is for one language: give speech.language_code, or put it under"
                    " [speech.by_language.<language code>]"
                )
        if self.by_language and self.language_code:
            yield "speech.by_language is for identified languages; speech.language_code is given"
        for code, resources in self.by_language.items():
            path = f"speech.by_language.{code}"
            if not self.language_code and code not in self.language_options:
                yield f"{path} must be one of speech.language_options"
            if not any(resources.named()):
                yield f"{path} names nothing"
            for member, name in resources.named():
                yield from _bad_name(f"{path}.{member}", name)
            if resources.language_model and self.several_languages:
                yield f"{path}.language_model: Transcribe takes no custom models with several languages"

    def _voice_problems(self) -> Iterator[str]:
        if self.max_speakers and not _MIN_SPEAKERS <= self.max_speakers <= _MAX_SPEAKERS:
            yield f"speech.max_speakers must be 0 or from {_MIN_SPEAKERS} to {_MAX_SPEAKERS}"
        if self.max_speakers and self.channels:
            yield "speech.max_speakers and speech.channels exclude each other: Transcribe does either"

    def _content_problems(self) -> Iterator[str]:
        if self.redact_pii:
            yield from self._given_language_problems("redact_pii", REDACTED_LANGUAGES)
        elif self.pii_types:
            yield "speech.pii_types say what is redacted; speech.redact_pii is off"
        for unknown in sorted(set(self.pii_types) - PII_TYPES):
            yield f"speech.pii_types: {unknown!r} isn't one of Transcribe's; there are {_list(PII_TYPES)}"
        if self.toxicity:
            yield from self._given_language_problems("toxicity", TOXICITY_LANGUAGES)
            if self.language_model:
                yield "speech.toxicity: Transcribe takes no custom model with it"

    def _given_language_problems(self, member: str, languages: frozenset[str]) -> Iterator[str]:
        """Redaction and toxicity need a language that is given: identification excludes them."""
        if self.language_code not in languages:
            yield f"speech.{member} needs speech.language_code to be given as {_list(languages)}"


def _unknown_language(path: str, code: str) -> Iterator[str]:
    if code not in LANGUAGE_CODES:
        near = difflib.get_close_matches(code, sorted(LANGUAGE_CODES), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        yield f"{path}: {code!r} isn't a language code of Transcribe{hint}"


def _bad_name(path: str, name: str) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield f"{path} must be a name of at most 200 of 0-9 a-z A-Z . _ -, not {name!r}"


def _list(words: frozenset[str]) -> str:
    *first, last = sorted(words)
    return f"{', '.join(first)} or {last}" if first else last
