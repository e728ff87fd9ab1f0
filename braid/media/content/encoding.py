"""How the bytes of a text become characters.

In order: a byte order mark (UTF-8, UTF-16, UTF-32); what HTML, XML or CSS declares; UTF-8; UTF-16 without a
mark, told by its zero bytes; and at last an undeclared code page, if it is sure which. What isn't sure is
refused, and the message asks for UTF-8: wrong letters would come out in silence.

A declaration that says something else although the text is UTF-8 was left behind by a conversion, and passed
over. A text is one although a control character strayed into it (the end mark of DOS is one), and of its
encoding although a few of its characters are damaged: those are replaced, one character for one, and told.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from braid.domain.errors import InvalidAssetError
from braid.media.content.charset import declared_charset, detected_code_page
from braid.media.content.script_pages import detected_script_page

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
# Languages with Latin letters have most of them among ASCII's, others next to none.
_MAX_LATIN_SHARE = 0.25
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_ROWS_BEYOND_ASCII = re.compile(rb"[\x80-\xff]{3,}")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_MAX_CONTROL_SHARE = 0.01
_SHORT_TEXT = 8
# So many characters beyond ASCII must be whole for each that is damaged, for an encoding to be a text's.
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
    declared = declared_charset(head)
    is_utf8 = _reads_as(head, "utf-8", is_whole=is_whole)
    if declared and not (is_utf8 and not head.isascii()) and _reads_as(head, declared, is_whole=is_whole):
        return declared
    if is_utf8:
        return "iso2022_jp" if _ISO_2022_JP.search(head) else "utf-8"
    if utf16 := _unmarked_utf16(head):
        return utf16 if _reads_as(head, utf16, is_whole=is_whole) else None
    for encoding in dict.fromkeys(("utf-8", declared or "utf-8")):
        if _is_damaged(head, encoding, is_whole=is_whole):
            return encoding
    beyond_ascii = sum(map(len, _BEYOND_ASCII.findall(head)))
    in_rows = sum(map(len, _ROWS_BEYOND_ASCII.findall(head)))
    is_latin = beyond_ascii <= len(head) * _MAX_LATIN_SHARE and in_rows * 2 <= beyond_ascii
    code_page = detected_code_page(head) if is_latin else detected_script_page(head)
    return code_page if code_page and _reads_as(head, code_page, is_whole=is_whole) else None


def read_text(data: bytes) -> DecodedText:
    """The text in ``data``, whose stray control characters are spaces now and damaged ones U+FFFD.

    Raises InvalidAssetError where its encoding isn't one that can be told.
    """
    encoding = detect_encoding(data)
    if encoding is None:
        raise InvalidAssetError(_why_unreadable(data))
    text = data.decode(encoding, errors="replace")
    damage = None
    written = data.count(_REPLACEMENT.encode()) if encoding == "utf-8" else 0
    broken = 0 if encoding.startswith("utf-16") else text.count(_REPLACEMENT) - written
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


def _is_damaged(head: bytes, encoding: str, *, is_whole: bool) -> bool:
    """Text in which a character was cut or a byte was changed: most characters beyond ASCII are whole."""
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head, final=is_whole)
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
