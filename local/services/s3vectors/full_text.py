"""Full-text search over one metadata key: words by an analyzer, ranked by BM25.

BM25 after Robertson and Zaragoza (2009), with Lucene's idf, which is never negative, and its k1 = 1.2 and
b = 0.75. How Amazon's analyzers part and stem words isn't published; these do as Lucene's of the same names.
"""

from __future__ import annotations

import math
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

__all__ = ["TextField"]

_K1 = 1.2
_B = 0.75
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+")
_ALGORITHMS = {
    "en": "english", "fr": "french", "es": "spanish", "pt": "portuguese",
    "it": "italian", "de": "german", "nl": "dutch",
}  # fmt: skip

# A stemmer keeps the word that it works on in itself.
_stemming = threading.Lock()


class TextField:
    """One searchable key of an index; texts stand at the places of their vectors.

    Not safe to share between threads: its index holds the lock.
    """

    def __init__(self, language: str | None) -> None:
        self._language = language
        self._postings: dict[str, dict[int, int]] = {}
        # Of the terms that were asked for: where each stands, and how often.
        self._arrays: dict[str, tuple[NDArray[np.intp], NDArray[np.float64]]] = {}
        self._terms_at: dict[int, tuple[str, ...]] = {}
        self._lengths = np.zeros(256, np.float64)
        self._total_length = 0

    def put(self, place: int, text: str) -> None:
        """Makes ``text`` searchable at ``place``, instead of what was there."""
        self.delete(place)
        counts = Counter(self._terms(text))
        for term, count in counts.items():
            self._postings.setdefault(term, {})[place] = count
            self._arrays.pop(term, None)
        self._terms_at[place] = tuple(counts)
        while place >= len(self._lengths):
            self._lengths = np.concatenate([self._lengths, np.zeros_like(self._lengths)])
        self._lengths[place] = counts.total()
        self._total_length += counts.total()

    def delete(self, place: int) -> None:
        """Forgets what stands at ``place``, if anything."""
        for term in self._taken_from(place):
            del self._postings[term][place]
            if not self._postings[term]:
                del self._postings[term]

    def move(self, place: int, target: int) -> None:
        """What stands at ``place`` stands at ``target`` from now on, where nothing is."""
        if place not in self._terms_at:
            return
        length = self._lengths[place]
        terms = self._taken_from(place)
        for term in terms:
            self._postings[term][target] = self._postings[term].pop(place)
        self._terms_at[target] = terms
        self._lengths[target] = length
        self._total_length += int(length)

    def scores(self, query: str, count: int) -> NDArray[np.float64]:
        """The score of each of ``count`` places: 0 where no word of ``query`` stands."""
        scores = np.zeros(count, np.float64)
        texts = len(self._terms_at)
        if not self._total_length:
            return scores
        average = self._total_length / texts
        for term, repeated in Counter(self._terms(query)).items():
            if term not in self._postings:
                continue
            places, frequency = self._where(term)
            idf = math.log(1 + (texts - len(places) + 0.5) / (len(places) + 0.5))
            norm = _K1 * (1 - _B + _B * self._lengths[places] / average)
            scores[places] += repeated * idf * frequency * (_K1 + 1) / (frequency + norm)
        return scores

    def _where(self, term: str) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        if term not in self._arrays:
            found = self._postings[term]
            self._arrays[term] = (
                np.fromiter(found.keys(), np.intp, len(found)),
                np.fromiter(found.values(), np.float64, len(found)),
            )
        return self._arrays[term]

    def _taken_from(self, place: int) -> tuple[str, ...]:
        """The terms of the text at ``place``, which no longer counts."""
        terms = self._terms_at.pop(place, None)
        if terms is None:
            return ()
        self._total_length -= int(self._lengths[place])
        for term in terms:
            self._arrays.pop(term, None)
        return terms

    def _terms(self, text: str) -> Iterator[str]:
        stemmer = _stemmer(self._language)
        for word in _WORD.findall(unicodedata.normalize("NFKC", text).lower()):
            if _UNSPACED.match(word):
                yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
            elif stemmer is None:
                yield word
            else:
                with _stemming:
                    yield stemmer.stemWord(word)


@cache
def _stemmer(language: str | None) -> Any:
    algorithm = _ALGORITHMS.get(language or "")
    return snowballstemmer.stemmer(algorithm) if algorithm else None
