"""Text as tokens: words in lower case, numbers as written, signs and ends of clauses, each with its time."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from braid.domain.legible import legible
from braid.text.scripts import is_unspaced

__all__ = ["NUMBER_OR_WORD", "Token", "tokenize", "words_of"]

# A number with separators, or a word: with inner apostrophes, and with the combining marks that are a part of
# it (accents, Arabic's points, Devanagari's vowels).
NUMBER_OR_WORD = (
    r"(?P<number>\d+(?:[.,:]\d+)*)"
    r"|(?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0962\u0963])*"
    r"(?:['’][^\W\d_]+)*)"
)
# Those, a currency or percent sign, a clause's end.
_TOKEN = re.compile(NUMBER_OR_WORD + r"|(?P<sign>[$€£¥₹%°])" r"|(?P<end>[.!?;,\n()\[\]|•·]|[-–—](?=\s))")
_BOUNDARY = "\n"


class Token(NamedTuple):
    """One token in lower case. ``kind`` is ``word``, ``number``, ``sign`` or ``end`` (a clause's end).

    ``at_ms`` is when it was said or shown, ``None`` off the clock. A tuple, because there are many of them.
    """

    text: str
    kind: str
    at_ms: int | None
    confidence: float


def tokenize(pieces: Iterable[tuple[str, int | None, float]]) -> list[Token]:
    """The tokens of pieces of text (``text, at_ms, confidence``), in order; a piece's end ends no clause."""
    # Skips the named constructor, which takes twice as long; there are some 200,000 tokens in ten hours.
    make = tuple.__new__
    return [
        make(Token, (text, kind, at_ms, confidence))
        for piece, at_ms, confidence in pieces
        for text, kind in (_split_word(piece) if len(piece) <= _MAX_KEPT else _split(piece))
    ]


def words_of(piece: str) -> tuple[str, ...]:
    """The words and numbers of a short piece of text, as ``tokenize`` spells them."""
    return _words_of_word(piece) if len(piece) <= _MAX_KEPT else _words(piece)


def _words(piece: str) -> tuple[str, ...]:
    return tuple(text for text, kind in _split(piece) if kind in ("word", "number"))


def _split(piece: str) -> tuple[tuple[str, str], ...]:
    return tuple(_read(unicodedata.normalize("NFKC", legible(piece))))


# Words repeat: a transcript of 100,000 items has some 8,000 different ones. Longer pieces don't.
_MAX_KEPT = 24
_split_word = functools.lru_cache(maxsize=65_536)(_split)
_words_of_word = functools.lru_cache(maxsize=65_536)(_words)


def _read(text: str) -> Iterator[tuple[str, str]]:

    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        found = match.group()
        if kind == "word" and is_unspaced(found[0]):
            # Pairs of characters: the usual retrieval technique for them, e.g. Lucene's CJKBigramFilter.
            for index in range(max(1, len(found) - 1)):
                yield found[index : index + 2], "word"
        elif kind == "word":
            yield found.lower().replace("’", "'"), "word"
        elif kind == "end":
            yield _BOUNDARY, "end"
        else:
            yield found, kind
