"""Words from files, made safe for a terminal."""

from __future__ import annotations

import unicodedata

from rich.text import Text

__all__ = ["printable", "words"]


def printable(text: str) -> str:
    """``text`` in one line without control characters: a file's words mustn't steer the terminal.

    Control characters become a space where they are blank and a replacement mark elsewhere, and so do the
    marks that turn the direction of everything after them.
    """
    return "".join(map(_safe, text))


def words(text: str, style: str = "") -> Text:
    """A file's words for Rich: no markup, no control characters."""
    return Text(printable(text), style=style)


def _safe(character: str) -> str:
    if character in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    category = unicodedata.category(character)
    if category in ("Cc", "Cs") or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        return "\ufffd"
    return character
