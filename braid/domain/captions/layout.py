"""Cuts a transcript into captions that people can read: short lines, who speaks, at sentences and clauses.

How long each stands is told in ``braid.domain.captions.timing``; the limits are those of a ``CaptionPlan``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from braid.domain.captions.captions import CaptionCue, VoicedLine
from braid.domain.captions.timing import Draft, timed, width
from braid.domain.evidence.transcript import Transcript, Utterance, speaker_name
from braid.domain.profile.sections.captions import CaptionPlan

__all__ = ["SENTENCE_ENDS", "TURN", "Captions", "lay_out"]

# A pause this long ends a caption: what follows belongs to another thought.
_PAUSE_MS = 1500
# Stands before a line with which another voice begins.
TURN = "- "
SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "।")
_CLAUSE_ENDS = (",", ";", ":", "–", "—", "、", "，", "；", "：", "،")


@dataclass(frozen=True)
class Captions:
    """The cues in order of time; ``late_ms`` is how long after its words a cue begins, by the cue's place."""

    cues: tuple[CaptionCue, ...] = ()
    late_ms: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Word:
    """A word with the punctuation that follows it; ``gap`` is what stands before it in the utterance."""

    text: str
    gap: str
    start_ms: int
    end_ms: int
    voice: str = ""


@dataclass(frozen=True)
class _Limits:
    """What fits: columns a line, lines, and for how long."""

    columns: int
    lines: int
    length_ms: int


def lay_out(transcript: Transcript, plan: CaptionPlan | None = None) -> Captions:
    """The captions of a transcript; of several recordings the first is captioned, whose words the others
    would fall into.

    Promised for every cue: at most ``max_lines`` of ``max_line_characters`` columns, from ``min_ms`` to
    ``max_ms`` long, ``min_gap_ms`` or more before the next. Cues that are short for their words are joined
    with their neighbours, last into a following silence, or begin a little later than their words; what is
    too fast all the same ``braid.domain.captions.checks`` tells. No word is lost, and where there are several
    speakers, their lines say so.
    """
    plan = plan or CaptionPlan()
    captioned = {utterance.member for utterance in transcript.utterances[:1]}
    said = [utterance for utterance in transcript.utterances if utterance.member in captioned]
    names_voices = plan.name_speakers and len({utterance.speaker for utterance in said}) > 1
    columns = plan.max_line_characters - (len(TURN) if names_voices else 0)
    limits = _Limits(columns, plan.max_lines, plan.max_ms)
    pieces = [
        piece
        for utterance in said
        for piece in _cut(_words(utterance, limits, names_voices=names_voices), limits)
    ]
    pieces.sort(key=lambda piece: piece[0].start_ms)
    drafts = [_draft(piece, limits) for piece in _joined(pieces, limits, plan)]
    if names_voices:
        drafts = _with_turns(drafts)
    return Captions(*timed(drafts, plan))


def _words(utterance: Utterance, limits: _Limits, *, names_voices: bool) -> list[_Word]:
    """The utterance's tokens with their spacing as its text has it (some languages write none)."""
    voice = speaker_name(utterance.speaker) if names_voices and utterance.speaker else ""
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
            words.append(_Word(text, gap and " ", item.start_ms, max(item.start_ms, item.end_ms), voice))
    if not words and utterance.text.strip():
        words = _spread(utterance, voice)
    return [piece for word in words for piece in _pieces(word, limits.columns)]


