"""Statements that the asset doesn't say something: "a deposit is not mentioned", "no price is given". Pure.

No line says what isn't said. Such a statement can be held against all of the evidence: where that has the
words, it is untrue; where it hasn't, nothing can be cited for it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from braid.domain.evidence.observation import Evidence
from braid.text.attributes.negation import denies_nothing, is_negator, read_clauses
from braid.text.languages import FUNCTION_WORDS
from braid.text.stems import Word, stems_of, words

__all__ = ["Absence", "said_after_all", "unsaid"]


@dataclass(frozen=True)
class Absence:
    """What a clause says isn't said: the stems of each thing that it names, and the clause as written.

    ``is_of_words`` tells "isn't mentioned", which any mention refutes, from "isn't given", which a label
    beside a blank doesn't.
    """

    things: tuple[frozenset[str], ...]
    is_of_words: bool
    written: str


@dataclass(frozen=True)
class _Reports:
    """Words of a language that say of a text what it says: of words, of values; what adds nothing."""

    participles_of_words: frozenset[str]
    participles_of_values: frozenset[str]
    verbs_of_words: frozenset[str]
    verbs_of_values: frozenset[str]
    empty: frozenset[str]

    @property
    def participles(self) -> frozenset[str]:
        return self.participles_of_words | self.participles_of_values

    @property
    def verbs(self) -> frozenset[str]:
        """Verbs and nouns that what isn't said follows: "doesn't mention", "no mention of"."""
        return self.verbs_of_words | self.verbs_of_values

    @property
    def of_words(self) -> frozenset[str]:
        return self.participles_of_words | self.verbs_of_words


def _reports(
    of_words: str, of_values: str, verbs_of_words: str, verbs_of_values: str, empty: str
) -> _Reports:
    return _Reports(
        *(frozenset(each.split()) for each in (of_words, of_values, verbs_of_words, verbs_of_values, empty))
    )


_REPORTS = {
    "en": _reports(
        "mentioned referenced",
        "specified stated given provided indicated disclosed described discussed noted",
        "mention mentions mentioning reference references",
        "discuss discusses specify specifies specifying state states give gives provide provides indicate"
        " indicates indication disclose discloses describe describes information details detail",
        "any specific further additional other such explicit else explicitly expressly specifically clearly"
        " directly text document evidence content asset picture image transcript speaker recording video page"
        " slide",
    ),
    "de": _reports(
        "erwähnt",
        "genannt angegeben beschrieben",
        "erwähnt erwähnen erwähnung hinweis hinweise",
        "nennt nennen angabe angaben information informationen einzelheiten",
        "weitere weiteren weiterer nähere näheren genaue genauen ausdrücklich explizit text"
        " dokument bild aufnahme seite folie",
    ),
    "fr": _reports(
        "mentionné mentionnée mentionnés mentionnées",
        "précisé précisée précisés précisées indiqué indiquée indiqués indiquées",
        "mentionne mentionnent mention",
        "précise précisent indique indiquent information informations",
        "autre autres explicitement expressément texte document image vidéo page",
    ),
    "es": _reports(
        "mencionado mencionada mencionados mencionadas",
        "indicado indicada indicados indicadas especificado especificada especificados especificadas",
        "menciona mencionan mención",
        "indica indican especifica especifican información",
        "otro otra otros otras explícitamente expresamente texto documento imagen video página",
    ),
    "it": _reports(
        "menzionato menzionata menzionati menzionate",
        "indicato indicata indicati indicate specificato specificata specificati specificate",
        "menziona menzionano menzione",
        "indica indicano specifica specificano informazione informazioni",
        "altro altra altri altre esplicitamente espressamente testo documento immagine video pagina",
    ),
    "pt": _reports(
        "mencionado mencionada mencionados mencionadas",
        "indicado indicada indicados indicadas especificado especificada especificados especificadas",
        "menciona mencionam menção",
        "indica indicam especifica especificam informação informações",
        "outro outra outros outras explicitamente expressamente texto documento imagem vídeo página",
    ),
}
# A line with one of these denies without a denial: what it excludes "isn't provided" there.
_EXCLUDING = """
    excluded excludes excluding exclusive omitted omits postponed declined refused denied rejected withheld
    unavailable unknown ausgeschlossen ausgenommen entfällt unbekannt
"""
_DENYING = frozenset(_EXCLUDING.split())
# From the denial to the word that reports.
_REACH = 8
_AND = frozenset(["and", "or", "nor", "und", "oder", "noch", "et", "ou", "ni", "y", "o", "e", "ed"])
_SAME_LETTERS = 5  # inclusion and included: other forms that stemming parts
_BLANK = re.compile(r"^\W*(?:_{2,}|\.{4,}|…|[☐□]|\[\s*\]|$)")


