"""Text as people see it: without characters that show nothing but can carry words to a model."""

from __future__ import annotations

import re

__all__ = ["legible", "one_line"]

# Tag characters spell ASCII that no font shows; in use they are the three flags of this set alone
# (https://unicode.org/reports/tr51/, "Emoji tag sequences").
_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in code) + "\U000e007f"
    for code in ("gbeng", "gbsct", "gbwls")
)
# Other invisible ones that no script needs to be read: fillers, zero-width spaces, orders of direction,
# annotation and notation marks (Default_Ignorable_Code_Point of https://unicode.org/reports/tr44/).
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"
# Joiners, marks of direction and variation selectors are part of words and emoji: two in a row at most.
_MARKS = "\u061c\u180b-\u180f\u200c-\u200f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_LATIN = "A-Za-z\u00c0-\u024f"

_SUSPECT = re.compile(f"[{_INVISIBLE}{_CONTROLS}{_MARKS}\ud800-\udfff]")
_UNREADABLE = re.compile(
    f"(?P<flag>{_FLAGS})|(?P<invisible>[{_INVISIBLE}]+)|(?P<line>\r\n?)|(?P<control>[{_CONTROLS}])"
    "|(?P<surrogate>[\ud800-\udfff])"
)
_JOINED_LATIN = re.compile(f"(?<=[{_LATIN}])[\u200c\u200d]+(?=[{_LATIN}])")
_TOO_MANY_MARKS = re.compile(f"([{_MARKS}]{{2}})[{_MARKS}]+")
_SHOWN = {"invisible": "", "line": "\n", "control": " ", "surrogate": "\ufffd"}


def legible(text: str) -> str:
    """``text`` without what no reader sees; what is legible already comes back as it is.

    Invisible characters go (tag characters, zero-width spaces, bidirectional overrides and their like),
    control characters become a space, halves of characters U+FFFD. Line feeds, tabs and what scripts and
    emoji need to look right stay.
    """
    if not _SUSPECT.search(text):
        return text
    shown = _UNREADABLE.sub(lambda match: _SHOWN.get(match.lastgroup or "", match.group()), text)
    return _TOO_MANY_MARKS.sub(r"\1", _JOINED_LATIN.sub("", shown))


def one_line(text: str) -> str:
    """``text`` legible and on one line, for mails and lists in which a line break would begin a new entry."""
    return " ".join(legible(text).split())