def _spread(utterance: Utterance, voice: str) -> list[_Word]:
    """Words without times of their own share the utterance's by their length."""
    texts = utterance.text.split()
    total = sum(map(len, texts))
    words, seen = [], 0
    length_ms = utterance.end_ms - utterance.start_ms
    for text in texts:
        begin = utterance.start_ms + length_ms * seen // total
        seen += len(text)
        words.append(_Word(text, " ", begin, utterance.start_ms + length_ms * seen // total, voice))
    return words


def _pieces(word: _Word, columns: int) -> list[_Word]:
    """A word wider than a line (an address, a language without spaces) in pieces that fit."""
    if width(word.text) <= columns:
        return [word]
    pieces, piece = [], ""
    for character in word.text:
        if width(piece + character) > columns:
            pieces.append(piece)
            piece = ""
        piece += character
    pieces.append(piece)
    length_ms = word.end_ms - word.start_ms
    return [
        replace(
            word,
            text=text,
            gap=word.gap if index == 0 else "",
            start_ms=word.start_ms + length_ms * index // len(pieces),
            end_ms=word.start_ms + length_ms * (index + 1) // len(pieces),
        )
        for index, text in enumerate(pieces)
    ]


def _cut(words: list[_Word], limits: _Limits) -> Iterable[list[_Word]]:
    """Cuts an utterance where it pauses or a caption is full, then rather behind a sentence or a clause."""
    begin = 0
    while begin < len(words):
        end = begin + 1
        while end < len(words) and _joins(words[begin : end + 1], limits):
            end += 1
        if end < len(words):
            end = begin + _best_end(words[begin : end + limits.columns], end - begin, limits)
        yield words[begin:end]
        begin = end


def _joins(words: Sequence[_Word], limits: _Limits) -> bool:
    pause_ms = words[-1].start_ms - words[-2].end_ms
    length_ms = words[-1].end_ms - words[0].start_ms
    return pause_ms < _PAUSE_MS and length_ms <= limits.length_ms and _wrap(words, limits) is not None


def _best_end(words: Sequence[_Word], count: int, limits: _Limits) -> int:
    """Where to end the caption: at most ``count`` words; behind a sentence or clause of its second half.

    Where neither ends, in the middle if what follows would stand alone with a word or two.
    """
    if words[count].start_ms - words[count - 1].end_ms >= _PAUSE_MS:
        return count
    for ends in (SENTENCE_ENDS, _CLAUSE_ENDS):
        for end in range(count, count // 2, -1):
            if words[end - 1].text.endswith(ends):
                return end
    return _even_end(words, count, limits)


def _even_end(words: Sequence[_Word], count: int, limits: _Limits) -> int:
    last = count
    while width(_join(words[count:last])) <= limits.columns // 3:
        if last == len(words) or (
            last > count and words[last].start_ms - words[last - 1].end_ms >= _PAUSE_MS
        ):
            middle = width(_join(words[:last])) / 2
            end = min(range(1, count + 1), key=lambda at: abs(width(_join(words[:at])) - middle))
            rest = words[end:last]
            is_one = all(_joins(rest[:size], limits) for size in range(2, len(rest) + 1))
            return end if is_one else count
        last += 1
    return count


def _joined(pieces: Sequence[list[_Word]], limits: _Limits, plan: CaptionPlan) -> Iterable[list[_Word]]:
    """Pieces in order, joined with the one before where either has too little time to be read."""
    waiting: list[_Word] | None = None
    for index, piece in enumerate(pieces):
        if waiting is None:
            waiting = piece
            continue
        following = pieces[index + 1][0].start_ms if index + 1 < len(pieces) else None
        is_tight = _is_tight(waiting, piece[0].start_ms, plan) or (
            following is not None and _is_tight(piece, following, plan)
        )
        both = [*waiting, replace(piece[0], gap=" "), *piece[1:]] if is_tight else []
        ends_ms = max(word.end_ms for word in both) if both else 0
        pause_ms = piece[0].start_ms - waiting[-1].end_ms
        if (
            both
            and pause_ms < _PAUSE_MS
            and ends_ms - both[0].start_ms <= limits.length_ms
            and _wrap(both, limits) is not None
        ):
            waiting = both
        else:
            yield waiting
            waiting = piece
    if waiting is not None:
        yield waiting


def _is_tight(words: Sequence[_Word], until_ms: int, plan: CaptionPlan) -> bool:
    """Whether there is too little time to read ``words`` before the next begin."""
    reading_ms = width(_join(words)) * 1000 / plan.characters_per_second
    return until_ms - plan.min_gap_ms - words[0].start_ms < max(plan.min_ms, min(reading_ms, plan.max_ms))


def _wrap(words: Sequence[_Word], limits: _Limits) -> list[VoicedLine] | None:
    """A line a voice; of one voice one line, else the two whose widths differ least; ``None`` if none fit."""
    if words[0].voice != words[-1].voice:
        voices = [list(run) for _, run in itertools.groupby(words, key=lambda word: word.voice)]
        lines = [VoicedLine(run[0].voice, _join(run)) for run in voices]
        fit = len(lines) <= limits.lines and all(width(line.text) <= limits.columns for line in lines)
        return lines if fit else None
    voice, whole = words[0].voice, _join(words)
    if width(whole) <= limits.columns:
        return [VoicedLine(voice, whole)]
    if limits.lines < 2 or width(whole) > 2 * limits.columns + 1:
        return None
    best: tuple[int, list[VoicedLine]] | None = None
    for split in range(1, len(words)):
        halves = [_join(words[:split]), _join(words[split:])]
        widths = [width(half) for half in halves]
        if max(widths) <= limits.columns:
            is_at_clause = words[split - 1].text.endswith(_CLAUSE_ENDS + SENTENCE_ENDS)
            cost = abs(widths[0] - widths[1]) - (10 if is_at_clause else 0)
            if best is None or cost < best[0]:
                best = (cost, [VoicedLine(voice, half) for half in halves])
    return best[1] if best else None


def _join(words: Sequence[_Word]) -> str:
    return "".join(word.gap + word.text for word in words).strip()


def _draft(words: Sequence[_Word], limits: _Limits) -> Draft:
    lines = _wrap(words, limits) or [VoicedLine(words[0].voice, _join(words))]
    return Draft(words[0].start_ms, max(word.end_ms for word in words), tuple(lines))


def _with_turns(drafts: Sequence[Draft]) -> list[Draft]:
    """Marks each line with which another voice begins; where two share a cue, both."""
    marked, before = [], None
    for draft in drafts:
        is_dialogue = len({line.voice for line in draft.lines}) > 1
        lines = []
        for line in draft.lines:
            is_turn = is_dialogue or line.voice != before
            lines.append(replace(line, text=TURN + line.text) if is_turn else line)
            before = line.voice
        marked.append(replace(draft, lines=tuple(lines)))
    return marked
