"""Word error rates, and which of the words that were heard are right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from braid.domain.scores.words import align

__all__ = ["Match", "compare", "words_of"]

_UNDER_TWENTY = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
"""
_BY_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
_ONES = _UNDER_TWENTY.split()
_TENS = _BY_TEN.split()
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SPELT = {"mr": "mister", "mrs": "misses", "dr": "doctor", "ok": "okay"}


@dataclass(frozen=True)
class Match:
    """``is_right`` says of each heard word whether it was said; ``edits`` counts what is wrong."""

    is_right: tuple[bool, ...]
    edits: int
    word_count: int

    @property
    def error_rate(self) -> float:
        """Edits per word of the truth."""
        return self.edits / self.word_count


def words_of(text: str) -> list[str]:
    """Words without case and punctuation; numbers up to 99 as they are said."""
    plain = unicodedata.normalize("NFKC", text).replace("%", " percent ").replace("-", " ").replace("’", "'")
    return [part for word in _WORD.findall(plain.lower()) for part in _said(word)]


def _said(word: str) -> list[str]:
    if word.isdecimal() and int(word) < 100:
        number = int(word)
        if number < len(_ONES):
            return [_ONES[number]]
        ones = [_ONES[number % 10]] if number % 10 else []
        return [_TENS[number // 10 - 2], *ones]
    return [_SPELT.get(word, word)]


def compare(heard: Sequence[str], truth: str) -> Match:
    """The least number of edits that turn ``heard``, one entry for each recognised word, into the truth.

    Words that differ only in where they are parted ("local stack", "LocalStack") are the same.
    """
    said = words_of(truth)
    tokens = [(place, token) for place, word in enumerate(heard) for token in words_of(word)]
    found = align([token for _, token in tokens], said, parted_alike=True)
    bad = {tokens[place][0] for place in found.wrong}
    return Match(tuple(place not in bad for place in range(len(heard))), found.edits, len(said))
