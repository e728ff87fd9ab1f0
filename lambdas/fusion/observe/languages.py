"""The language of each kind of observation, and the names that its words are known to hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.observation import ObservationKind
from braid.text.attributes.mentions import Names
from braid.text.attributes.traits import Trait
from braid.text.languages import base_language, guess_language
from braid.text.stems import term_of
from lambdas.fusion.observe.observations import Observed

__all__ = ["languages_of", "names_of"]

_SOURCES: Mapping[ObservationKind, str] = {
    "utterance": "transcript",
    "cue": "passages",
    "passage": "passages",
    "detected_text": "detected_text",
}
_GUESSED_FROM = 40  # texts of a source are enough to tell its language
_NAMED = {"LOCATION": "place", "PERSON": "person"}
_SURE_FROM = 0.8


def languages_of(
    observed: Iterable[Observed], language: LanguageAnalysis | None, spoken: str | None
) -> dict[ObservationKind, str | None]:
    """By kind, the language that the analysis or the transcript names, else what function words tell.

    English stands as ``None``: it is what is read where nobody knows.
    """
    known: dict[str, str | None] = {
        source.source: base_language(source.language_code)
        for source in (language.sources if language else ())
    }
    texts: dict[str, list[str]] = {}
    for item in observed:
        source = _SOURCES.get(item.observation.kind)
        if source is not None and len(texts.setdefault(source, [])) < _GUESSED_FROM:
            texts[source].append(item.observation.text)
    found: dict[ObservationKind, str | None] = {}
    for kind, source in _SOURCES.items():
        code = known.get(source) or (base_language(spoken) if source == "transcript" else None)
        code = code or guess_language(texts.get(source, ()))
        found[kind] = None if code == "en" else code
    return found


def names_of(language: LanguageAnalysis | None) -> Names:
    """The places and people that Comprehend is sure of, by their rarest-looking term."""
    found: dict[str, tuple[frozenset[str], Trait]] = {}
    for source in language.sources if language else ():
        code = base_language(source.language_code)
        for entity in source.entities:
            dimension = _NAMED.get(entity.kind)
            if dimension is None or entity.confidence < _SURE_FROM:
                continue
            words = entity.text.lower().split()
            terms = frozenset(term for word in words if (term := term_of(word.strip(".,"), code)) is not None)
            if terms:
                found.setdefault(max(terms, key=len), (terms, Trait(dimension, entity.text.casefold())))
    return found
