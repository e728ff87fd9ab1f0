"""Captions and transcript in other languages: asks Amazon Translate, resuming where an earlier try ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from braid.aws.translate import MAX_TEXT_BYTES, Translate
from braid.domain.captions.captions import CaptionCue, write_srt, write_vtt
from braid.domain.captions.checks import caption_findings
from braid.domain.captions.languages import translation_language
from braid.domain.captions.layout import Captions
from braid.domain.captions.translated import (
    CaptionSentence,
    sentences_of,
    translated_cues,
    translated_transcript,
)
from braid.domain.errors import ThrottledError, UnsupportedError
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.transcript_text import transcript_text
from braid.domain.money.accounting import Meter, MissingOperation, Usage
from braid.domain.profile.sections.captions import CaptionPlan
from braid.runtime.retries import Availability, Retries
from braid.runtime.side_by_side import side_by_side
from braid.store.documents import DocumentStore
from lambdas.publishing.addition import Addition

__all__ = ["translate_captions"]

_TRANSLATE = "translate:TranslateText"
_AT_ONCE = 4
# Of sentences that are asked for one by one, so many are lost where a try ends.
_ALONE = 20
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class _Translated:
    """The translations of the first sentences, as they lie in ``work/``, and what all tries were billed."""

    texts: tuple[str, ...] = ()
    usage: tuple[Usage, ...] = ()


def translate_captions(
    captions: Captions,
    transcript: Transcript,
    languages: Sequence[str],
    *,
    plan: CaptionPlan,
    store: DocumentStore,
    retries: Retries,
    deadline_passed: Callable[[], bool],
    translate: Any = None,
) -> Addition:
    """``captions.<language>.vtt``, ``.srt`` and ``transcript.<language>.txt`` for each of ``languages``.

    The source is the language that Transcribe heard, each utterance's own where there are several. One that
    is spoken already is left out; one that the service can't deliver is missing, with the reason, and the
    others stand. What was translated is stored as it comes: the next try asks for the rest. ``translate`` is
    a boto3 client other than the process's own.

    Raises ``ThrottledError`` or ``ServiceUnavailableError`` while the state machine may still retry.
    """
    if not captions.cues or not languages:
        return Addition()
    sentences = sentences_of(captions.cues, _language_at(transcript))
    spoken = {translation_language(sentence.language) for sentence in sentences}
    wanted = [code for code in languages if {code} != spoken]

    def add(language: str) -> Addition:
        asker = _Asker(sentences, language, store, Availability(retries), deadline_passed, translate)
        texts = asker.translations()
        if texts is None:
            return Addition(usage=asker.usage, missing=asker.missing)
        written = _write(captions.cues, sentences, texts, language, plan, store)
        return written + Addition(usage=asker.usage)

    return sum(side_by_side(wanted, add, at_once=_AT_ONCE), Addition())


class _Asker:
    """Translates the sentences of one asset into one language."""

    def __init__(
        self,
        sentences: Sequence[CaptionSentence],
        language: str,
        store: DocumentStore,
        availability: Availability,
        deadline_passed: Callable[[], bool],
        client: Any,
    ) -> None:
        self._sentences = sentences
        self._language = language
        self._store = store
        self._key = store.work_key(f"translations/{language}.json")
        self._availability = availability
        self._deadline_passed = deadline_passed
        found = store.find_document(_Translated, self._key) or _Translated()
        self._texts = list(found.texts)
        self._meter = Meter(found.usage)
        self._client = client
        self._keeps_lines = True

    @property
    def usage(self) -> tuple[Usage, ...]:
        """What was billed in all tries."""
        return self._meter.usage()

    @property
    def missing(self) -> tuple[MissingOperation, ...]:
        """The language, where it could not be had."""
        return self._availability.missing

    def translations(self) -> tuple[str, ...] | None:
        """A text for each sentence; ``None`` where the language is missing now."""
        with self._availability.wanted(f"{_TRANSLATE}:{self._language}"):
            translate = Translate(self._meter, translate=self._client)
            while len(self._texts) < len(self._sentences):
                if self._deadline_passed():
                    done = f"{len(self._texts)} of {len(self._sentences)} sentences"
                    raise ThrottledError(f"{_TRANSLATE}: time ran out after {done}")
                batch = next(_batches(self._sentences[len(self._texts) :]))
                try:
                    self._texts += self._translated(translate, batch)
                finally:
                    # Billed is also what came to nothing.
                    self._store.put_document(self._key, _Translated(tuple(self._texts), self.usage))
            return tuple(self._texts)
        return None

    def _translated(self, translate: Translate, batch: Sequence[CaptionSentence]) -> list[str]:
        source = translation_language(batch[0].language)
        if source is None:
            raise UnsupportedError(
                f"{_TRANSLATE}: it doesn't translate from {batch[0].language or 'unknown'}"
            )
        if source == self._language:
            return [sentence.text for sentence in batch]
        if len(batch) > 1 and self._keeps_lines:
            text = "\n".join(sentence.text for sentence in batch)
            lines = translate.translate_text(text, source, self._language).split("\n")
            if len(lines) == len(batch) and all(line.strip() for line in lines):
                return [line.strip() for line in lines]
            # Which line is whose can't be told any more: this language is asked for sentence by sentence.
            self._keeps_lines = False
        return [
            " ".join(translate.translate_text(sentence.text, source, self._language).split())
            for sentence in batch[:_ALONE]
        ]


def _batches(sentences: Sequence[CaptionSentence]) -> Iterator[list[CaptionSentence]]:
    """Runs of sentences of one language that fit a request, a line each."""
    batch: list[CaptionSentence] = []
    size = 0
    for sentence in sentences:
        length = len(sentence.text.encode()) + len("\n")
        if batch and (size + length > MAX_TEXT_BYTES or sentence.language != batch[0].language):
            yield batch
            batch, size = [], 0
        batch.append(sentence)
        size += length
    if batch:
        yield batch


def _language_at(transcript: Transcript) -> Callable[[int], str]:
    """The language that is spoken at a time, as Transcribe heard it."""
    # Of several recordings the first is captioned; the others have clocks of their own.
    captioned = {utterance.member for utterance in transcript.utterances[:1]}
    others = [
        (utterance.start_ms, utterance.end_ms, utterance.language_code)
        for utterance in transcript.utterances
        if utterance.language_code and utterance.member in captioned
    ]

    def language_at(at_ms: int) -> str:
        for start_ms, end_ms, code in others:
            if start_ms <= at_ms < end_ms:
                return code
        return transcript.language_code

    return language_at


def _write(
    cues: Sequence[CaptionCue],
    sentences: Sequence[CaptionSentence],
    texts: Sequence[str],
    language: str,
    plan: CaptionPlan,
    store: DocumentStore,
) -> Addition:
    shown = translated_cues(cues, sentences, texts, language=language, plan=plan)
    told = transcript_text(translated_transcript(sentences, texts, language))
    files = {
        f"captions_{language}_vtt": (f"captions.{language}.vtt", write_vtt(shown), "text/vtt"),
        f"captions_{language}_srt": (f"captions.{language}.srt", write_srt(shown), "application/x-subrip"),
        f"transcript_{language}_text": (f"transcript.{language}.txt", told, _TEXT),
    }
    findings = caption_findings(Captions(shown), plan, subject=f"captions ({language})")
    return Addition(
        results={
            name: store.put_bytes(store.result_key(file), text.encode(), media_type)
            for name, (file, text, media_type) in files.items()
        },
        warnings=tuple(map(str, findings)),
        captions={language: shown},
    )
