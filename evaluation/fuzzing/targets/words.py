"""What reads words: figures, dates, names, denials in any text; none of it refuses anything."""

from __future__ import annotations

from braid.domain.legible import legible
from braid.text.attributes.negation import read_clauses
from braid.text.languages import guess_language
from braid.text.names import names_of
from braid.text.numbers.dates import read_moments
from braid.text.numbers.figures import read_figures
from braid.text.search_terms import search_terms
from evaluation.fuzzing.target import Form, Target, of_text

__all__ = ["WORDS"]

_LANGUAGES = ("en", "de", "fr", "ja", None)
_TEXTS = (
    "Ann Lee sells 3 mugs of 350 ml for 1,299.50 euros each, not twenty-one, since 4 March 2026 at 5:30 pm.",
    "Die Fähre fährt nicht um 17.45 Uhr, sondern am 3. Juli; 2½ kg kosten 1.299,50 €.",
    "Le café n'est jamais ouvert le 1er mai 2026, quatre-vingt-dix-neuf pour cent.",
    "二〇二六年三月四日、三百五十ミリリットルのマグカップは千九百円ではありません。",
)


def _figures(text: str) -> None:
    for language in _LANGUAGES:
        read_figures(text, language)
    read_moments(text)


def _clauses(text: str) -> None:
    for language in _LANGUAGES:
        read_clauses(text, language or "en")
    names_of([text], "en")


def _terms(text: str) -> None:
    guess_language([text])
    search_terms(text)
    legible(text)


WORDS: tuple[Target, ...] = tuple(
    Target(name, Form.TEXT, of_text(read), lambda: [text.encode() for text in _TEXTS], ())
    for name, read in (("figures", _figures), ("clauses", _clauses), ("terms", _terms))
)
