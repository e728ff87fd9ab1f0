"""Scripts that are written without spaces between words."""

from __future__ import annotations

__all__ = ["is_hangul", "is_unspaced"]

# Thai and Lao, Burmese, Khmer, kana, ideographs. Compared one by one: a pattern with such ranges takes two
# to three milliseconds to compile, in every cold start.
_UNSPACED = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u17ff"),
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uf900", "\ufaff"),
)


def is_unspaced(character: str) -> bool:
    """Whether a word of this character's script ends where nothing marks it; Korean has spaces."""
    return not character.isascii() and any(first <= character <= last for first, last in _UNSPACED)


def is_hangul(character: str) -> bool:
    """Whether it is a syllable of Korean, whose particles are written onto their words."""
    return "\uac00" <= character <= "\ud7af"
