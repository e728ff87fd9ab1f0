"""How well entities are found in sentences of our own from eight domains (``sentences.txt``)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["Labelled", "Score", "score", "sentences"]

_SENTENCES = Path(__file__).with_name("sentences.txt")
_MARKED = re.compile(r"\[(?P<text>[^|\]]+)\|(?P<type>[A-Z_]+)\]")
# Whether these belong to an entity is a matter of taste: neither is wrong.
_LEADING = re.compile(r"^(?:the|a|about|dr\.|ms\.) ", re.IGNORECASE)


@dataclass(frozen=True)
class Labelled:
    """A sentence and its entities as ``(type, text)``."""

    text: str
    entities: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Score:
    """Of the entities found, how many are right; of those there are, how many were found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)


@cache
def sentences() -> tuple[Labelled, ...]:
    """All of them, in the file's order."""
    lines = (line for line in _SENTENCES.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return tuple(
        Labelled(
            _MARKED.sub(lambda entity: entity["text"], line),
            tuple((entity["type"], entity["text"]) for entity in _MARKED.finditer(line)),
        )
        for line in lines
    )


def score(engine: Callable[[str], Iterable[Mapping[str, Any]]], types: frozenset[str] | None = None) -> Score:
    """An engine's findings (``type``, ``text``) against the sentences' own; ``types`` counts these alone.

    Type and text must be the same, but for a leading article or title and a closing full stop.
    """
    right = found = there = 0
    for sentence in sentences():
        own = Counter(
            _comparable(*entity) for entity in sentence.entities if types is None or entity[0] in types
        )
        told = Counter(
            _comparable(entity["type"], entity["text"])
            for entity in engine(sentence.text)
            if types is None or entity["type"] in types
        )
        right += (own & told).total()
        found += told.total()
        there += own.total()
    return Score(right / max(found, 1), right / max(there, 1))


def _comparable(kind: str, text: str) -> tuple[str, str]:
    return kind, _LEADING.sub("", text).rstrip(".")
