"""How the bytes of a text become characters. Standard library only.

In order: a byte order mark (UTF-8, UTF-16, UTF-32); UTF-8; UTF-16 without a mark, told by its zero bytes;
and at last Windows-1252, the superset of Latin-1 that browsers take for it. The last one fits almost any
bytes, so it is taken only where the result looks written in a western language: at most a quarter of the
characters beyond ASCII and most of those among ASCII's letters, hardly a control character. Shift-JIS or
KOI8 would come out as wrong letters, silently; such a file is refused and the message asks for UTF-8.

A text is one although a control character strayed into it (the end mark of DOS is one), and UTF-8 although a
few of its characters are damaged: those are replaced, one character for one, and told.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from braid.domain.errors import InvalidAssetError

__all__ = ["DecodedText", "decode_text", "detect_encoding", "read_text"]

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
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_ROWS_BEYOND_ASCII = re.compile(rb"[\x80-\xff]{3,}")
_MAX_CONTROL_SHARE = 0.01
_SHORT_TEXT = 8
# So many characters beyond ASCII must be whole for each that is damaged, for a text to be taken for UTF-8.
_WHOLE_PER_DAMAGED = 10
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class DecodedText:
    """A text without a byte order mark, line ends as they are, and the codec that read it.

    ``damage`` says what isn't as it was written, for the text's owner; ``None`` where all is.
    """

    text: str
    encoding: str
    damage: str | None = None


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
    if _is_damaged_utf8(head, is_whole=is_whole):
        return "utf-8"
    if _reads_as(head, "cp1252", is_whole=is_whole):
        beyond_ascii = sum(map(len, _BEYOND_ASCII.findall(head)))
        in_rows = sum(map(len, _ROWS_BEYOND_ASCII.findall(head)))
        if beyond_ascii <= len(head) * _MAX_WESTERN_SHARE and in_rows * 2 <= beyond_ascii:
            return "cp1252"
    return None


def read_text(data: bytes) -> DecodedText:
    """The text in ``data``, whose stray control characters are spaces now and damaged ones U+FFFD.

    Raises InvalidAssetError where its encoding isn't one that can be told.
    """
    encoding = detect_encoding(data)
    if encoding is None:
        raise InvalidAssetError(_why_unreadable(data))
    text = data.decode(encoding, errors="replace")
    damage = None
    broken = text.count(_REPLACEMENT) - data.count(_REPLACEMENT.encode()) if encoding == "utf-8" else 0
    if broken > 0:
        damage = (
            f"{broken} of its characters are damaged or cut off, the first as character"
            f" {text.index(_REPLACEMENT) + 1:,}; the others are read. Save it as UTF-8 again."
        )
    if stray := _CONTROL.search(text):
        count = len(_CONTROL.findall(text))
        damage = (
            f"The text holds {'a control character' if count == 1 else f'{count} control characters'}"
            f" (U+{ord(stray[0]):04X} as character {stray.start() + 1:,}), which no text has; read as"
            f" {'a space' if count == 1 else 'spaces'}."
        )
        text = _CONTROL.sub(" ", text)
    return DecodedText(text, encoding, damage)


def decode_text(data: bytes) -> str:
    """The text of ``read_text`` alone. Raises as that does."""
    return read_text(data).text


def _why_unreadable(data: bytes) -> str:
    try:
        data.decode()
        where = ""
    except UnicodeDecodeError as error:
        where = f" It is no UTF-8 from byte {error.start + 1:,} on (0x{data[error.start]:02X})."
    return f"The text's encoding can't be recognised.{where} Save it as UTF-8 and upload it again."


def _reads_as(head: bytes, encoding: str, *, is_whole: bool) -> bool:
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head, final=is_whole)
    except UnicodeDecodeError:
        return False
    return _is_written(text)


def _is_written(text: str) -> bool:
    """Whether so few control characters are in it that they strayed there."""
    count = len(_CONTROL.findall(text))
    return count <= len(text) * _MAX_CONTROL_SHARE or (count == 1 and len(text) >= _SHORT_TEXT)


def _is_damaged_utf8(head: bytes, *, is_whole: bool) -> bool:
    """UTF-8 in which a character was cut or a byte was changed: most characters beyond ASCII are whole."""
    text = codecs.getincrementaldecoder("utf-8")(errors="replace").decode(head, final=is_whole)
    damaged = text.count(_REPLACEMENT)
    whole = sum(character > "\x7f" for character in text) - damaged
    return 0 < damaged * _WHOLE_PER_DAMAGED <= whole and _is_written(text)


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
