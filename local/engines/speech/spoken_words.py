"""Makes words of what Whisper writes: parts put together, punctuation apart, confidence calibrated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from local.engines.findings import SpokenWord
from local.engines.speech.confidence import calibrated

__all__ = ["UNSPACED_LANGUAGES", "Piece", "spoken_words"]

# Written without blanks between words, by Whisper's codes.
UNSPACED_LANGUAGES = frozenset({"zh", "yue", "ja", "th", "lo", "my", "km"})
# Marks that Transcribe's transcripts have, in the scripts of its languages; all others are dropped.
_CLOSING = frozenset(".,?!;:…。，、？！；：،؟؛۔।॥։፣።")
_OPENING = frozenset("¿¡")
_DROPPED = frozenset('"“”„«»‹›()[]{}<>「」『』《》【】♪*~_—–-·')
_APOSTROPHES = "'‘’"


@dataclass(frozen=True)
class Piece:
    """Text of one or more tokens as Whisper gives it, its blank in front, and how probable it is."""

    text: str
    start_seconds: float
    end_seconds: float
    probability: float


def spoken_words(pieces: Iterable[Piece], language: str) -> list[SpokenWord]:
    """The words in order; what has no letter and no digit is none.

    Where words are parted by blanks, a piece without one belongs to the word before it.
    """
    return [word for piece in _joined(pieces, language) if (word := _word(piece)) is not None]


def _joined(pieces: Iterable[Piece], language: str) -> Iterator[Piece]:
    last: Piece | None = None
    for piece in pieces:
        if last is not None and language not in UNSPACED_LANGUAGES and not piece.text.startswith(" "):
            last = replace(
                last,
                text=last.text + piece.text,
                end_seconds=piece.end_seconds,
                probability=min(last.probability, piece.probability),
            )
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _word(piece: Piece) -> SpokenWord | None:
    text = piece.text.strip()
    first = next((place for place, sign in enumerate(text) if not _is_mark(sign)), len(text))
    last = next((place for place in range(len(text), first, -1) if not _is_mark(text[place - 1])), first)
    before, word, after = text[:first], text[first:last], text[last:]
    if len(word) > 2 and word[0] in _APOSTROPHES and word[-1] in _APOSTROPHES:
        word = word[1:-1]
    if not any(sign.isalnum() for sign in word):
        return None
    return SpokenWord(
        word,
        piece.start_seconds,
        piece.end_seconds,
        calibrated(piece.probability),
        before=next((sign for sign in before if sign in _OPENING), ""),
        after=next((sign for sign in after if sign in _CLOSING), ""),
    )


def _is_mark(sign: str) -> bool:
    return sign in _CLOSING or sign in _OPENING or sign in _DROPPED
