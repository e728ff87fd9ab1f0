"""How many years of school an English text asks for: the Flesch-Kincaid grade level."""

from __future__ import annotations

import re

__all__ = ["reading_grade"]

_SENTENCE_END = re.compile(r"[.!?…]+(?=[\s\"'”’)]|$)")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_FEWEST_WORDS = 5


def reading_grade(text: str) -> float | None:
    """0.39 words a sentence + 11.8 syllables a word - 15.59, at least 0; ``None`` for too few words.

    Kincaid, Fishburne, Rogers and Chissom, "Derivation of New Readability Formulas for Navy Enlisted
    Personnel" (1975). Syllables are counted as groups of vowels without a silent e, which misses some
    ("idea" counts two). It tells short words and sentences from long ones, nothing else: whether a text is
    understood only its readers can tell.
    """
    words = _WORD.findall(text)
    if len(words) < _FEWEST_WORDS:
        return None
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    syllables = sum(map(_syllables, words))
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    return round(max(0.0, grade), 1)


def _syllables(word: str) -> int:
    """Groups of vowels; a final e or es is silent, as in "made" and "makes", but not in "table"."""
    lowered = word.lower()
    count = len(_VOWELS.findall(lowered))
    is_silent = re.search(r"[^aeiouyl]es?$", lowered) or re.search(r"[aeiouy]les?$", lowered)
    # "boxes", "judges": a hissing sound before es is a syllable of its own.
    if is_silent and not re.search(r"(?:[sxz]|ch|sh|[cg])es$", lowered):
        count -= 1
    if re.search(r"[^aeioutdy]ed$", lowered):
        count -= 1
    return max(1, count)
