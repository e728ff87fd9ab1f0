"""Which words of a question stand in each observation, in whatever language either is. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from braid.domain.evidence.observation import Observation
from braid.domain.legible import legible
from braid.text.languages import FUNCTION_WORDS, guess_language
from braid.text.search_terms import search_terms
from braid.text.stems import words

__all__ = ["shared_with"]

# What asks, and carries no more of what is asked for than a function word does: "how many are there".
_ASKING = {
    "en": "many much tell say see get got go want know give",
    "de": "viel viele vielen vieles gibt geben gib welche welcher welches welchen welchem wieviel wann warum"
    " wieso wohin woher womit nenne",
    "fr": "quels quelles combien comment pourquoi beaucoup a-t-il a-t-elle est-ce dis",
    "es": "cuánto cuánta cuántos cuántas cuál cuáles dónde cómo cuándo quién quiénes muchos muchas hay dime",
    "it": "quali quanta quanti quante quant'è molti molte ci sono dimmi",
    "pt": "quais quanto quanta quantos quantas quê muitos muitas há diga",
}
_ASKING_WORDS = {code: frozenset(words.split()) for code, words in _ASKING.items()}
_NO_ASKING_WORDS: Mapping[str, frozenset[str]] = {}
# What is read or said in a language of the asset; labels and the like are English.
_WORDED = ("utterance", "cue", "passage", "description", "detected_text")
# So much of a source tells its language.
_MAX_CHARACTERS = 20_000


def shared_with(question: str, observations: Sequence[Observation]) -> list[frozenset[str]]:
    """Of each observation the terms of the question that it uses: words by their stems, numbers, codes.

    A single line tells no language, so all that one source says is asked for it; what tells none is taken to
    be in that of the whole asset, or of the question, or English. The question's words are stemmed in the
    language that they are looked for in. Words that mostly ask count where nothing else is shared.
    """
    languages = _languages(observations)
    asked_in = guess_language([question])
    whole = guess_language(_beginning([item.text for item in observations if item.kind in _WORDED]))
    terms: list[tuple[str, frozenset[str]]] = []
    for item in observations:
        fallback = whole or asked_in or "en" if item.kind in _WORDED else "en"
        code = languages[_source(item)] or fallback
        terms.append((code, frozenset(search_terms(item.text, code))))
    codes = dict.fromkeys(code for code, _ in terms)
    shared: list[frozenset[str]] = []
    for asking in (_ASKING_WORDS, _NO_ASKING_WORDS):
        wanted = {code: _wanted(question, asked_in or code, code, asking) for code in codes}
        shared = [wanted[code] & said for code, said in terms]
        if any(shared):
            break
    return shared


def _wanted(question: str, asked_in: str, code: str, asking: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """What the question's words are in the language ``code``, without those that only ask."""
    plain = unicodedata.normalize("NFKC", legible(question))
    idle = FUNCTION_WORDS.get(asked_in, frozenset()) | asking.get(asked_in, frozenset())
    kept = list(plain)
    for word in words(plain):
        if word.text in idle:
            kept[word.begin : word.end] = " " * (word.end - word.begin)
    return frozenset(search_terms("".join(kept), code))


def _languages(observations: Sequence[Observation]) -> dict[tuple[str, str, str], str | None]:
    texts: dict[tuple[str, str, str], list[str]] = {}
    for item in observations:
        texts.setdefault(_source(item), []).append(item.text)
    return {source: guess_language(_beginning(said)) for source, said in texts.items()}


def _source(item: Observation) -> tuple[str, str, str]:
    return item.member, str(item.modality), item.kind


def _beginning(texts: Sequence[str]) -> list[str]:
    """The first of the texts: a language needs no more of them."""
    found: list[str] = []
    room = _MAX_CHARACTERS
    for text in texts:
        found.append(text[:room])
        room -= len(text)
        if room <= 0:
            break
    return found
