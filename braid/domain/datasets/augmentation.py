"""Texts with slips of the keyboard: more examples of the same label, and a test of robustness."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from braid.domain.datasets.templates import PromptTemplate, own_words

__all__ = ["noisy_prompt", "noisy_text"]

# Numbers, and what turns a meaning round, stay as they are: the label must hold.
_WORD = re.compile(r"[^\W\d_]{4,}")
_KEPT = frozenset({"without", "never", "none", "nobody", "nothing", "cannot", "neither", "nowhere", "unless"})
_Slip = Callable[[str, int], str]


def noisy_text(text: str, *, seed: int, share: float = 0.1) -> str:
    """``text`` with one slip in about ``share`` of its longer words, the same for the same seed.

    Letters are swapped, left out or doubled inside a word, never at its ends. Words of fewer than four
    letters, numbers, denials and everything between words stay.
    Raises ``ValueError`` for a share beyond 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    chance = random.Random(f"{seed}:{text}")

    def slip(match: re.Match[str]) -> str:
        word = match[0]
        if chance.random() >= share or word.lower() in _KEPT or not word.isalpha():
            return word
        return chance.choice(_SLIPS)(word, chance.randrange(1, len(word) - 2))

    return _WORD.sub(slip, text)


def noisy_prompt(prompt: str, template: PromptTemplate, *, seed: int, share: float = 0.1) -> str:
    """``prompt`` with slips in what it doesn't share with all others; its instructions stay as they are."""
    shared = template.beginning if prompt.startswith(template.beginning) else ""
    rest = prompt[len(shared) :]
    for part in own_words(prompt, template).split("\n"):
        # Marks around a text are part of no word, and stay.
        rest = rest.replace(part, noisy_text(part, seed=seed, share=share), 1)
    return shared + rest


def _swapped(word: str, place: int) -> str:
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _left_out(word: str, place: int) -> str:
    return word[:place] + word[place + 1 :]


def _doubled(word: str, place: int) -> str:
    return word[:place] + word[place] + word[place:]


_SLIPS: tuple[_Slip, ...] = (_swapped, _left_out, _doubled)
