"""What a schema's lists and strings are about: chooses statements of the evidence to quote for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.engines.errors import CannotDeriveError
from local.engines.writing.lesson_lists import (
    ListedItem,
    filled_in,
    glossary,
    wants_filling_in,
    wants_glossary,
)
from local.engines.writing.listed_facts import Listed, listed_colors, listed_pairs
from local.engines.writing.schema_words import (
    lists_colors,
    lists_pairs,
    lists_voices,
    name_of,
    question_of,
    role_of,
    wants_a_title,
)
from local.engines.writing.selection import Corpus
from local.engines.writing.slot_lists import Slots, filled_slots, wants_slots
from local.engines.writing.statements import Statement, excerpt, in_order, join_statements
from local.engines.writing.topics import find_topics

__all__ = ["Quote", "Quotes", "unique"]

_MOST_ITEMS = {"topics": 8, "moments": 10, "summary": 5, "about": 5}
_MOST_SENTENCES = 3  # of a summary in one string


@dataclass(frozen=True)
class Quote:
    """What an item of a list is about: its wording, a short form, and the statements it rests on.

    ``known`` are members that the statements themselves name: of a pair its name and value.
    """

    text: str
    title: str
    statements: tuple[Statement, ...]
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def evidence_ids(self) -> list[str]:
        """What the statements were taken from."""
        return unique(identifier for statement in self.statements for identifier in statement.evidence_ids)


class Quotes:
    """Chooses what to quote from the statements; ``slots`` are what lists are filled with one by one."""

    def __init__(self, statements: list[Statement], slots: Slots) -> None:
        self.corpus = Corpus(statements)
        self._statements = statements
        self._slots = slots

    def for_list(
        self, path: str, schema: Mapping[str, Any], items: Mapping[str, Any], fewest: int
    ) -> list[Quote]:
        """What each item of a list is about, at most as many as the list takes."""
        role = role_of(path, schema)
        most = min(int(schema.get("maxItems", _MOST_ITEMS[role])), 4 * _MOST_ITEMS[role])
        quotes = self._listed(path, items, most)
        if quotes is None:
            quotes = self._about(role, question_of(path, schema), fewest, most)
            if role == "moments" and "start_ms" in items.get("properties", ()):
                quotes = _apart_in_time(quotes)
        return quotes[:most]

    def for_class(self, label: str, name: str) -> Quote | None:
        """The statement closest to a class that was chosen; the class is its member ``name``."""
        found = self.corpus.about(label, 1, 1) or self.corpus.central(1, 1)
        return Quote(found[0].text, excerpt(found[0].text), tuple(found), {name: label}) if found else None

    def for_string(self, path: str, schema: Mapping[str, Any]) -> Quote:
        """The wording for a string of its own, outside any list."""
        role = role_of(path, schema)
        if role == "summary":
            chosen = self.corpus.central(1, _MOST_SENTENCES) if self.corpus.statements else []
        elif wants_a_title(path) or role != "about":
            moments = self.corpus.moments(1, 1) if self.corpus.statements else []
            # Of a picture without a word there are labels and colours to name it by.
            chosen = [moments[0].statements[0]] if moments else self.corpus.central(1, 1)
        else:
            chosen = self.corpus.about(question_of(path, schema), 1, 1)
        if not chosen:
            raise CannotDeriveError(f"{path}: nothing in the evidence has to do with it")
        return Quote(join_statements(in_order(chosen)), excerpt(chosen[0].text), tuple(chosen))

    def _listed(self, path: str, items: Mapping[str, Any], most: int) -> list[Quote] | None:
        """What a list of slots, terms, questions, pairs, colours or voices holds; ``None`` for any other."""
        statements = self.corpus.statements
        if wants_slots(items):
            rows = self._slots.get(name_of(path), ())
            return [_item(each) for each in filled_slots(rows, items, self._statements)]
        if wants_glossary(items):
            return [_item(each) for each in glossary(self.corpus, items, most)]
        if wants_filling_in(items):
            return [_item(each) for each in filled_in(self.corpus, most)]
        if lists_colors(path, items):
            return [_known(fact, "share") for fact in listed_colors(statements)]
        if lists_pairs(items):
            return [_known(fact, "value") for fact in listed_pairs(statements)]
        if lists_voices(items):
            voices: dict[str, list[Statement]] = {}
            for statement in statements:
                voices.setdefault(statement.pieces[0].modality, []).append(statement)
            chosen = [Corpus(said).central(1, 1)[0] for said in voices.values()]
            return [Quote(each.text, excerpt(each.text), (each,)) for each in chosen]
        return None

    def _about(self, role: str, question: str, fewest: int, most: int) -> list[Quote]:
        if not self.corpus.statements or most == 0:
            return []
        if role == "topics":
            return [
                Quote(topic.name, topic.name, topic.statements) for topic in find_topics(self.corpus, most)
            ]
        if role == "moments":
            return [
                Quote(moment.statements[-1].text, moment.title, moment.statements)
                for moment in self.corpus.moments(fewest, most)
            ]
        if role == "summary":
            chosen = self.corpus.central(fewest, most)
        else:
            chosen = self.corpus.about(question, fewest, most)
        return [Quote(statement.text, excerpt(statement.text), (statement,)) for statement in chosen]


def _known(fact: Listed, value_name: str) -> Quote:
    known = {"name": fact.name, value_name: fact.value}
    return Quote(fact.statement.text, fact.name, (fact.statement,), known)


def _item(listed: ListedItem) -> Quote:
    text = listed.statements[0].text
    return Quote(text, excerpt(text), listed.statements, listed.known)


def _apart_in_time(quotes: Iterable[Quote]) -> list[Quote]:
    """The first of those that begin together: nobody can go to two chapters at once."""
    firsts: dict[int | None, Quote] = {}
    kept = []
    for quote in quotes:
        start_ms = quote.statements[0].start_ms
        if start_ms is None or start_ms not in firsts:
            kept.append(quote)
            firsts.setdefault(start_ms, quote)
    return kept


def unique(identifiers: Iterable[str]) -> list[str]:
    """The identifiers in their order, each once."""
    return list(dict.fromkeys(identifiers))
