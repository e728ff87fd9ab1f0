"""English number words: "two hundred and five", "forty nine ninety nine", "three point five"."""

from __future__ import annotations

from collections.abc import Sequence

from braid.text.words import Token

__all__ = ["NUMBER_WORDS", "is_number_word", "read_number_words"]

_BELOW_TWENTY = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
"""
_TENS_FROM_TWENTY = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: value for value, word in enumerate(_BELOW_TWENTY.split())}
_TENS = {word: 10 * value for value, word in enumerate(_TENS_FROM_TWENTY.split(), 2)} | {"fourty": 40}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
NUMBER_WORDS = frozenset(_UNITS) | frozenset(_TENS) | frozenset(_SCALES)


def is_number_word(token: Token) -> bool:
    """Whether a number in words may begin at ``token``."""
    return token.text in NUMBER_WORDS


def read_number_words(tokens: Sequence[Token], begin: int) -> tuple[int, tuple[float, ...]]:
    """The longest run of number words from ``begin``: where it ends, and every value that it can mean."""
    groups: list[float] = []
    index = begin
    while index < len(tokens) and is_number_word(tokens[index]):
        value, index = _cardinal(tokens, index)
        groups.append(value)
    return index, _readings(groups)


def _cardinal(tokens: Sequence[Token], index: int) -> tuple[float, int]:
    """One cardinal number, such as "two thousand and five", and the index behind it."""
    total, last_scale = 0, 10**12
    part: int | None = None  # what stands since the last thousand
    begin = index
    while index < len(tokens):
        word = tokens[index].text
        if word in _UNITS and _fits(part, _UNITS[word]):
            part = (part or 0) + _UNITS[word]
            if part == 0:
                return 0.0, index + 1
        elif word in _TENS and (part is None or (part >= 100 and part % 100 == 0)):
            part = (part or 0) + _TENS[word]
        elif word == "hundred" and (part is None or part < 100):
            part = (part or 1) * 100
        elif word in _SCALES and _SCALES[word] >= 1000 and _SCALES[word] < last_scale:
            last_scale = _SCALES[word]
            total, part = total + (part or 1) * last_scale, None
        elif word == "and" and index > begin and _joins(tokens, index):
            pass  # "two hundred and five"
        else:
            break
        index += 1
    value = float(total + (part or 0))
    if index < len(tokens) and tokens[index].text == "point" and _is_digit(tokens, index + 1):
        digits = ""
        index += 1
        while _is_digit(tokens, index):
            digits += str(_UNITS[tokens[index].text])
            index += 1
        value += float(f"0.{digits[:15]}")
    return value, index


def _fits(part: int | None, value: int) -> bool:
    """Whether ``value`` (below 20) can go on the number that ``part`` is so far."""
    if part is None:
        return True
    rest = part % 100
    return value > 0 and ((rest == 0 and part >= 100) or (value < 10 and rest >= 20 and rest % 10 == 0))


def _joins(tokens: Sequence[Token], index: int) -> bool:
    follows = index + 1 < len(tokens) and is_number_word(tokens[index + 1])
    return follows and tokens[index - 1].text in _SCALES and tokens[index + 1].text not in _SCALES


def _is_digit(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and _UNITS.get(tokens[index].text, 10) < 10


def _readings(groups: Sequence[float]) -> tuple[float, ...]:
    if len(groups) == 1:
        return (groups[0],)
    joined = float("".join(f"{group:.0f}" for group in groups)[:300])
    if len(groups) == 2 and 10 <= groups[1] < 100:
        # "nineteen ninety nine" is a year or a price, "one fifty" 150 or 1.50.
        return (joined, groups[0] + groups[1] / 100)
    if all(group < 10 for group in groups):
        return (joined,)
    return (joined, *groups)
