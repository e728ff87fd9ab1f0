"""What evidence gives a learner without anybody writing: terms as it explains them, sentences to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from local.engines.text.closed_classes import VERBS
from local.engines.text.sentences import words
from local.engines.writing.selection import Corpus, is_label
from local.engines.writing.statements import Statement
from local.engines.writing.topics import Topic, find_topics

__all__ = ["ListedItem", "filled_in", "glossary", "wants_filling_in", "wants_glossary"]

_TERMS = ("term", "word", "concept")
_MEANINGS = ("definition", "meaning", "explanation")
_QUIZ = frozenset({"question", "options", "answer"})
_ASKING = frozenset({"how", "what", "why", "when", "where", "which", "who"})
_MOST_WORDS_BEFORE = 2  # "An inverter", "and the inverter": further on it isn't what the sentence is about
_BEING_OR_DOING = VERBS | {"is", "are", "was", "were", "means"}
_LEAST_QUALITY = 0.4
_FEWEST_WORDS = 6
_MOST_WORDS = 40
_MOST_TOPICS = 14
_MOST_OPTIONS = 4
_FEWEST_OPTIONS = 3
_BLANK = "____"


class ListedItem(NamedTuple):
    """Members of a list's item by name, and the statements that they were copied from."""

    known: Mapping[str, Any]
    statements: tuple[Statement, ...]


def wants_glossary(items: Mapping[str, Any]) -> bool:
    """Whether a list wants terms with their meaning."""
    return _member(items, _TERMS) is not None and _member(items, _MEANINGS) is not None


def wants_filling_in(items: Mapping[str, Any]) -> bool:
    """Whether a list wants questions with options, of which one is right."""
    return set(items.get("properties", ())) >= _QUIZ


def glossary(corpus: Corpus, items: Mapping[str, Any], most: int) -> Iterator[ListedItem]:
    """Terms of which a sentence says what they are or do ("An inverter turns …"), with that sentence."""
    term, meaning = _member(items, _TERMS), _member(items, _MEANINGS)
    if not corpus.statements or term is None or meaning is None:
        return
    for topic in find_topics(corpus, most):
        found = next((each for each in topic.statements if _explains(each, topic.name)), None)
        if found is not None:
            yield ListedItem({term: topic.name, meaning: found.text}, (found,))


def filled_in(corpus: Corpus, most: int) -> Iterator[ListedItem]:
    """Sentences from all over with a term left out, and that term among others of the same evidence."""
    topics = find_topics(corpus, _MOST_TOPICS) if corpus.statements else []
    count = 0
    for statement in corpus.central(1, 2 * most) if topics else []:
        item = _question(statement, topics)
        if item is not None and count < most:
            count += 1
            yield item


def _explains(statement: Statement, term: str) -> bool:
    """Whether a sentence begins with the term, and goes on with what it is or does."""
    named = re.search(rf"(?<!\w){re.escape(term)}(?:s|es)?(?!\w)", statement.text, re.IGNORECASE)
    if named is None or statement.is_heading or statement.quality < _LEAST_QUALITY:
        return False
    before, after = words(statement.text[: named.start()]), words(statement.text[named.end() :])
    if any(word[0].isdecimal() or word.casefold() in _ASKING for word in before):
        return False
    return len(before) <= _MOST_WORDS_BEFORE and len(after) > 1 and after[0].casefold() in _BEING_OR_DOING


def _question(statement: Statement, topics: Sequence[Topic]) -> ListedItem | None:
    length = len(words(statement.text))
    if is_label(statement) or statement.is_heading or statement.quality < _LEAST_QUALITY:
        return None
    if not _FEWEST_WORDS <= length <= _MOST_WORDS or not _is_sentence(statement):
        return None
    for topic in topics:
        named = re.search(rf"(?<!\w){re.escape(topic.name)}(?!\w)", statement.text, re.IGNORECASE)
        if named is None:
            continue
        others = [each.name for each in topics if not _overlap(each.name, topic.name)]
        others = [name for name in others if name.casefold() not in statement.text.casefold()]
        options = _apart([named[0], *others])[:_MOST_OPTIONS]
        if len(options) < _FEWEST_OPTIONS:
            continue
        blanked = statement.text[: named.start()] + _BLANK + statement.text[named.end() :]
        known = {
            "question": f"{_which(named[0])} missing: “{blanked}”?",
            "options": sorted(options, key=str.casefold),
            "answer": named[0],
            "explanation": statement.text,
        }
        return ListedItem(known, (statement,))
    return None


def _which(answer: str) -> str:
    return "Which word is" if len(answer.split()) == 1 else "Which words are"


def _is_sentence(statement: Statement) -> bool:
    """Whether it says something: what is read off a picture may be a title, of which nothing can be asked."""
    if any(piece.kind != "detected_text" for piece in statement.pieces):
        return True
    said = {word.casefold() for word in words(statement.text)}
    return statement.text.rstrip().endswith((".", "!", "?")) or not said.isdisjoint(_BEING_OR_DOING)


def _overlap(one: str, other: str) -> bool:
    first, second = set(one.casefold().split()), set(other.casefold().split())
    return not first.isdisjoint(second)


def _apart(names: Sequence[str]) -> list[str]:
    """The names without those that share a word with an earlier one."""
    kept: list[str] = []
    for name in names:
        if not any(_overlap(name, other) for other in kept):
            kept.append(name)
    return kept


def _member(items: Mapping[str, Any], names: Sequence[str]) -> str | None:
    return next((name for name in names if name in items.get("properties", ())), None)
