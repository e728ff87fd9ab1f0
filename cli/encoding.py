"""Output where the terminal isn't UTF-8: its nearest plain characters instead of an error."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata

__all__ = ["is_unicode", "never_fail_to_print"]

_ERRORS = "braid-plain"
# One character each, so that columns stay columns.
_PLAIN = dict(zip("•·–—−≠→…×±‘’“”„─━│\u00a0", '*----!>.x~\'\'"""--| ', strict=True))


def never_fail_to_print() -> None:
    """Makes standard output and error write what their encoding lacks in plain characters."""
    codecs.register_error(_ERRORS, _replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def is_unicode(encoding: str | None) -> bool:
    """Whether every character can be written in ``encoding``."""
    return (encoding or "").lower().startswith("utf")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(character: str) -> str:
    """``u`` for ``ü``, a dash for a dash, else a question mark."""
    parts = unicodedata.normalize("NFD", character)
    is_base = parts[0].isascii() and all(map(unicodedata.combining, parts[1:]))
    return _PLAIN.get(character) or (parts[0] if is_base else "?")
