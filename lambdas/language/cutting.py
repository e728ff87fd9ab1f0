"""Cuts text into pieces of so many UTF-8 bytes, at sentence ends where there are any. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Cut", "cut"]

# Strongest first: the end of a line, of a sentence, of a word.
_BORDERS = (
    re.compile(r"\n+"),
    re.compile(r"[.!?…][\"'”’»)\]]*\s+|[。！？｡][」』”’）]*\s*"),
    re.compile(r"\s+"),
)


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

    A piece ends at the strongest border in its second half, else in its first, else at its last character.
    ``text`` must not hold lone surrogates, which have no UTF-8.
    """
    if max_bytes < 4:
        raise ValueError(f"a character takes up to 4 bytes, {max_bytes} are too few")
    cuts = []
    begin = 0
    while begin < len(text):
        # A character takes a byte at least, so this window holds the longest piece that fits.
        window = text[begin : begin + max_bytes].encode()[:max_bytes].decode(errors="ignore")
        length = len(window) if begin + len(window) == len(text) else _border(window)
        cuts.append(Cut(begin, text[begin : begin + length]))
        begin += length
    return tuple(cuts)


def _border(window: str) -> int:
    for begin in (len(window) // 2, 0):
        for border in _BORDERS:
            ends = [match.end() for match in border.finditer(window, begin)]
            if ends:
                return ends[-1]
    return len(window)
