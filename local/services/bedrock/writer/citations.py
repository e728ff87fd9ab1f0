"""Puts the citations of a small model right: it copies what the evidence says and numbers it wrongly.

Part of the writer: the checks of answers don't know of it, and hold against the evidence what comes of it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["cited_by_words"]

_MEMBER = "evidence_ids"
_WORD = re.compile(r"[^\W_]+")
_LEAST_LETTERS = 3  # a shorter word says little of where it is from, but for numbers
# Citations with less of the words in them are doubted; with as much of them, others take their place.
_ENOUGH = 0.6
# The lines with the most words in common, which are tried alone and then two by two.
_NEAREST = 6


def cited_by_words(answer: Any, lines: Sequence[Mapping[str, Any]]) -> Any:
    """The answer with other ``evidence_ids`` where the lines cited hold few words of an object's strings.

    ``lines`` are the evidence as it was shown: ``evidence_id``, ``modality``, ``text``. No string changes.
    Ids stay where no two lines hold most of the words. An object of one ``modality`` cites its lines alone.
    """
    if isinstance(answer, list):
        return [cited_by_words(item, lines) for item in answer]
    if not isinstance(answer, Mapping):
        return answer
    mended = {name: cited_by_words(item, lines) for name, item in answer.items()}
    ids = answer.get(_MEMBER)
    if isinstance(ids, list) and all(isinstance(each, str) for each in ids):
        modality = answer.get("modality")
        citable = [line for line in lines if modality in (None, line["modality"])]
        known = {line["evidence_id"]: _words([line["text"]]) for line in citable}
        strings = [item for item in answer.values() if isinstance(item, str)]
        mended[_MEMBER] = _best(_words(strings), ids, known)
    return mended


def _best(wanted: frozenset[str], cited: list[str], known: Mapping[str, frozenset[str]]) -> list[str]:
    def held(names: Iterable[str]) -> float:
        found: frozenset[str] = frozenset().union(*(known.get(name, frozenset()) for name in names))
        return len(wanted & found) / len(wanted)

    if not wanted or held(cited) >= _ENOUGH:
        return cited
    near = sorted(known, key=lambda name: -len(wanted & known[name]))[:_NEAREST]
    for count in (1, 2):
        best = max(itertools.combinations(near, count), key=held, default=None)
        if best is not None and held(best) >= _ENOUGH:
            return list(best)
    return cited


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(
        word
        for text in texts
        for word in _WORD.findall(text.casefold())
        if len(word) >= _LEAST_LETTERS or word.isdecimal()
    )
