"""Whether cited evidence supports a claim: figures, names, denials, and a third of its words. Pure.

A check of words, numbers and negation, not of meaning: docs/claims.md says what it finds and what it can't.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from braid.domain.evidence.observation import Evidence
from braid.domain.span import brief_timecode
from braid.text.languages import base_language, guess_language, script_of
from braid.text.names import unsupported_names
from braid.text.numbers.figures import Figures, read_figures, unsupported_figures
from braid.text.numbers.number_words import NUMBER_WORDS
from braid.text.numbers.spelled_numbers import in_digits
from braid.text.stems import content_stems, stems_of, words
from lambdas.inference.checks.absences import unsaid
from lambdas.inference.checks.cited_texts import cited_texts
from lambdas.inference.checks.denials import denial_problems
from lambdas.inference.checks.parties import party_problems
from lambdas.inference.request.pictures import is_shown_picture

__all__ = ["INCOMPARABLE_SUPPORT", "Judgement", "judge", "language_of"]

# A claim stands from this share of its content words on: one third, in whole numbers.
_LEAST_SHARE = (1, 3)
# What can't be compared is neither supported nor refuted.
INCOMPARABLE_SUPPORT = 0.5
_QUOTATION = re.compile(r"[\"“„«”]([^\"“”„«»]{3,300})[\"”“»]|(?<!\w)['‘‚]([^'‘’]{3,300})['’](?!\w)")
_PAGE = re.compile(r"\b(?:page|slide|seite|folie|página|pagina|diapositi\w+)\s+(\d+)", re.IGNORECASE)
_TIMECODE = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")


@dataclass(frozen=True)
class Judgement:
    """What stands against a claim: figures, names and denials (``problems``, in words), and too few words.

    ``support`` is the share of its content that the evidence has, 0 to 1; ``doubt`` says in words why that
    can't be told, where it can't.
    """

    problems: tuple[str, ...]
    content_count: int
    shared_count: int
    doubt: str = ""

    @property
    def support(self) -> float:
        """The share of the claim's content that its evidence has; a half where nobody can tell."""
        if self.doubt or not self.content_count:
            return INCOMPARABLE_SUPPORT
        return self.shared_count / self.content_count

    @property
    def has_enough_words(self) -> bool:
        """Whether a third of the content is there, or nobody can tell."""
        least, of = _LEAST_SHARE
        return (
            bool(self.doubt) or not self.content_count or self.shared_count * of >= self.content_count * least
        )


def judge(
    text: str,
    cited: Sequence[Evidence],
    language_code: str | None = None,
    asset_names: frozenset[str] = frozenset(),
) -> Judgement:
    """Holds a claim against the evidence that it cites.

    ``language_code`` is what is known of the asset's language; where function words tell otherwise, they
    count. ``asset_names`` are the names in all of its evidence.
    """
    texts = cited_texts(cited)
    own, theirs = language_of(text, language_code), language_of(" ".join(texts), language_code)
    problems = [
        f"says {written!r:.60}, which the evidence that it cites doesn't"
        for written in _unsupported_figures(text, cited, own, theirs)
    ]
    figures = read_figures(text, own)
    doubt = _incomparable(text, texts, own, theirs)
    if any(is_shown_picture(piece.source) for piece in cited):
        doubt = doubt or "cites a picture, which words can't be held against"
    if doubt:
        return Judgement(tuple(problems), 0, 0, doubt)
    language, shared, content = _most_shared(text, texts, {own, theirs})
    if own != "de" or theirs != "de":
        problems += [
            f"names {name!r:.60}, which the evidence that it cites doesn't"
            for name in unsupported_names(text, own, texts, asset_names)
        ]
    if not text.rstrip().endswith(("?", "？")):
        problems += denial_problems(text, texts, language)
        problems += party_problems(text, texts, language)
    told = len(figures.quantities) + len(figures.moments.dates) + len(figures.moments.times)
    missing = sum(problem.startswith("says ") for problem in problems)
    count = len(content) + told
    if not count:
        return Judgement(tuple(problems), 0, 0, "has no word to compare")
    judgement = Judgement(tuple(problems), count, len(shared) + max(0, told - missing))
    if judgement.has_enough_words and unsaid(text, cited, own):
        return replace(judgement, doubt="says that something isn't said, which no line can support")
    return judgement


def language_of(text: str, known: str | None) -> str:
    guessed = guess_language([text])
    if guessed in ("zh", "ja") and base_language(known) in ("zh", "ja"):
        return base_language(known) or guessed  # a title in ideographs is in either
    return guessed or base_language(known) or "en"


