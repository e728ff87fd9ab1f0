"""Cuts text into pieces of so many UTF-8 bytes, at sentence ends where there are any. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Cut", "cut"]

# Strongest first: the end of a line, of a sentence, of a word; some scripts have no blanks.
_BORDERS = (
    re.compile(r"\n+"),
    re.compile(r"[.!?…؟۔][\"'”’»)\]]*\s+|[。！？｡।॥።។။][」』”’）]*\s*"),
    re.compile(r"\s+"),
)
# What people see as one character may be several: letters with marks, emoji tied by joiners, pairs of letters
# that are flags. So many of them belong together at most; more is no writing, and is cut anywhere.
_MAX_CLUSTER = 16
_JOINER = "\u200d"


@dataclass(frozen=True)
class Cut:
    """A piece of a text; ``begin_offset`` counts characters (code points) of the whole."""

    begin_offset: int
    text: str

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it to analyse."""
        return not self.text.strip()


def cut(text: str, max_bytes: int) -> tuple[Cut, ...]:
    """The pieces of ``text``, each at most ``max_bytes`` (4 or more) of UTF-8; joined they are the text.

    A piece ends at the strongest border in its second half, else in its first, else behind the last letter or
    emoji that fits with all its marks. ``text`` must not hold lone surrogates, which have no UTF-8.
    """
    if max_bytes < 4:
        raise ValueError(f"a character takes up to 4 bytes, {max_bytes} are too few")
    cuts = []
    begin = 0
    while begin < len(text):
        # A character takes a byte at least, so this window holds the longest piece that fits.
        window = text[begin : begin + max_bytes].encode()[:max_bytes].decode(errors="ignore")
        following = text[begin + len(window) : begin + len(window) + 1]
        length = _border(window, following) if following else len(window)
        cuts.append(Cut(begin, text[begin : begin + length]))
        begin += length
    return tuple(cuts)


def _border(window: str, following: str) -> int:
    for begin in (len(window) // 2, 0):
        for border in _BORDERS:
            ends = [match.end() for match in border.finditer(window, begin)]
            if ends:
                return ends[-1]
    for length in range(len(window), max(0, len(window) - _MAX_CLUSTER), -1):
        if not _belong_together(window[length - 1], window[length : length + 1] or following):
            return length
    return len(window)


def _belong_together(character: str, following: str) -> bool:
    return (
        character == _JOINER
        or following == _JOINER
        or unicodedata.category(following) in ("Mn", "Mc", "Me")  # marks, also those that choose a variant
        or following in "\u0e33\u0eb3"  # vowels of Thai and Lao that stand behind their letter
        or "\U0001f3fb" <= following <= "\U0001f3ff"  # skin tones
        or ("\U0001f1e6" <= character <= "\U0001f1ff" and "\U0001f1e6" <= following <= "\U0001f1ff")
    )
