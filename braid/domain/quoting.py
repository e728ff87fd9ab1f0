"""Values of strangers in messages: shown to people, told by their size alone wherever a log is written.

What was dropped, heard or answered may stand in an error's message, for whoever reads it on a screen. It
stands between marks that nothing else writes, so that the runtime can take it out of every log line without
guessing which words are whose (``without_quoted``).
"""

from __future__ import annotations

import re

__all__ = ["quoted", "shortened", "without_quoted"]

_OPEN, _CLOSE = "‹", "›"
# A message that was cut to fit may have lost the closing mark.
_QUOTED = re.compile(f"{_OPEN}([^{_CLOSE}]*)(?:{_CLOSE}|$)")
_TAKEN_OUT = re.compile(r"\d+ characters")
_MOST_CHARACTERS = 80


def quoted(value: object, most_characters: int = _MOST_CHARACTERS) -> str:
    """The value as Python would write it, cut, between the marks: ``‹ferry›``.

    A number, true, false or nothing says no word and stands there as it is.
    """
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    shown = repr(value)[1:-1] if isinstance(value, str) else repr(value)
    return f"{_OPEN}{shown.replace(_OPEN, '<').replace(_CLOSE, '>')[:most_characters]}{_CLOSE}"


def without_quoted(text: str) -> str:
    """The text with the length of everything quoted in its place: ``‹7 characters›``.

    What has been taken out already stays as it is.
    """
    return _QUOTED.sub(_length, text)


def shortened(text: str, max_bytes: int) -> str:
    """``text`` if it has at most ``max_bytes`` in UTF-8, else its beginning and an ellipsis that do.

    So much of a message as a state may carry.
    """
    encoded = text.encode("utf-8", errors="replace")
    if len(encoded) <= max_bytes:
        return text
    return encoded[: max_bytes - len("…".encode())].decode("utf-8", errors="ignore") + "…"


def _length(found: re.Match[str]) -> str:
    if _TAKEN_OUT.fullmatch(found[1]):
        return found[0]
    return f"{_OPEN}{len(found[1])} characters{_CLOSE}"