def _incomparable(text: str, texts: Sequence[str], own: str, theirs: str) -> str:
    """Why words can't be compared, where they can't."""
    script, other = script_of(text), script_of(" ".join(texts))
    if script is None:
        return ""
    east_asian = {"kana", "han"}
    if other is not None and script != other and not {script, other} <= east_asian:
        return "is in another script than the evidence that it cites"
    if (
        own != theirs
        and guess_language([text]) == own
        and guess_language(texts) == theirs
        and not _overlap(text, texts)
    ):
        return "is in another language than the evidence that it cites"
    return ""


def _overlap(text: str, texts: Sequence[str]) -> bool:
    """Whether a third of the words are the same as written, whatever the language seems to be."""
    said = {word.text for word in words(text)}
    heard = {word.text for each in texts for word in words(each)}
    return len(said & heard) * 3 >= len(said)


def _most_shared(
    text: str, texts: Sequence[str], languages: set[str]
) -> tuple[str, frozenset[str], frozenset[str]]:
    """The language in which claim and evidence share most, what they share, and the claim's content."""
    best: tuple[str, frozenset[str], frozenset[str]] | None = None
    for language in sorted(languages):
        said = _content(text, language) | _quoted(text, texts)
        heard = frozenset(each for piece in texts for each in _content(piece, language)) | _quoted(
            text, texts
        )
        said -= _reporting_stems(language) - heard
        shared = said & heard
        if best is None or len(shared) * len(best[2]) > len(best[1]) * len(said):
            best = (language, shared, said)
    assert best is not None  # there is always one language
    return best


def _content(text: str, language: str) -> frozenset[str]:
    """The stems that are words: figures are held against figures."""
    stems = content_stems(in_digits(text, language), language)
    return frozenset(
        each
        for each in stems
        if not each[0].isdecimal() and not (language == "en" and each in _number_stems())
    )


# Words in which a claim speaks of its evidence; they count where the evidence uses them too.
_REPORTING = {
    "en": """
        picture pictures photo image video film recording slide slides page text document transcript speaker
        speech caption captions sign words word says say said saying shows show shown showing mentions
        mentioned describes described explains explained tells told states stated reads seen heard appears
        asks called
    """,
    "de": """
        bild bilder foto video aufnahme folie seite text dokument sprecher sprecherin untertitel schild
        worte sagt gesagt zeigt gezeigt nennt genannt beschreibt erklärt heißt erwähnt steht
    """,
    "fr": """
        image photo vidéo diapositive page texte document orateur légende mots dit montre mentionne décrit
        explique
    """,
    "es": """
        imagen foto video diapositiva página texto documento orador subtítulo palabras dice muestra menciona
        explica
    """,
    "it": """
        immagine foto video diapositiva pagina testo documento oratore didascalia parole dice mostra spiega
    """,
    "pt": """
        imagem foto vídeo página texto documento orador legenda palavras diz mostra menciona explica
    """,
}


# Stems are made when they are first needed: a function that judges nothing shouldn't start later for them.
@functools.cache
def _reporting_stems(language: str) -> frozenset[str]:
    words_of_language = _REPORTING.get(language, "").split()
    return frozenset(each for word in words_of_language for each in stems_of(word, language))


@functools.cache
def _number_stems() -> frozenset[str]:
    return frozenset(stem for word in NUMBER_WORDS for stem in stems_of(word, "en"))


def _quoted(text: str, texts: Sequence[str]) -> frozenset[str]:
    """Every word, small ones too, of what the claim quotes word for word: that is what it rests on."""
    quotations = list(_QUOTATION.finditer(text))
    if not quotations:
        return frozenset()
    heard = [" ".join(word.text for word in words(each)) for each in texts]
    found: set[str] = set()
    for match in quotations:
        quote = [word.text for word in words(match[1] or match[2])]
        if len(quote) > 1 and any(f" {' '.join(quote)} " in f" {each} " for each in heard):
            found.update(f'"{word}"' for word in quote)
    return frozenset(found)


def _unsupported_figures(text: str, cited: Sequence[Evidence], own: str, theirs: str) -> list[str]:
    pages = {f"{piece.span.page}" for piece in cited if piece.span.page is not None}
    plain = _PAGE.sub(lambda match: "" if match[1] in pages else match.group(), text)
    codes = {
        brief_timecode(at_ms).split(".")[0]
        for piece in cited
        for at_ms in (piece.span.start_ms, piece.span.end_ms)
        if at_ms is not None
    }
    plain = _TIMECODE.sub(
        lambda match: "" if match.group().lstrip("0") in {c.lstrip("0") for c in codes} else match.group(),
        plain,
    )
    evidence: list[Figures] = [
        read_figures(piece.text, language) for piece in cited for language in {own, theirs}
    ]
    pieces = len({piece.evidence_id for piece in cited})
    return list(dict.fromkeys(unsupported_figures(read_figures(plain, own), evidence, pieces)))
