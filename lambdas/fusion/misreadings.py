"""Letters that a reader of pictures takes for digits inside of words."""

from __future__ import annotations

import re

__all__ = ["mended"]

_MEANT = {"0": "o", "1": "l", "5": "s", "6": "b", "8": "b"}
# One digit among letters ("reu5able"), or a 5 for the s at a word's end ("minute5"); "mp3" and "4k" stay.
_INSIDE = re.compile(r"(?<=[^\W\d_]{2})([01568])(?=[^\W\d_]{2})")
_AT_END = re.compile(r"(?<=[^\W\d_]{4})5\b")


def mended(text: str) -> str:
    """Text read in a picture, with the digits that stand for letters put right."""
    return _AT_END.sub("s", _INSIDE.sub(lambda match: _MEANT[match.group()], text))
