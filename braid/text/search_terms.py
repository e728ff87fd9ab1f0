"""Texts as search compares them word by word: stems, numbers and codes, in any of the languages read here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from braid.domain.legible import legible
from braid.text.languages import guess_language, script_of
from braid.text.stems import stems_of, words

__all__ = ["matched_words", "query_terms", "search_terms", "sought_codes", "stands_in"]

# What holds letters and digits is a code as a whole: "ZX-81", "E4012". Its parts are terms too.
_JOINED = re.compile(r"[^\W_]+(?:[-_./][^\W_]+)*")
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
# Few words tell no language: a query is stemmed in each of these.
_LATIN = ("en", "de", "fr", "es", "it", "pt")


def search_terms(text: str, language: str | None = None) -> list[str]:
    """The terms of a text that is searched, in order, repeated as often as they stand in it.

    ``language`` is the text's code where it is known, else it is guessed, else English.
    """
    plain = unicodedata.normalize("NFKC", legible(text))
    code = language or guess_language([plain]) or "en"
    return [*_stems(plain, code), *_codes(plain)]


def query_terms(query: str) -> list[str]:
    """The terms of a query, each once: its stems in every language that it may be in."""
    plain = unicodedata.normalize("NFKC", legible(query))
    guessed = guess_language([plain])
    codes = _LATIN if guessed is None and script_of(plain) == "latin" else (guessed or "en",)
    return list(dict.fromkeys([*(stem for code in codes for stem in _stems(plain, code)), *_codes(plain)]))


def matched_words(query: str, text: str, language: str | None = None) -> tuple[tuple[str, ...], int]:
    """The query's words that stand in ``text``, as the query writes them, and how many there could be."""
    plain = unicodedata.normalize("NFKC", legible(query))
    terms = set(search_terms(text, language))
    guessed = guess_language([plain])
    codes = _LATIN if guessed is None and script_of(plain) == "latin" else (guessed or "en",)
    found: dict[str, bool] = {}
    for word in words(plain):
        stems = {stem for code in codes for stem in stems_of(word.text, code)}
        # A word that carries grammar in one of the languages may be a name in another: then it counts.
        if stems and (guessed is not None or stems_of(word.text, "en")):
            found[word.written] = bool(stems & terms)
    return tuple(word for word, stands in found.items() if stands), len(found)


def sought_codes(query: str) -> frozenset[str]:
    """The codes and numbers of a query that has nothing else; none where it has a word, too."""
    plain = unicodedata.normalize("NFKC", legible(query))
    without = _JOINED.sub(lambda match: " " if _is_code(match[0]) else match[0], plain)
    rest = [word.text for word in words(without)]
    if any(not text.isdecimal() for text in rest):
        return frozenset()
    return frozenset((*_codes(plain), *rest))


def stands_in(codes: frozenset[str], text: str) -> bool:
    """Whether one of these codes stands in a text, as a whole or as a part of another."""
    return not codes.isdisjoint(search_terms(text, "en"))


def _stems(text: str, language: str) -> Iterator[str]:
    for word in words(text):
        yield from stems_of(word.text, language)


def _codes(text: str) -> Iterator[str]:
    for match in _JOINED.finditer(text):
        if _is_code(match[0]):
            yield re.sub(r"[-_./]", "", match[0]).lower()


def _is_code(joined: str) -> bool:
    return bool(_DIGIT.search(joined) and _LETTER.search(joined))