def _absences(text: str, language: str) -> tuple[Absence, ...]:
    """What ``text`` says isn't said; nothing in a language whose words for that aren't known."""
    reports = _REPORTS.get(language)
    if reports is None:
        return ()
    return tuple(
        found
        for clause in read_clauses(text, language)
        if clause.denials and (found := _absence(clause.text, language, reports)) is not None
    )


def unsaid(text: str, cited: Sequence[Evidence], language: str) -> tuple[Absence, ...]:
    """What ``text`` says isn't said, without that a cited line itself says so; questions say nothing."""
    if text.rstrip().endswith(("?", "？")):
        return ()
    return tuple(each for each in _absences(text, language) if not _is_supported(each, cited, language))


def said_after_all(absence: Absence, evidence: Mapping[str, Evidence], language: str) -> str | None:
    """The id of the first line that says what ``absence`` says isn't said, or ``None``.

    A line says it where it has every word of it, in any form; of a value more than a label before a blank.
    """
    for name, piece in evidence.items():
        found = words(piece.text)
        for thing in absence.things:
            places = [_place(each, found, language) for each in thing]
            known = [place for place in places if place is not None]
            if len(known) < len(places):
                continue
            if absence.is_of_words or not _BLANK.match(piece.text[found[max(known)].end :]):
                return name
    return None


def _is_supported(absence: Absence, cited: Sequence[Evidence], language: str) -> bool:
    """Whether a cited line itself says so: that it isn't said, or of a value that there is none."""
    known = {each for thing in absence.things for each in thing}
    for piece in cited:
        theirs = {
            each for other in _absences(piece.text, language) for thing in other.things for each in thing
        }
        if known & theirs:
            return True
        if absence.is_of_words:
            continue
        if _DENYING.intersection(word.text for word in words(piece.text)):
            return True
        for clause in read_clauses(piece.text, language):
            if any(known & set(denial.scope) for denial in clause.denials):
                return True
    return False


def _absence(clause: str, language: str, reports: _Reports) -> Absence | None:
    found = words(clause)
    for index, word in enumerate(found):
        following = found[index + 1].text if index + 1 < len(found) else ""
        if not is_negator(word.text, language) or denies_nothing(word.text, following):
            continue
        at = _report(found, index, reports)
        if at is None:
            continue
        things = tuple(
            stems
            for part in _parts(_named(found, index, at, language, reports))
            if (stems := frozenset(each for one in part for each in stems_of(one.text, language)))
        )
        return Absence(things, found[at].text in reports.of_words, clause)
    return None


def _report(found: Sequence[Word], negator: int, reports: _Reports) -> int | None:
    """Where the word that reports stands: behind the denial, or just before it ("nennt keinen Preis")."""
    for at in range(negator + 1, min(len(found), negator + 1 + _REACH)):
        if found[at].text in reports.participles | reports.verbs:
            return at
    if negator and found[negator - 1].text in reports.verbs:
        return negator - 1
    return None


def _named(found: Sequence[Word], negator: int, report: int, language: str, reports: _Reports) -> list[Word]:
    """The words for what isn't said."""

    def content(part: Sequence[Word]) -> list[Word]:
        return [word for word in part if _tells(word, language, reports) or word.text in _AND]

    def has_any(part: Sequence[Word]) -> bool:
        return any(word.text not in _AND for word in part)

    between = content(found[negator + 1 : report])
    before, behind = content(found[:negator]), content(found[max(negator, report) + 1 :])
    if report < negator:
        return behind
    if found[report].text in reports.participles and has_any(between):
        return between  # no price is given
    if found[report].text in reports.verbs and has_any(behind):
        return behind  # doesn't mention the price, no mention of a price
    return between if has_any(between) else before


def _tells(word: Word, language: str, reports: _Reports) -> bool:
    return (
        word.text not in FUNCTION_WORDS.get(language, frozenset())
        and word.text not in reports.participles | reports.verbs | reports.empty
        and not is_negator(word.text, language)
    )


def _parts(named: Sequence[Word]) -> Iterator[list[Word]]:
    """The things that are named, one by one: neither a date nor a place."""
    part: list[Word] = []
    for word in named:
        if word.text in _AND:
            yield part
            part = []
        else:
            part.append(word)
    yield part


@functools.lru_cache(maxsize=4_096)
def _place(stem: str, found: tuple[Word, ...], language: str) -> int | None:
    """Where the first word stands that has the stem, or begins as it does."""
    for index, word in enumerate(found):
        for each in stems_of(word.text, language):
            if each == stem or (len(stem) >= _SAME_LETTERS and each[:_SAME_LETTERS] == stem[:_SAME_LETTERS]):
                return index
    return None
