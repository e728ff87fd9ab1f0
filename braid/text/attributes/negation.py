"""Denials: which words of a text are said not to be so, by the small words of each language that say it.

A negator reaches the next content words of its clause; in German, Korean, Japanese and Hindi, where it may
follow what it denies, also those before it. What only looks like a denial ("not only", "no doubt") is none.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from braid.domain.legible import legible
from braid.text.languages import script_of
from braid.text.stems import Word, stems_of, words

__all__ = ["Clause", "Denial", "denies_nothing", "is_negator", "read_clauses"]

_NEGATORS = {
    "en": """
        not no never without neither nor cannot none nobody nothing nowhere hardly barely lack lacks lacked
        lacking fail fails failed false wrong untrue
    """,
    "de": """
        nicht kein keine keinen keinem keiner keines nie niemals ohne niemand nichts weder kaum nirgends
    """,
    "fr": """
        pas jamais aucun aucune sans rien ni nulle nul personne guère
    """,
    "es": """
        no nunca jamás sin ningún ninguna ninguno nada nadie tampoco ni
    """,
    "it": """
        non mai senza nessun nessuna nessuno niente nulla né neanche
    """,
    "pt": """
        não nunca jamais sem nenhum nenhuma nada ninguém nem
    """,
    "ar": """
        لا ليس ليست لم لن غير بدون دون
    """,
    "hi": """
        नहीं न मत बिना नही
    """,
}
_NEGATORS_OF = {code: frozenset(text.split()) for code, text in _NEGATORS.items()}
# The first word of a denial that isn't one, with what follows or stands before it.
_NO_DENIALS = frozenset(
    tuple(pair.split())
    for pair in [
        "not only",
        "not just",
        "not merely",
        "not least",
        "no doubt",
        "no matter",
        "no sooner",
        "no longer than",
        "no more than",
        "no less than",
        "not more than",
        "not less than",
        "nothing but",
        "not until",
        "or not",
        "nicht nur",
        "nicht zuletzt",
        "nicht mehr als",
        "pas seulement",
        "pas plus de",
        "no solo",
        "no sólo",
        "no más de",
        "non solo",
        "non più di",
        "não só",
        "não apenas",
        "não mais de",
        "sans doute",
        "sin duda",
        "senza dubbio",
        "sem dúvida",
        "ohne zweifel",
    ]
)
# In these a negator may stand behind what it denies.
_FOLLOWS = frozenset({"de", "hi"})
_REACH = 4
_NUMBERED = re.compile(r"\b[Nn]o\.\s*(?=\d)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")
_WHOLLY_DENIED = re.compile(
    r"\W*(?:it(?:'s| is| was) (?:not|never) (?:true|the case|a fact)"
    r"|it (?:isn't|wasn't) (?:true|the case|a fact)"
    r"|it(?:'s| is| was) (?:false|untrue|wrong)|(?:nobody|no one|nothing) (?:says|said)"
    r"|es (?:stimmt|ist) nicht|il n'est pas vrai|no es (?:verdad|cierto)|non è vero|não é verdade)\b",
    re.IGNORECASE,
)
_NEAR = 2
_CLAUSE_END = re.compile(r"[.!?;:\n。！？；、，,()\[\]|•·।]|(?<=\s)[-–—](?=\s)")
_CLAUSE_OPENERS = frozenset(
    [
        "but",
        "although",
        "though",
        "whereas",
        "while",
        "aber",
        "sondern",
        "mais",
        "pero",
        "sino",
        "ma",
        "però",
        "mas",
    ]
)
# Auxiliaries and such say nothing of what is denied.
_EMPTY = frozenset(
    [
        "true",
        "case",
        "fact",
        "possible",
        "longer",
        "any",
        "anymore",
        "mehr",
        "plus",
        "más",
        "più",
        "mais",
        "be",
        "been",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
    ]
)

_EAST_ASIAN = re.compile(
    "(?P<before>ません|ない|なかった|なく|なし|ぬ(?=[。、\\s]|$)|ず(?=に|、|。|$)|않|없|못하)"
    "|(?P<after>不(?!断|同|锈|銹|動産|思議)|没有?|沒有?|无(?!线|論|论)|無(?!料|線|論)|未(?!来|來)|别(?=[^的人])|안\\s|못\\s)"
)
_WINDOW = 8


@dataclass(frozen=True)
class Denial:
    """A negator as written, and the stems that it may deny; ``near`` are those that it denies most likely."""

    written: str
    scope: tuple[str, ...]
    near: tuple[str, ...]


@dataclass(frozen=True)
class Clause:
    """A clause of a text: its content stems in order, and what it denies."""

    stems: tuple[str, ...]
    denials: tuple[Denial, ...]
    text: str


def is_negator(word: str, language: str) -> bool:
    """Whether a word in lower case denies something in the language."""
    if word in _NEGATORS_OF.get(language, ()):
        return True
    if language == "en":
        return word.endswith("n't")
    return language == "fr" and word.startswith("n'")


def denies_nothing(word: str, following: str) -> bool:
    """Whether a negator with the word behind it is no denial: "not only", "no doubt"."""
    return (word, following) in _NO_DENIALS


@functools.lru_cache(maxsize=4_096)
def read_clauses(text: str, language: str) -> tuple[Clause, ...]:
    """The clauses of ``text`` with their denials."""
    plain = unicodedata.normalize("NFKC", legible(text)).replace("’", "'")
    if language == "en":
        plain = _NUMBERED.sub("number ", plain)
    return tuple(
        clause for part in _clauses(plain) if (clause := _clause(part, language)).stems or clause.denials
    )


def _clauses(text: str) -> Iterator[str]:
    """The clauses; a sentence that is denied as a whole stays one."""
    for sentence in _SENTENCE.split(text):
        if _WHOLLY_DENIED.match(sentence):
            yield sentence
        else:
            yield from _parts(sentence)


def _parts(text: str) -> Iterator[str]:
    begin = 0
    ends = sorted(
        {
            *(
                (match.start(), match.end())
                for match in _CLAUSE_END.finditer(text)
                if not _in_number(text, match)
            ),
            *((word.begin, word.begin) for word in words(text) if word.text in _CLAUSE_OPENERS),
        }
    )
    for end, following in [*ends, (len(text), len(text))]:
        part = text[begin:end].strip()
        if part:
            yield part
        begin = max(begin, following)


def _in_number(text: str, match: re.Match[str]) -> bool:
    return (
        text[match.start() - 1 : match.start()].isdecimal()
        and text[match.end() : match.end() + 1].isdecimal()
    )


def _clause(text: str, language: str) -> Clause:
    found = words(text)
    stems = [() if is_negator(word.text, language) else stems_of(word.text, language) for word in found]
    denials = [*_denials(text, found, stems, language)]
    if script_of(text) in ("kana", "han", "hangul"):
        denials += _east_asian_denials(text, language)
    content = tuple(each for one in stems for each in one)
    if denials and _WHOLLY_DENIED.match(text):
        denials[0] = Denial(denials[0].written, content, content)
    return Clause(content, tuple(denials), text)


def _denials(
    text: str, found: Sequence[Word], stems: Sequence[tuple[str, ...]], language: str
) -> Iterator[Denial]:
    for index, word in enumerate(found):
        if language == "en" and word.text == "free" and index:
            if word.begin == found[index - 1].end + 1 and stems[index - 1] and text[word.begin - 1] == "-":
                own = stems[index - 1]
                yield Denial(f"{found[index - 1].written}-free", own, own)
            continue
        if not is_negator(word.text, language) or _is_no_denial(found, index):
            continue
        if language == "fr" and word.text.startswith("n'"):
            continue  # its "pas" or "jamais" follows
        behind = _scope(found[index + 1 :], stems[index + 1 :])
        before = _scope(found[:index][::-1], stems[:index][::-1])
        near = behind[:_NEAR] or before[:_NEAR]
        scope = (*behind, *before) if language in _FOLLOWS else behind or before[:1]
        yield Denial(_written(found, stems, index), scope, near)


def _scope(found: Sequence[Word], stems: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    scope = [each for word, own in zip(found, stems, strict=True) if word.text not in _EMPTY for each in own]
    return tuple(scope[:_REACH])


def _is_no_denial(found: Sequence[Word], index: int) -> bool:
    around = [word.text for word in found[max(0, index - 1) : index + 3]]
    own = min(index, 1)
    if found[index].text == "no" and index + 1 < len(found) and found[index + 1].text[0].isdecimal():
        return True  # No. 5
    following = tuple(around[own : own + 3])
    return (
        following[:2] in _NO_DENIALS
        or following in _NO_DENIALS
        or tuple(around[own - 1 : own + 1]) in _NO_DENIALS
    )


def _written(found: Sequence[Word], stems: Sequence[tuple[str, ...]], index: int) -> str:
    following = next(
        (word.written for word, own in zip(found[index + 1 :], stems[index + 1 :], strict=True) if own), ""
    )
    return f"{found[index].written} {following}".strip()


def _east_asian_denials(text: str, language: str) -> Iterator[Denial]:
    for match in _EAST_ASIAN.finditer(text):
        if match["before"]:
            part = text[max(0, match.start() - _WINDOW) : match.start()]
            scope = [pair for word in words(part) for pair in stems_of(word.text, language)][::-1]
        else:
            part = text[match.end() : match.end() + _WINDOW]
            scope = [pair for word in words(part) for pair in stems_of(word.text, language)]
        yield Denial(
            text[max(0, match.start() - 4) : match.end() + 4], tuple(scope[:_REACH]), tuple(scope[:_NEAR])
        )
