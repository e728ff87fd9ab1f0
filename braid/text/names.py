"""Names in a text: words in capitals where the language writes others small, and words with capitals inside.

German writes every noun large: there only words with capitals inside count, as in scripts without capitals
none.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

from braid.domain.legible import legible
from braid.text.languages import FUNCTION_WORDS
from braid.text.numbers.dates import read_moments
from braid.text.stems import Word, words

__all__ = ["names_in", "names_of", "unsupported_names"]

# A path's parts begin as sentences do: "Home > Kitchen".
_BEGINS = re.compile(r"(?:^|[.!?:;\n•·|>›→/“”\"«»„‘(\[]|\s['‘]|\s[-–—]\s)\s*['\"“”„«‘(\[]*$")
_MOSTLY = 0.8
_SHORTEST_PLURAL = 4  # bags and bag
_COMMON_LETTERS = 5  # Germany and German, America and American
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sir",
        "herr",
        "frau",
        "monsieur",
        "madame",
        "señor",
        "señora",
        "signor",
        "signora",
        "senhor",
        "i",
    ]
)
_OK = frozenset(["ok", "okay", "tv", "pdf", "id", "url", "am", "pm", "a.m", "p.m"])


def names_of(texts: Iterable[str], language: str) -> frozenset[str]:
    """The names in several texts, in lower case."""
    return frozenset(name for text in texts for name in names_in(text, language))


@functools.lru_cache(maxsize=4_096)
def names_in(text: str, language: str) -> frozenset[str]:
    """The words of ``text``, in lower case, that can only be names as they are written."""
    plain = unicodedata.normalize("NFKC", legible(text)).replace("’", "'")
    content = _content(words(plain), language)
    large = [word for word in content if word.written[0].isupper()]
    if len(content) > 2 and len(large) >= _MOSTLY * len(content) and language != "de":
        return frozenset()  # a title or a sign in capitals
    months = {date.written.lower() for date in read_moments(plain).dates}
    days = {name.lower() for _, name in read_moments(plain).weekdays}
    kept = {
        _bare(word)
        for word in large
        if _has_inner_capital(word) or (language != "de" and not _BEGINS.search(plain[: word.begin]))
    }
    return frozenset(
        name
        for name in kept
        if name not in _TITLES | _OK | days and not any(name in month for month in months) and len(name) > 1
    )


def unsupported_names(
    text: str, language: str, evidence: Iterable[str], asset_names: frozenset[str] = frozenset()
) -> list[str]:
    """The names in ``text`` that stand nowhere in ``evidence``, which is some of the asset's.

    ``asset_names`` are those of all of its evidence.
    A word that begins a sentence counts where the asset uses it as a name elsewhere. A heading writes every
    word large ("Payment Method"): there only these count, and words with capitals inside.
    """
    texts = [unicodedata.normalize("NFKC", legible(each)) for each in evidence]
    known = {_bare(word) for each in texts for word in words(each)}
    initials = _initials(texts)
    spoken = {_bare(word) for word in words(unicodedata.normalize("NFKC", legible(text)))}
    candidates = set(names_in(text, language)) | (spoken & asset_names)
    if _is_heading(text, language):
        inner = set() if text.isupper() else {_bare(word) for word in words(text) if _has_inner_capital(word)}
        candidates &= asset_names | inner
    return sorted(name for name in candidates if not _is_known(name, known, initials))


def _is_heading(text: str, language: str) -> bool:
    """Whether every word that carries content is written large."""
    return all(word.written[0].isupper() for word in _content(words(legible(text)), language))


def _content(found: Iterable[Word], language: str) -> list[Word]:
    functional = FUNCTION_WORDS.get(language, frozenset()) | FUNCTION_WORDS["en"]
    return [word for word in found if not word.text[0].isdecimal() and word.text not in functional]


def _is_known(name: str, known: set[str], initials: frozenset[str]) -> bool:
    if name in known or name in initials:
        return True
    if len(name) >= _SHORTEST_PLURAL and (name.removesuffix("s") in known or f"{name}s" in known):
        return True
    if len(name) >= _COMMON_LETTERS and any(
        other[:_COMMON_LETTERS] == name[:_COMMON_LETTERS] for other in known
    ):
        return True
    parts = name.split("-")
    return len(parts) > 1 and all(part in known for part in parts)


def _initials(texts: Iterable[str]) -> frozenset[str]:
    """Abbreviations that runs of words in capitals can have: "United States" is also "us"."""
    found: set[str] = set()
    for text in texts:
        run = ""
        for word in words(text):
            if word.written[0].isupper():
                run += word.text[0]
            elif len(word.text) > 3:
                run = ""
            if len(run) >= 2:
                found.update(run[at:] for at in range(len(run) - 1))
    return frozenset(found)


def _has_inner_capital(word: Word) -> bool:
    return any(letter.isupper() for letter in word.written[1:])


def _bare(word: Word) -> str:
    return word.text.removesuffix("'s").removesuffix("'")
