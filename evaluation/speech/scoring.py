"""Word error rates, and which of the words that were heard are right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

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
    costs, wrong = _align([token for _, token in tokens], said)
    bad = {tokens[place][0] for place in wrong}
    return Match(tuple(place not in bad for place in range(len(heard))), costs, len(said))


def _align(heard: Sequence[str], said: Sequence[str]) -> tuple[int, set[int]]:
    """The distance, and which heard tokens are inserted or substituted."""
    # best[i][j]: edits for the first i heard and j said tokens, and the step that led there.
    best: list[list[tuple[int, tuple[int, int]]]] = [[(j, (0, 1)) for j in range(len(said) + 1)]]
    for i in range(1, len(heard) + 1):
        row: list[tuple[int, tuple[int, int]]] = [(i, (1, 0))]
        for j in range(1, len(said) + 1):
            options = [
                (best[i - 1][j - 1][0] + (heard[i - 1] != said[j - 1]), (1, 1)),
                (best[i - 1][j][0] + 1, (1, 0)),
                (row[j - 1][0] + 1, (0, 1)),
            ]
            if i > 1 and heard[i - 2] + heard[i - 1] == said[j - 1]:
                options.append((best[i - 2][j - 1][0], (2, 1)))
            if j > 1 and said[j - 2] + said[j - 1] == heard[i - 1]:
                options.append((best[i - 1][j - 2][0], (1, 2)))
            row.append(min(options))
        best.append(row)
    wrong: set[int] = set()
    i, j = len(heard), len(said)
    while i or j:
        down, right = best[i][j][1]
        if (down, right) == (1, 0) or ((down, right) == (1, 1) and heard[i - 1] != said[j - 1]):
            wrong.add(i - 1)
        i, j = i - down, j - right
    return best[-1][-1][0], wrong
