"""Numbers in words of other languages than English, put into digits: "neunundvierzig Euro" becomes "49 Euro".

German, French, Spanish, Italian and Portuguese up to the millions; Japanese and Chinese numerals where a
counter, a unit or a power of ten shows that they are meant as numbers. English is read by ``number_words``.
"One" is left alone everywhere: it is an article more often than a number.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence

from braid.text.numbers.east_asian_numbers import from_east_asian
from braid.text.numbers.spelled_number_forms import FORMS

__all__ = ["in_digits"]

_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 5  # "quatre vingt dix neuf" and what joins it

# French "neuf" is also "new", Italian "sei" also "you are": alone they aren't taken for numbers.
_AMBIGUOUS = {"fr": {"neuf"}, "it": {"sei"}, "de": {"acht"}}
_AND = {"es": "y", "pt": "e", "fr": "et"}
_DECIMAL = {"de": "komma", "fr": "virgule", "es": "coma", "it": "virgola", "pt": "vírgula"}


def in_digits(text: str, language: str | None) -> str:
    """``text`` with its number words in digits, units of Japanese and Chinese in English words."""
    if language in ("ja", "zh", "ko"):
        return from_east_asian(text)
    if language is None or language not in FORMS:
        return text
    found = list(_WORD.finditer(text))
    names = [match.group().lower() for match in found]
    parts: list[str] = []
    read = 0
    index = 0
    while index < len(names):
        begin = index
        value, index = _number(names, begin, language)
        if value is None:
            index = begin + 1
            continue
        if not _joined(text, found[begin:index]) or (
            index == begin + 1 and names[begin] in _AMBIGUOUS.get(language, ())
        ):
            index = begin + 1
            continue
        parts += (text[read : found[begin].start()], value)
        read = found[index - 1].end()
    return "".join((*parts, text[read:]))


def _joined(text: str, matches: Sequence[re.Match[str]]) -> bool:
    """Whether nothing but blanks and hyphens stands between the words."""
    return all(
        text[one.end() : other.start()].strip(" -\u2010\u2011") == ""
        for one, other in itertools.pairwise(matches)
    )


def _number(names: Sequence[str], begin: int, language: str) -> tuple[str | None, int]:
    """The number from ``begin`` in digits, and the index behind it."""
    value, index = _whole(names, begin, language)
    if value is None or (value == 1 and index == begin + 1):
        return None, begin + 1
    if index + 1 < len(names) and names[index] == _DECIMAL.get(language):
        part, after = _whole(names, index + 1, language)
        if part is not None:
            return f"{value}.{part}", after
    return str(value), index


def _whole(names: Sequence[str], begin: int, language: str) -> tuple[int | None, int]:
    table, longest = _table(language)
    total = 0
    part: int | None = None
    index = begin
    while index < len(names):
        step = next(
            (
                (table[key], length)
                for length in range(min(longest, len(names) - index), 0, -1)
                if (key := " ".join(names[index : index + length])) in table
            ),
            None,
        )
        if step is None and index > begin and names[index] == _AND.get(language) and part is not None:
            following = table.get(names[index + 1]) if index + 1 < len(names) else None
            if following is None or following >= 100 or part % 100:
                break
            index += 1
            continue
        if step is None:
            break
        value, length = step
        if value in (1_000, 1_000_000):
            total += (1 if part is None else part) * value
            part = None
        elif value == 100 and part is not None and 1 < part < 10:
            part *= 100
        elif part is None:
            part = value
        elif value < _open_below(part):
            part += value
        else:
            break
        index += length
    if index == begin:
        return None, begin
    return total + (part or 0), index


def _open_below(part: int) -> int:
    """Below what a number can go on: of 300 below 100, of 2000 below 1000, of 47 nothing."""
    power = 1
    while part and part % (10 * power) == 0:
        power *= 10
    return power if power >= 100 else 0


@functools.cache
def _table(language: str) -> tuple[dict[str, int], int]:
    """Spelled forms (words joined by a blank) to values, and how many words the longest has."""
    forms = dict(FORMS[language]())
    return forms, min(_MOST_WORDS, max(form.count(" ") + 1 for form in forms))
