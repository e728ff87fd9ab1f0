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
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

import snowballstemmer

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
    """One searchable key of an index. Not safe to share between threads: its index holds the lock."""

    def __init__(self, language: str | None) -> None:
        self._language = language
        self._postings: dict[str, dict[str, int]] = {}
        self._terms_of: dict[str, tuple[str, ...]] = {}
        self._lengths: dict[str, int] = {}
        self._total_length = 0

    def put(self, key: str, text: str) -> None:
        """Makes ``text`` searchable under ``key``, in place of what was there."""
        self.delete(key)
        counts = Counter(self._terms(text))
        for term, count in counts.items():
            self._postings.setdefault(term, {})[key] = count
        self._terms_of[key] = tuple(counts)
        self._lengths[key] = counts.total()
        self._total_length += counts.total()

    def delete(self, key: str) -> None:
        """Forgets what stands under ``key``, if anything."""
        length = self._lengths.pop(key, None)
        if length is None:
            return
        self._total_length -= length
        for term in self._terms_of.pop(key):
            del self._postings[term][key]
            if not self._postings[term]:
                del self._postings[term]

    def scores(self, query: str, among: Collection[str] | None = None) -> dict[str, float]:
        """The score of every key whose text has a word of ``query``; only of those ``among``, where given."""
        count = len(self._lengths)
        scores: dict[str, float] = {}
        if not count or not self._total_length:
            return scores
        average = self._total_length / count
        for term, repeated in Counter(self._terms(query)).items():
            found = self._postings.get(term, {})
            idf = math.log(1 + (count - len(found) + 0.5) / (len(found) + 0.5))
            for key, frequency in found.items():
                if among is not None and key not in among:
                    continue
                norm = _K1 * (1 - _B + _B * self._lengths[key] / average)
                gain = repeated * idf * frequency * (_K1 + 1) / (frequency + norm)
                scores[key] = scores.get(key, 0.0) + gain
        return scores

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
