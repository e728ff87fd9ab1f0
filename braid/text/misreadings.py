"""What a reader of pictures misread, put right by the words that the asset uses elsewhere."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from braid.text.attributes.colors import COLOR_WORDS
from braid.text.languages import FUNCTION_WORDS
from braid.text.numbers.number_words import NUMBER_WORDS
from braid.text.numbers.units import UNIT_WORDS

__all__ = ["NEGATORS", "Vocabulary"]

NEGATORS = frozenset({"not", "no", "never", "without", "neither", "nor", "cannot", "non"})

# Letters and digits that look alike in print, as confusion matrices of OCR list them.
_ALIKE = ("o0a", "il1j", "s5", "ec", "nm", "tf", "b6h", "b8", "g9q", "uv", "vy", "z2")
_LOOKS_LIKE = {
    letter: frozenset(other for group in _ALIKE if letter in group for other in group if other != letter)
    for letter in set("".join(_ALIKE))
}
# A short word is one letter away from too many others.
_MIN_LENGTH = 5
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
# One digit among letters ("reu5able"), or a 5 for the s at a word's end ("minute5"); "mp3" and "4k" stay.
_MEANT = {"0": "o", "1": "l", "5": "s", "6": "b", "8": "b"}
_INSIDE = re.compile(r"(?<=[^\W\d_]{2})([01568])(?=[^\W\d_]{2})")
_AT_END = re.compile(r"(?<=[^\W\d_]{4})5\b")


@functools.cache
def _always_known() -> frozenset[str]:
    return FUNCTION_WORDS["en"] | NEGATORS | NUMBER_WORDS | UNIT_WORDS.keys() | COLOR_WORDS.keys()


class Vocabulary:
    """The words that an asset's speech and documents use, which its pictures are likely to show as well."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._words = frozenset(word.lower() for text in texts for word in _WORD.findall(text))
        # A slide's words come again on every keyframe that shows it.
        self._meanings: dict[str, str] = {}

    def mended(self, text: str) -> str:
        """Text read in a picture, with what was misread put right: "rcmovable", "mot", "oventemperature".

        A word that is used elsewhere stays. One that differs from a single such word in one letter that looks
        like the right one becomes that word, and one that is two of them without the space becomes both.
        """
        return _WORD.sub(lambda match: self._meaning(match.group()), text)

    def _meaning(self, written: str) -> str:
        if written not in self._meanings:
            self._meanings[written] = self._meant(written)
        return self._meanings[written]

    def _knows(self, word: str) -> bool:
        return word in self._words or word in _always_known()

    def _meant(self, written: str) -> str:
        word = written.lower()
        if word.isdigit() or self._knows(word):
            return written
        spelled = _AT_END.sub("s", _INSIDE.sub(lambda match: _MEANT[match.group()], word))
        if self._knows(spelled):
            return spelled
        candidates = {other for other in _one_letter_away(spelled) if self._may_be(other)}
        if len(candidates) == 1:
            return candidates.pop()
        for at in range(3, len(spelled) - 2):
            if self._knows(spelled[:at]) and self._knows(spelled[at:]):
                return f"{spelled[:at]} {spelled[at:]}"
        return spelled if spelled != word else written

    def _may_be(self, word: str) -> bool:
        return word in NEGATORS if len(word) < _MIN_LENGTH else self._knows(word)


def _one_letter_away(word: str) -> Iterable[str]:
    for at, letter in enumerate(word):
        for other in _LOOKS_LIKE.get(letter, ()):
            yield f"{word[:at]}{other}{word[at + 1 :]}"
