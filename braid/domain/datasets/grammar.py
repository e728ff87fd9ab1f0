"""Answers of moderation: Yes or No, with the violated categories between tags; and telling grammars apart.

An answer is three parts, the last two if they are there:

    Yes
    <categories>
    Violence
    Criminal Planning/Confessions
    </categories>
    It asks for a way to rob a shop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from braid.domain.json_text import parse_json
from braid.domain.quoting import quoted

__all__ = [
    "CLOSE_TAG",
    "OPEN_TAG",
    "AnswerGrammar",
    "Moderated",
    "grammar_of",
    "parse_moderated",
    "wanted_of",
]

OPEN_TAG, CLOSE_TAG = "<categories>", "</categories>"


class AnswerGrammar(StrEnum):
    """How an answer is written."""

    YES_NO = "Yes or No"
    SAFE_UNSAFE = "safe or unsafe"
    JSON = "JSON"
    FREE = "free text"


_YES_NO = re.compile(r"\s*(yes|no)\b[.,:]?\s*", re.IGNORECASE)
_SAFE_UNSAFE = re.compile(r"\s*(?:un)?safe(?=\s*(?:$|[,;:.\n\\]|n?[A-Z]))")
_ASKS_YES_NO = re.compile(
    r"\b(?:either\s+)?['\"“‘]?yes['\"”’]?\b[^.\n]{0,80}\bor\s+['\"“‘]?no['\"”’]?\b", re.IGNORECASE
)
_ASKS_SAFE = re.compile(r"['\"“‘](?:un)?safe['\"”’]\s*(?:/|or)\s*['\"“‘](?:un)?safe['\"”’]", re.IGNORECASE)
_ASKS_JSON = re.compile(r"\b(?:in|as|valid|only)\s+JSON\b")


@dataclass(frozen=True)
class Moderated:
    """Whether a policy is violated, which categories of it, and why.

    Categories have no line breaks, angle brackets or blanks around them; a text without a violation has none.
    """

    violates: bool
    categories: tuple[str, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        if self.categories and not self.violates:
            raise ValueError("an answer of No has no violated categories")
        for each in self.categories:
            if not each or each != each.strip() or re.search(r"[<>\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", each):
                raise ValueError(f"not a category: {quoted(each, 60)}")
        if self.reason != self.reason.strip():
            raise ValueError("a reason begins and ends with a word")
        if OPEN_TAG in self.reason or CLOSE_TAG in self.reason:
            raise ValueError("a reason holds no tags")

    def write(self) -> str:
        """The answer as a model is taught to give it."""
        lines = ["Yes" if self.violates else "No"]
        if self.categories:
            lines += [OPEN_TAG, *self.categories, CLOSE_TAG]
        return "\n".join([*lines, self.reason] if self.reason else lines)


def parse_moderated(text: str, *, open_tag: str = OPEN_TAG, close_tag: str = CLOSE_TAG) -> Moderated:
    """Reads an answer, also with other tags and its parts on one line.

    Raises ``ValueError`` with what is wrong: neither Yes nor No, tags that don't close, categories after No.
    """
    match = _YES_NO.match(text)
    if match is None:
        raise ValueError(f"the answer begins with neither Yes nor No: {text.strip()[:40]!r}")
    violates = match[1].lower() == "yes"
    rest = text[match.end() :]
    if not rest.startswith(open_tag):
        if open_tag in rest or close_tag in rest:
            raise ValueError(f"{open_tag} stands right after Yes, and {close_tag} behind the categories")
        return Moderated(violates, (), rest.strip())
    inside, closed, reason = rest[len(open_tag) :].partition(close_tag)
    if not closed:
        raise ValueError(f"{open_tag} isn't closed by {close_tag}")
    categories = tuple(part.strip() for part in inside.split("\n") if part.strip())
    if not violates:
        raise ValueError("an answer of No has no violated categories")
    return Moderated(violates, categories, reason.strip())


def grammar_of(answer: str) -> AnswerGrammar:
    """How an answer is written, by its beginning."""
    if _YES_NO.match(answer):
        return AnswerGrammar.YES_NO
    if _SAFE_UNSAFE.match(answer):
        return AnswerGrammar.SAFE_UNSAFE
    if answer.lstrip()[:1] in ("{", "["):
        try:
            parse_json(answer)
        except ValueError:
            return AnswerGrammar.FREE
        return AnswerGrammar.JSON
    return AnswerGrammar.FREE


def wanted_of(prompt: str) -> AnswerGrammar | None:
    """Which grammar a prompt asks for, where it says so."""
    if _ASKS_YES_NO.search(prompt):
        return AnswerGrammar.YES_NO
    if _ASKS_SAFE.search(prompt):
        return AnswerGrammar.SAFE_UNSAFE
    return AnswerGrammar.JSON if _ASKS_JSON.search(prompt) else None
