"""Cuts a transcript into captions that people can read: short lines, enough time, nothing on top of another.

The limits are those that broadcasters publish (Netflix Timed Text Style Guide, BBC Subtitle Guidelines):
two lines of 42 characters, at most 7 seconds, at least 5/6 of a second, at most 20 characters a second.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.captions import CaptionCue
from domain.transcript import Transcript, Utterance

__all__ = [
    "MAX_CUE_MS",
    "MAX_LINES",
    "MAX_LINE_CHARACTERS",
    "MIN_CUE_MS",
    "READING_CHARACTERS_PER_SECOND",
    "hurried",
    "lay_out",
]

MAX_LINE_CHARACTERS = 42
MAX_LINES = 2
MAX_CUE_MS = 7000
MIN_CUE_MS = 834
READING_CHARACTERS_PER_SECOND = 20
# A pause this long ends a caption: what follows belongs to another thought.
_PAUSE_MS = 1500
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "।")
_CLAUSE_ENDS = (",", ";", ":", "–", "—", "、", "，", "；", "：", "،")


@dataclass(frozen=True)
class _Word:
    """A word with the punctuation that follows it; ``gap`` is what stands before it in the utterance."""

    text: str
    gap: str
    start_ms: int
    end_ms: int


def lay_out(transcript: Transcript) -> tuple[CaptionCue, ...]:
    """The captions of a transcript in order of time; of several recordings the first is captioned, whose
    words the others would fall into.

    Promised for every cue: at most two lines of 42 columns (a wide character takes two), at least
    ``MIN_CUE_MS`` long, ending before or where the next begins. Cues last into a following silence as long
    as reading takes; speech that is faster than people read stays fast, see ``hurried``.
    """
    captioned = {utterance.member for utterance in transcript.utterances[:1]}
    drafts = [
        draft
        for utterance in transcript.utterances
        if utterance.member in captioned
        for draft in _cut(_words(utterance))
    ]
    drafts.sort(key=lambda draft: draft.start_ms)
    return tuple(_timed(drafts))


def hurried(cues: Iterable[CaptionCue]) -> tuple[CaptionCue, ...]:
    """The cues that show more text than people read in their time."""
    return tuple(cue for cue in cues if cue.end_ms - cue.start_ms < _reading_ms(cue.text))


def width(text: str) -> int:
    """Columns that ``text`` takes: East Asian wide characters two, marks that join their letter none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _words(utterance: Utterance) -> list[_Word]:
    """The utterance's tokens with their spacing as its text has it (some languages write none)."""
    words: list[_Word] = []
    position = 0
    for item in utterance.items:
        text = " ".join(item.text.split())
        if not text:
            continue
        found = utterance.text.find(text, position)
        gap = utterance.text[position:found] if found >= 0 else " "
        position = found + len(text) if found >= 0 else position
        gap = " " if gap.strip() else gap[:1]
        if item.kind == "punctuation" and words and not gap:
            words[-1] = replace(words[-1], text=words[-1].text + text)
        else:
            words.append(_Word(text, gap and " ", item.start_ms, max(item.start_ms, item.end_ms)))
    if not words and utterance.text.strip():
        words = _spread(utterance)
    return [piece for word in words for piece in _pieces(word)]


def _spread(utterance: Utterance) -> list[_Word]:
    """Words without times of their own share the utterance's by their length."""
    texts = utterance.text.split()
    total = sum(map(len, texts))
    words, seen = [], 0
    length_ms = utterance.end_ms - utterance.start_ms
    for text in texts:
        begin = utterance.start_ms + length_ms * seen // total
        seen += len(text)
        words.append(_Word(text, " ", begin, utterance.start_ms + length_ms * seen // total))
    return words


def _pieces(word: _Word) -> list[_Word]:
    """A word wider than a line (an address, a language without spaces) in pieces that fit."""
    if width(word.text) <= MAX_LINE_CHARACTERS:
        return [word]
    pieces, piece = [], ""
    for character in word.text:
        if width(piece + character) > MAX_LINE_CHARACTERS:
            pieces.append(piece)
            piece = ""
        piece += character
    pieces.append(piece)
    length_ms = word.end_ms - word.start_ms
    return [
        _Word(
            text,
            word.gap if index == 0 else "",
            word.start_ms + length_ms * index // len(pieces),
            word.start_ms + length_ms * (index + 1) // len(pieces),
        )
        for index, text in enumerate(pieces)
    ]


def _cut(words: list[_Word]) -> list[CaptionCue]:
    """Cuts an utterance where it pauses or a caption is full, then rather behind a sentence or a clause."""
    drafts = []
    while words:
        count = 1
        while count < len(words) and _joins(words[: count + 1]):
            count += 1
        if count < len(words):
            count = _best_end(words, count)
        taken, words = words[:count], words[count:]
        lines = _wrap(taken) or [_join(taken)]
        drafts.append(CaptionCue.of_text(taken[0].start_ms, taken[-1].end_ms, "\n".join(lines)))
    return drafts


def _joins(words: list[_Word]) -> bool:
    pause_ms = words[-1].start_ms - words[-2].end_ms
    length_ms = words[-1].end_ms - words[0].start_ms
    return pause_ms < _PAUSE_MS and length_ms <= MAX_CUE_MS and _wrap(words) is not None


def _best_end(words: list[_Word], count: int) -> int:
    """Where to end the caption: at most ``count`` words; behind a sentence or clause of its second half."""
    if words[count].start_ms - words[count - 1].end_ms >= _PAUSE_MS:
        return count
    for ends in (_SENTENCE_ENDS, _CLAUSE_ENDS):
        for end in range(count, count // 2, -1):
            if words[end - 1].text.endswith(ends):
                return end
    return count


def _wrap(words: list[_Word]) -> list[str] | None:
    """One line, else the two whose widths differ least; ``None`` if they don't fit."""
    whole = _join(words)
    if width(whole) <= MAX_LINE_CHARACTERS:
        return [whole]
    best: tuple[int, list[str]] | None = None
    for split in range(1, len(words)):
        lines = [_join(words[:split]), _join(words[split:])]
        widths = [width(line) for line in lines]
        if max(widths) <= MAX_LINE_CHARACTERS:
            is_at_clause = words[split - 1].text.endswith(_CLAUSE_ENDS + _SENTENCE_ENDS)
            cost = abs(widths[0] - widths[1]) - (10 if is_at_clause else 0)
            if best is None or cost < best[0]:
                best = (cost, lines)
    return best[1] if best else None


def _join(words: list[_Word]) -> str:
    return "".join(word.gap + word.text for word in words).strip()


def _reading_ms(text: str) -> int:
    return len(text.replace("\n", " ")) * 1000 // READING_CHARACTERS_PER_SECOND


def _timed(drafts: list[CaptionCue]) -> list[CaptionCue]:
    """Gives every draft its time to be read, and moves one that would overlap behind the one before."""
    cues: list[CaptionCue] = []
    for index, draft in enumerate(drafts):
        start_ms = max(draft.start_ms, cues[-1].end_ms if cues else 0)
        wanted_ms = max(MIN_CUE_MS, min(_reading_ms(draft.text), MAX_CUE_MS))
        end_ms = max(draft.end_ms, start_ms + wanted_ms)
        if index + 1 < len(drafts):
            end_ms = min(end_ms, drafts[index + 1].start_ms)
        cues.append(replace(draft, start_ms=start_ms, end_ms=max(end_ms, start_ms + MIN_CUE_MS)))
    return cues
