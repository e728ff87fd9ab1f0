"""Captions in another language: the same cues at the same times, with translated words. Pure.

What is translated is a sentence, not a cue: a sentence runs over several cues, whose halves no translator
could make sense of. The translation is shared out over the sentence's cues again, by their widths.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from braid.domain.captions.captions import CaptionCue, VoicedLine, voiced_lines
from braid.domain.captions.languages import is_right_to_left, is_unspaced
from braid.domain.captions.layout import SENTENCE_ENDS, TURN
from braid.domain.captions.line_breaks import shared_out, wrapped
from braid.domain.captions.timing import width
from braid.domain.evidence.transcript import Transcript, Utterance
from braid.domain.profile.sections.captions import CaptionPlan

__all__ = ["CaptionSentence", "sentences_of", "translated_cues", "translated_transcript"]

# A sentence that never ends, as where a recogniser writes no full stops, is cut here; so is one with a pause.
_MAX_PARTS = 5
_PAUSE_MS = 1500
# U+200F tells a player that a line runs from right to left, whatever it begins and ends with: SubRip has no
# other way, and a player takes its full stop to the wrong side without.
_RIGHT_TO_LEFT_MARK = "\u200f"


@dataclass(frozen=True)
class _Part:
    """What one voice says of a sentence in the cue at ``place``; ``is_turn`` where the voice begins."""

    place: int
    text: str
    is_turn: bool


@dataclass(frozen=True)
class CaptionSentence:
    """What is translated at once: words of one voice in ``language`` (a tag), and the cues that they fill."""

    text: str
    language: str
    voice: str
    start_ms: int
    end_ms: int
    parts: tuple[_Part, ...]


def sentences_of(
    cues: Sequence[CaptionCue], language_at: Callable[[int], str]
) -> tuple[CaptionSentence, ...]:
    """The sentences of ``cues`` in order; ``language_at`` says which language is spoken at a time (ms)."""
    sentences: list[CaptionSentence] = []
    run: list[tuple[CaptionCue, str, _Part]] = []
    for place, cue in enumerate(cues):
        for voice, lines in itertools.groupby(voiced_lines(cue), key=lambda line: line.voice):
            texts = [line.text for line in lines]
            is_turn = texts[0].startswith(TURN)
            language = language_at(cue.start_ms)
            part = _Part(place, _joined([texts[0].removeprefix(TURN), *texts[1:]], language), is_turn)
            if run and _begins_anew(run, cue, voice, language_at):
                sentences.append(_sentence(run, language_at))
                run = []
            run.append((cue, voice, part))
    if run:
        sentences.append(_sentence(run, language_at))
    return tuple(sentences)


def translated_cues(
    cues: Sequence[CaptionCue],
    sentences: Sequence[CaptionSentence],
    translations: Sequence[str],
    *,
    language: str,
    plan: CaptionPlan,
) -> tuple[CaptionCue, ...]:
    """``cues`` with the ``translations`` of their ``sentences``, at the same times.

    Lines keep the plan's width where the words allow it, voices and turns stay marked. A cue for which a
    translation has no word left, as it is so much shorter, is left out.
    """
    said: list[list[tuple[str, _Part, str]]] = [[] for _ in cues]
    for sentence, translation in zip(sentences, translations, strict=True):
        shares = [float(width(part.text)) for part in sentence.parts]
        texts = shared_out(" ".join(translation.split()), shares, language)
        for part, text in zip(sentence.parts, texts, strict=True):
            if text:
                said[part.place].append((sentence.voice, part, text))
    found = []
    for cue, parts in zip(cues, said, strict=True):
        lines = list(_lines(parts, language, plan))
        if lines:
            found.append(CaptionCue.of_lines(cue.start_ms, cue.end_ms, lines))
    return tuple(found)


def translated_transcript(
    sentences: Iterable[CaptionSentence], translations: Iterable[str], language: str
) -> Transcript:
    """What was said in ``language``, to be written as text: an utterance for each sentence, without words'
    times, which no translation has."""
    return Transcript(
        language,
        tuple(
            Utterance(
                f"u{number:04d}",
                sentence.voice or None,
                sentence.start_ms,
                sentence.end_ms,
                translation,
                None,
                (),
            )
            for number, (sentence, translation) in enumerate(
                zip(sentences, translations, strict=True), start=1
            )
        ),
    )


def _begins_anew(
    run: Sequence[tuple[CaptionCue, str, _Part]],
    cue: CaptionCue,
    voice: str,
    language_at: Callable[[int], str],
) -> bool:
    last_cue, last_voice, last = run[-1]
    return (
        voice != last_voice
        or len(run) >= _MAX_PARTS
        or last.text.endswith(SENTENCE_ENDS)
        or cue.start_ms - last_cue.end_ms >= _PAUSE_MS
        or language_at(cue.start_ms) != language_at(run[0][0].start_ms)
    )


def _sentence(
    run: Sequence[tuple[CaptionCue, str, _Part]], language_at: Callable[[int], str]
) -> CaptionSentence:
    first, voice, _ = run[0]
    parts = tuple(part for _, _, part in run)
    language = language_at(first.start_ms)
    text = _joined([part.text for part in parts], language)
    return CaptionSentence(text, language, voice, first.start_ms, run[-1][0].end_ms, parts)


def _joined(texts: Sequence[str], language: str) -> str:
    return ("" if is_unspaced(language) else " ").join(texts)


def _lines(parts: Sequence[tuple[str, _Part, str]], language: str, plan: CaptionPlan) -> Iterable[VoicedLine]:
    """The lines of one cue, each marked with its voice."""
    mark = _RIGHT_TO_LEFT_MARK if is_right_to_left(language) else ""
    for voice, part, text in parts:
        turn = TURN if part.is_turn else ""
        for number, line in enumerate(wrapped(text, plan.max_line_characters - len(turn), language)):
            yield VoicedLine(voice, f"{mark}{turn if number == 0 else ''}{line}{mark}")
