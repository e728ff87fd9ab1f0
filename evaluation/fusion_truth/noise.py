"""What recognisers do to text: misheard and dropped words, misread and broken letters."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["CLEAN", "FITTING_NOISE", "HELD_OUT_NOISE", "Noise", "misheard", "misread", "spoken"]

_FREQUENT = """
    the of and to in a is that for it was on are as with his they at be this from have or by one had not but
    what all were when we there can an your which their said if do will each about how up out them then she
    many some so these would other into has more her two like him see time could no make than first been its
"""
_MISHEARD = _FREQUENT.split()
_LOOK_ALIKES = {
    "o": "0",
    "l": "1",
    "i": "l",
    "s": "5",
    "e": "c",
    "a": "o",
    "n": "m",
    "t": "f",
    "b": "6",
    "g": "9",
}
_DIGITS_ALIKE = {"0": "8", "1": "7", "3": "8", "5": "6", "6": "8", "8": "3", "9": "0"}
_NUMBERS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
"""
_NUMBERS_BY_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
_ONES = _NUMBERS.split()
_TENS = _NUMBERS_BY_TEN.split()


@dataclass(frozen=True)
class Noise:
    """Rates per word or per letter; confidences are lower where the recogniser guessed."""

    substituted: float = 0.0
    dropped: float = 0.0
    inserted: float = 0.0
    split_words: float = 0.0
    letters: float = 0.0
    lost_spaces: float = 0.0
    word_confidence: tuple[float, float] = (0.97, 0.8)
    letter_confidence: tuple[float, float] = (0.98, 0.8)


CLEAN = Noise()
FITTING_NOISE = Noise(substituted=0.12, dropped=0.05, letters=0.02, word_confidence=(0.92, 0.7))
# Insertions, words heard as two, and lines read without their spaces occur only here.
HELD_OUT_NOISE = Noise(
    substituted=0.12,
    dropped=0.06,
    inserted=0.04,
    split_words=0.03,
    letters=0.02,
    lost_spaces=0.04,
    word_confidence=(0.9, 0.65),
    letter_confidence=(0.97, 0.8),
)


def spoken(text: str) -> list[str]:
    """The words as they are said: numbers in words, no case, no punctuation."""
    words: list[str] = []
    for token in text.replace("$", " $").replace(",", "").replace(".", "").lower().split():
        if token.startswith("$"):
            words.extend((*_number(int(token[1:])), "dollars"))
        elif token.rstrip("%").isdigit():
            words.extend(_number(int(token.rstrip("%"))))
            if token.endswith("%"):
                words.append("percent")
        else:
            words.append(token)
    return words


def _number(value: int) -> list[str]:
    if value >= 1000:
        return [*_number(value // 1000), "thousand", *(_number(value % 1000) if value % 1000 else [])]
    if value >= 100:
        return [_ONES[value // 100], "hundred", *(_number(value % 100) if value % 100 else [])]
    if value >= 20:
        return [_TENS[value // 10 - 2], *([_ONES[value % 10]] if value % 10 else [])]
    return [_ONES[value]]


def misheard(words: Sequence[str], noise: Noise, rng: random.Random) -> list[tuple[int | None, str, float]]:
    """``(place, heard, confidence)`` for each heard word; ``place`` is that of the word that was said, None
    where nobody said any.

    Dropped words are left out; a recogniser is less sure of what it got wrong, but not always.
    """
    right, wrong = noise.word_confidence
    heard: list[tuple[int | None, str, float]] = []
    for place, word in enumerate(words):
        chance = rng.random()
        if chance < noise.dropped:
            continue
        if chance < noise.dropped + noise.substituted:
            other = rng.choice(_ONES[2:] if word in _ONES or word in _TENS else _MISHEARD)
            heard.append((place, other, rng.uniform(wrong - 0.3, wrong + 0.15)))
        elif chance < noise.dropped + noise.substituted + noise.split_words and len(word) > 6:
            middle = len(word) // 2
            heard.append((place, word[:middle], wrong))
            heard.append((None, word[middle:], wrong))
        else:
            heard.append((place, word, min(1.0, rng.uniform(right - 0.12, right + 0.05))))
        if rng.random() < noise.inserted:
            heard.append((None, rng.choice(_MISHEARD), wrong))
    return heard


def misread(line: str, noise: Noise, rng: random.Random) -> tuple[str, float]:
    """A line as it is read, and how sure the reader is."""
    letters = []
    mistakes = 0
    for letter in line:
        if rng.random() < noise.letters and letter.isalnum():
            mistakes += 1
            letter = (_DIGITS_ALIKE if letter.isdigit() else _LOOK_ALIKES).get(letter.lower(), letter)
        if letter == " " and rng.random() < noise.lost_spaces:
            continue
        letters.append(letter)
    right, wrong = noise.letter_confidence
    return "".join(letters), max(0.3, right - mistakes * (right - wrong) / 2 + rng.uniform(-0.02, 0.01))
