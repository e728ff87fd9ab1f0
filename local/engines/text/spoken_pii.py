"""Personal data in recognised speech: what was spelt out is written down first, then ``pii`` looks at it.

A recogniser writes "four one five five five five" or "4 1 5 555", seldom "415-555": digits said one by one or
in groups, addresses with "at" and "dot" and what follows "my name is" are put into the form that the patterns
of written text know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from local.engines.text.closed_classes import FUNCTION_WORDS
from local.engines.text.pii import personal_data

__all__ = ["spoken_personal_data"]

_DIGIT_WORDS = ("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGITS = dict(zip(_DIGIT_WORDS, "00123456789", strict=True))
_REPEATS = {"double": 2, "triple": 3}
# What a recogniser writes for a digit between two others.
_SOUNDING_ALIKE = {"o": "0", "won": "1", "to": "2", "too": "2", "for": "4", "fore": "4", "ate": "8"}
# Who spells out so many digits gives a number away, whatever it is of; a telephone's is the likeliest.
_TELLING_DIGITS = 7
_GUESS = ("PHONE", 0.5)
_MIN_DIGITS = 3
# A group of digits of a longer number, and no year.
_GROUP = re.compile(r"(?!19\d\d|20\d\d)\d{1,4}")
_DOMAIN_END = re.compile(r"[a-z]{2,6}")
_NAME_WORDS = 2


class _Written(NamedTuple):
    """A written token for the words from ``begin`` to ``end``."""

    text: str
    begin: int
    end: int


def spoken_personal_data(words: Sequence[str]) -> list[dict[str, Any]]:
    """Every finding as ``{"type", "begin", "end", "score"}``; ``begin`` and ``end`` count words, half-open.

    Types and scores are those of ``pii.personal_data``. Findings are in order and never overlap.
    """
    tokens = list(_written([word.lower() for word in words]))
    text = ""
    starts: list[int] = []
    for token in tokens:
        starts.append(len(text))
        text += f"{token.text} "
    found: list[dict[str, Any]] = []
    taken: set[int] = set()
    for finding in personal_data(text):
        hit = [
            token
            for token, start in zip(tokens, starts, strict=True)
            if start < finding["end"] and start + len(token.text) > finding["begin"]
        ]
        if hit and hit[0].begin not in taken:
            found.append(finding | {"begin": hit[0].begin, "end": hit[-1].end})
            taken.update(range(hit[0].begin, hit[-1].end))
    kind, score = _GUESS
    found += [
        {"type": kind, "begin": token.begin, "end": token.end, "score": score}
        for token in tokens
        if token.begin not in taken
        and sum(character.isdecimal() for character in token.text) >= _TELLING_DIGITS
    ]
    return sorted(found, key=lambda finding: int(finding["begin"]))


def _written(words: Sequence[str]) -> Iterator[_Written]:
    index = 0
    while index < len(words):
        token = _number(words, index) or _address(words, index) or _name(words, index)
        token = token or _Written(words[index], index, index + 1)
        yield token
        index = token.end


def _number(words: Sequence[str], begin: int) -> _Written | None:
    """Digits said one after the other or in groups, grouped as they are written."""
    digits, end, repeat = "", begin, 1
    while end < len(words):
        if words[end] in _REPEATS:
            repeat = _REPEATS[words[end]]
        elif words[end] in _DIGITS:
            digits += _DIGITS[words[end]] * repeat
            repeat = 1
        elif _GROUP.fullmatch(words[end]):
            digits += words[end] * repeat
            repeat = 1
        elif digits and words[end] in _SOUNDING_ALIKE and words[min(end + 1, len(words) - 1)] in _DIGITS:
            digits += _SOUNDING_ALIKE[words[end]]
        else:
            break
        end += 1
    if len(digits) < _MIN_DIGITS:
        return None
    before = " ".join(words[max(0, begin - 6) : begin])
    if len(digits) == 9 and "social security" in before:
        digits = f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    elif len(digits) in (10, 11):
        country, local = digits[:-10], digits[-10:]
        digits = "-".join(part for part in (country, local[:3], local[3:6], local[6:]) if part)
    return _Written(digits, begin, end)


def _address(words: Sequence[str], begin: int) -> _Written | None:
    """``jane dot doe at example dot com``."""
    written, end, has_at = words[begin], begin + 1, False
    while end + 1 < len(words) and (words[end] == "dot" or (words[end] == "at" and not has_at)):
        has_at = has_at or words[end] == "at"
        written += {"dot": ".", "at": "@"}[words[end]] + words[end + 1]
        end += 2
    last = words[end - 1]
    is_domain = "." in written.partition("@")[2] and _DOMAIN_END.fullmatch(last)
    is_address = has_at and is_domain and last not in FUNCTION_WORDS
    return _Written(written, begin, end) if is_address else None


def _name(words: Sequence[str], begin: int) -> _Written | None:
    """The words behind ``my name is``, capitalised: the recogniser writes everything small."""
    if list(words[max(0, begin - 3) : begin]) != ["my", "name", "is"]:
        return None
    end = begin
    while end < min(len(words), begin + _NAME_WORDS) and words[end] not in FUNCTION_WORDS:
        end += 1
    return _Written(" ".join(word.title() for word in words[begin:end]), begin, end) if end > begin else None
