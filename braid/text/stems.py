"""Words without their inflection, by language: what two texts have in common, whatever their grammar.

Stems are Snowball's (Porter 2001) for the languages that have an algorithm. Japanese, Chinese, Korean and
Thai are compared as pairs of characters, as retrieval does where words have no spaces or carry particles.
"""

from __future__ import annotations

import functools
import re
import threading
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from braid.domain.legible import legible
from braid.text.languages import FUNCTION_WORDS
from braid.text.scripts import is_hangul, is_unspaced
from braid.text.words import NUMBER_OR_WORD

if TYPE_CHECKING:
    import snowballstemmer

__all__ = ["Word", "content_stems", "stem", "stems_of", "term_of", "words"]

_ALGORITHMS = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "ar": "arabic",
    "hi": "hindi",
}
_WORD = re.compile(NUMBER_OR_WORD)
_HIRAGANA_ONLY = re.compile("^[\u3040-\u309f]+$")
# Elided articles and pronouns: l'eau, dell'acqua, qu'il.
_ELIDED = re.compile(r"^(?:l|d|j|m|t|s|n|c|qu|un|dell|all|nell|sull|dall|quest|quell)'(?=\w)")
_POSSESSIVE = re.compile(r"'s?$")
# English nouns that Snowball would part from their plurals: those in -s and -z, and those that change within.
# One plural of several nouns makes these one: nothing tells whether axes are cut with or turned about.
_PLURALS = """
    lens lenses, gas gases, bus buses, iris irises, trellis trellises, mantis mantises, pelvis pelvises,
    metropolis metropolises, canvas canvases, atlas atlases, bias biases, alias aliases, thermos
    thermoses, rhinoceros rhinoceroses, plus pluses, quiz quizzes, axe ax axis, knife knives, wife wives,
    life lives, shelf shelves, leaf leaves, half halves, wolf wolves, loaf loaves, thief thieves, scarf
    scarves, calf calves, elf elves, hoof hooves, self selves, sheaf sheaves, dwarf dwarves, man men,
    woman women, person people, child children, foot feet, tooth teeth, goose geese, mouse mice, louse
    lice, ox oxen, index indices, appendix appendices, matrix matrices, vertex vertices, vortex vortices,
    codex codices, helix helices, criterion criteria, phenomenon phenomena, bacterium bacteria, stratum
    strata, curriculum curricula, memorandum memoranda, addendum addenda, spectrum spectra, millennium
    millennia, cactus cacti cactuses, fungus fungi, stimulus stimuli, nucleus nuclei, radius radii
    radiuses, syllabus syllabi syllabuses, alumnus alumni, larva larvae, vertebra vertebrae, formula
    formulae formulas, antenna antennae antennas
"""
_SINGULARS = {form: pair.split()[0] for pair in _PLURALS.split(",") for form in pair.split()}


class Word(NamedTuple):
    """A word or number with where it stands (character offsets, half-open); ``text`` is in lower case."""

    text: str
    begin: int
    end: int
    written: str


@functools.lru_cache(maxsize=4_096)
def words(text: str) -> tuple[Word, ...]:
    """The words and numbers of ``text`` in order; of scripts without spaces, whole runs of letters."""
    return tuple(
        Word(match.group().lower().replace("’", "'"), match.start(), match.end(), match.group())
        for match in _WORD.finditer(text)
    )


# A stemmer keeps the word that it works on in itself: two threads at once read beyond each other's end.
_stemming = threading.Lock()


@functools.lru_cache(maxsize=8)
def _stemmer(language: str) -> snowballstemmer.stemmer | None:
    import snowballstemmer  # the stemmers of all its languages: only where something is read

    algorithm = _ALGORITHMS.get(language)
    return snowballstemmer.stemmer(algorithm) if algorithm else None


@functools.lru_cache(maxsize=131_072)
def stem(word: str, language: str) -> str:
    """The stem of a lower-case word; the word itself in a language without an algorithm.

    Accents are taken off after stemming: they are lost in many file names, captions and capitals.
    """
    bare = _POSSESSIVE.sub("", _ELIDED.sub("", word)) or word
    if language == "en":
        if bare in _SINGULARS:
            return _SINGULARS[bare]
        if bare.endswith("sis") and len(bare) > 4:
            bare = f"{bare[:-2]}es"  # hypothesis as hypotheses
    stemmer = _stemmer(language)
    with _stemming:
        stemmed = stemmer.stemWord(bare) if stemmer else bare
    if language == "en" and stemmed.endswith("our") and len(stemmed) > 4:
        stemmed = stemmed[:-3] + "or"  # colour, color
    if language == "en" and stemmed.endswith("us") and len(stemmed) > 3:
        stemmed = stemmed[:-1]  # Snowball takes menus for one, as status is
    if not bare.isascii():
        decomposed = unicodedata.normalize("NFD", stemmed)
        if all(not unicodedata.combining(c) or "\u0300" <= c <= "\u036f" for c in decomposed):
            stemmed = "".join(c for c in decomposed if not unicodedata.combining(c))
    return stemmed.replace("ß", "ss")


@functools.lru_cache(maxsize=4_096)
def content_stems(text: str, language: str) -> frozenset[str]:
    """The distinct stems of the words of ``text`` that carry content, and its numbers as they are written."""
    found: set[str] = set()
    for word in words(unicodedata.normalize("NFKC", legible(text))):
        found.update(stems_of(word.text, language))
    return frozenset(found)


@functools.lru_cache(maxsize=131_072)
def stems_of(word: str, language: str) -> tuple[str, ...]:
    """What a word in lower case is compared by: its stem, pairs of characters, or nothing."""
    if word[0].isdecimal():
        return (word,)
    if is_unspaced(word[0]) or is_hangul(word[0]):
        pairs = [word[at : at + 2] for at in range(max(1, len(word) - 1))]
        return tuple(pair for pair in pairs if not _HIRAGANA_ONLY.match(pair))
    bare = _POSSESSIVE.sub("", _ELIDED.sub("", word)) or word
    functional = FUNCTION_WORDS.get(language, frozenset())
    if word in functional or bare in functional or (len(bare) < 2 and bare.isascii()):
        return ()
    return (stem(word, language),)


@functools.lru_cache(maxsize=131_072)
def term_of(word: str, language: str | None = None) -> str | None:
    """The one term that a lower-case word is compared by across analyzers, ``None`` for one without content.

    ``None`` as language is English, which is also what is read where nobody knows.
    """
    return next(iter(stems_of(word, language or "en")), None) if word else None
