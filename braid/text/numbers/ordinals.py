"""Ordinal words and their numbers: "first" to "twenty-sixth" in English, to "twelfth" in five languages.

A lesson that says "second, water the plants" supports an answer that calls it step 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["ENGLISH_ORDINALS", "ordinals_in"]

_ENGLISH = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
"""
ENGLISH_ORDINALS = {word: n for n, word in enumerate(_ENGLISH.split(), 1)} | {
    f"twenty-{word}": 20 + n for n, word in enumerate(_ENGLISH.split()[:6], 1)
}
# German inflects: a stem, then an ending; "erstens" counts in a speech.
_GERMAN_STEMS = "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft"
_GERMAN = {
    f"{stem}{ending}": n
    for n, stem in enumerate(_GERMAN_STEMS.split(), 1)
    for ending in ("e", "er", "es", "en", "em", "ens")
}
_OTHERS = (
    "premier première premièrement primero primer primera primo prima primeiro primeira",
    "deuxième second seconde deuxièmement segundo segunda secondo seconda",
    "troisième troisièmement tercero tercer tercera terzo terza terceiro terceira",
    "quatrième quatrièmement cuarto cuarta quarto quarta",
    "cinquième quinto quinta",
    "sixième sexto sexta sesto sesta",
    "septième séptimo séptima settimo settima sétimo sétima",
    "huitième octavo octava ottavo ottava oitavo oitava",
    "neuvième noveno novena nono nona",
    "dixième décimo décima decimo decima",
    "onzième undécimo undécima undicesimo undicesima",
    "douzième duodécimo duodécima dodicesimo dodicesima",
)
_NUMBERS = (
    {word: n for n, words in enumerate(_OTHERS, 1) for word in words.split()} | _GERMAN | ENGLISH_ORDINALS
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")


def ordinals_in(text: str) -> Iterable[int]:
    """The number of every ordinal word of ``text``, in order, whatever the language."""
    for word in _WORD.findall(text.lower()):
        if word in _NUMBERS:
            yield _NUMBERS[word]
        elif "-" in word:
            yield from (_NUMBERS[part] for part in word.split("-") if part in _NUMBERS)
