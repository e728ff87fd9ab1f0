"""The text of a transcript, of pictures or of documents as one string, and what begins where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from braid.domain.claim_check import Claim
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.store.documents import DocumentStore

__all__ = [
    "SourceName",
    "SourceText",
    "read_source",
    "text_of_passages",
    "text_of_transcript",
    "text_of_vision",
]

SourceName = Literal["transcript", "detected_text", "passages"]


@dataclass(frozen=True)
class SourceText:
    """Pieces joined by newlines. ``begin_offsets`` maps each piece's id to where it begins in ``text``;
    ``language_code`` is set where the document already says which language it is."""

    source: SourceName
    text: str
    begin_offsets: dict[str, int]
    language_code: str | None = None


def read_source(store: DocumentStore, source: SourceName, document: Claim) -> SourceText:
    """The text of the document that a branch stored."""
    if source == "transcript":
        return text_of_transcript(store.get_document(Transcript, document))
    if source == "detected_text":
        return text_of_vision(store.get_document(Vision, document))
    return text_of_passages(store.get_document(Passages, document))


def text_of_transcript(transcript: Transcript) -> SourceText:
    """Utterances by their ids, in the language that Transcribe was given or identified."""
    pieces = ((utterance.utterance_id, utterance.text) for utterance in transcript.utterances)
    return SourceText("transcript", *_join(pieces), transcript.language_code or None)


def text_of_vision(vision: Vision) -> SourceText:
    """Detected lines as ``<keyframe_id>:<number from 1>``. A line that is seen again is taken once.

    A slide that stands for several keyframes would otherwise be analysed, and paid for, as often.
    """
    pieces = (
        (f"{frame.keyframe_id}:{number}", line.text)
        for frame in vision.keyframes
        for number, line in enumerate(frame.texts, start=1)
    )
    return SourceText("detected_text", *_join(pieces, once=True))


def text_of_passages(passages: Passages) -> SourceText:
    """Passages by their ids."""
    pieces = ((passage.passage_id, passage.text) for passage in passages.passages)
    return SourceText("passages", *_join(pieces))


def _join(pieces: Iterable[tuple[str, str]], *, once: bool = False) -> tuple[str, dict[str, int]]:
    parts: list[str] = []
    begin_offsets: dict[str, int] = {}
    begin_of: dict[str, int] = {}
    length = 0
    for piece_id, text in pieces:
        if once and text in begin_of:
            begin_offsets[piece_id] = begin_of[text]
            continue
        begin_offsets[piece_id] = begin_of[text] = length
        parts.append(text)
        length += len(text) + 1
    return "\n".join(parts), begin_offsets
