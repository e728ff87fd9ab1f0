"""How the bytes of a text become characters. Standard library only.

In order: a byte order mark (UTF-8, UTF-16, UTF-32); UTF-8; UTF-16 without a mark, told by its zero bytes;
and at last Windows-1252, the superset of Latin-1 that browsers take for it. The last one fits almost any
bytes, so it is taken only where the result looks written in a western language: at most a quarter of the
characters beyond ASCII, no control characters. Shift-JIS or KOI8 would come out as wrong letters, silently;
such a file is refused and the message asks for UTF-8.
"""

from __future__ import annotations

import codecs
import re

from domain.errors import InvalidAssetError

__all__ = ["decode_text", "detect_encoding"]

_MARKS = (  # UTF-32's mark begins with UTF-16's: longest first
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What no text contains: control characters except tab, line feed, form feed, carriage return and escape.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_WESTERN_SHARE = 0.25


def detect_encoding(head: bytes, *, is_whole: bool = True) -> str | None:
    """The Python codec that reads a text beginning with ``head``, or ``None`` where it is no text.

    ``is_whole`` says that nothing follows ``head``: otherwise a character that is cut at its end is fine.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding if _reads_as(head, encoding, is_whole=is_whole) else None
    if _reads_as(head, "utf-8", is_whole=is_whole):
        return "utf-8"
    if utf16 := _unmarked_utf16(head):
        return utf16 if _reads_as(head, utf16, is_whole=is_whole) else None
    if _reads_as(head, "cp1252", is_whole=is_whole):
        beyond_ascii = sum(byte > 0x7F for byte in head)
        if beyond_ascii <= len(head) * _MAX_WESTERN_SHARE:
            return "cp1252"
    return None


def decode_text(data: bytes) -> str:
    """The text in ``data``, without a byte order mark, line ends as they are.

    Raises InvalidAssetError where its encoding isn't one that can be told.
    """
    encoding = detect_encoding(data)
    if encoding is None:
        raise InvalidAssetError(
            "The text's encoding can't be recognised. Save it as UTF-8 and upload it again."
        )
    return data.decode(encoding)


def _reads_as(head: bytes, encoding: str, *, is_whole: bool) -> bool:
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head, final=is_whole)
    except UnicodeDecodeError:
        return False
    return _CONTROL.search(text) is None


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 told by every second byte of ASCII text being zero."""
    half = len(head) // 2
    if half == 0:
        return None
    zeros = [head[parity : half * 2 : 2].count(0) / half for parity in (0, 1)]
    if zeros[1] > 0.5 and zeros[0] < 0.05:
        return "utf-16-le"
    if zeros[0] > 0.5 and zeros[1] < 0.05:
        return "utf-16-be"
    return None
