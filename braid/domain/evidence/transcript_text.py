"""A transcript as people read it: who says what, in paragraphs with their times."""

from __future__ import annotations

from collections.abc import Iterator

from braid.domain.evidence.transcript import Transcript, Utterance, speaker_name
from braid.domain.span import brief_timecode

__all__ = ["transcript_text"]

# Whoever goes on speaking begins a new paragraph after a pause, or about once a minute.
_PAUSE_MS = 4_000
_PARAGRAPH_MS = 60_000


def transcript_text(transcript: Transcript) -> str:
    """Paragraphs of ``[0:05.4] Speaker 1: words``, a blank line between; empty where nobody spoke.

    Speakers are named where there are several; of a bundle with several recordings each begins with its name.
    """
    names_speakers = len({utterance.speaker for utterance in transcript.utterances}) > 1
    members = {utterance.member for utterance in transcript.utterances}
    blocks: list[str] = []
    before = ""
    for paragraph in _paragraphs(transcript.utterances):
        first = paragraph[0]
        if len(members) > 1 and first.member != before:
            blocks.append(f"## {_line(first.member)}")
            before = first.member
        who = f"{_line(speaker_name(first.speaker))}: " if names_speakers and first.speaker else ""
        words = " ".join(_line(utterance.text) for utterance in paragraph)
        blocks.append(f"[{brief_timecode(first.start_ms)}] {who}{words}")
    return "\n\n".join(blocks) + ("\n" if blocks else "")


def _paragraphs(utterances: tuple[Utterance, ...]) -> Iterator[list[Utterance]]:
    paragraph: list[Utterance] = []
    for utterance in utterances:
        if paragraph and _begins_anew(paragraph, utterance):
            yield paragraph
            paragraph = []
        paragraph.append(utterance)
    if paragraph:
        yield paragraph


def _begins_anew(paragraph: list[Utterance], utterance: Utterance) -> bool:
    first, last = paragraph[0], paragraph[-1]
    return (
        (utterance.speaker, utterance.member) != (first.speaker, first.member)
        or utterance.start_ms - last.end_ms >= _PAUSE_MS
        or utterance.end_ms - first.start_ms > _PARAGRAPH_MS
    )


def _line(text: str) -> str:
    return " ".join(text.split())
