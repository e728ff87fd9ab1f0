"""A voice's observations of one kind by their words: which of them are most like another voice's.

What two rows say of the kind doesn't tell whether they are of the same thing: a lamp that costs as much as a
kettle is no kettle. So the other words decide, and what is said only between rows that these leave equal. A
plain number may be the name of a thing ("item 1017"): there all words decide, and then the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from braid.text.term_weights import TermWeights
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["Row", "RowIndex", "Said", "nothing"]

# The terms of an observation that are what it says of a kind: its prices, say.
Said = Callable[[ParsedObservation], Iterable[str]]

# A word that so many observations use tells nothing of which of them is meant.
_MAX_USERS = 64
# By rarer words so many are found at most; which of them is most alike all words tell.
_MAX_LOOKED_AT = 20
_ROUNDING = 1e-9


def nothing(_: ParsedObservation) -> Iterable[str]:
    """Of a kind whose words stand in every row of it alike, as in denials of one term."""
    return ()


class Row(NamedTuple):
    """An observation by the words that tell which thing it is about: ``first``, and ``then`` among equals."""

    parsed: ParsedObservation
    first: frozenset[str]
    then: frozenset[str]


class RowIndex:
    """Made when it is first asked, as of most voices nobody asks; keeps what it found for whom."""

    def __init__(
        self,
        observations: Iterable[ParsedObservation],
        weights: TermWeights,
        said: Said = nothing,
        *,
        are_all_words_first: bool = False,
    ) -> None:
        self._observations = observations
        self._weights = weights
        self._said = said
        self._are_all_words_first = are_all_words_first
        self._closest: dict[str, Sequence[Row]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, parsed: ParsedObservation) -> Row:
        """That of one of the observations."""
        return self._rows[parsed.observation_id]

    def closest(self, row: Row) -> Sequence[Row]:
        """The rows that are most like ``row``, one of another voice's: several where they are alike."""
        known = self._closest.get(row.parsed.observation_id)
        if known is None:
            known = self._closest[row.parsed.observation_id] = self._find_closest(row)
        return known

    @cached_property
    def _rows(self) -> dict[str, Row]:
        rows = {}
        for parsed in self._observations:
            if parsed.observation_id not in rows:
                words = frozenset(parsed.terms)
                said = tuple(self._said(parsed))
                if len(words) == len(parsed.terms):
                    rest = words.difference(said)
                else:  # "item 12; price: $12" says its price once, and is item 12 all the same
                    rest = frozenset((Counter(parsed.terms) - Counter(said)).keys())
                both = (words, rest) if self._are_all_words_first else (rest, words)
                rows[parsed.observation_id] = Row(parsed, *both)
        return rows

    @cached_property
    def _users(self) -> dict[str, list[str]]:
        return _users((name, row.first) for name, row in self._rows.items())

    @cached_property
    def _other_users(self) -> dict[str, list[str]]:
        return _users((name, row.then) for name, row in self._rows.items())

    def _find_closest(self, row: Row) -> Sequence[Row]:
        if len(self._rows) == 1:  # whatever its words are, there is no other
            return list(self._rows.values())
        total = self._weights.total
        found: list[Row] = []
        most = 0.0
        looked_at = self._candidates(row.first, self._users)
        looked_at = looked_at or self._candidates(row.then, self._other_users)
        for it, bound in looked_at:
            if bound < most:
                break
            alike = total(row.first & it.first)
            if alike > most:
                found, most = [], alike
            if alike == most:
                found.append(it)
        if len(found) < 2:
            return found
        then = [total(row.then & it.then) for it in found]
        return [it for it, alike in zip(found, then, strict=True) if alike == max(then)]

    def _candidates(self, words: frozenset[str], users: dict[str, list[str]]) -> list[tuple[Row, float]]:
        """The rows that may share most, found by the rarer words, as far as it takes; with what they share
        at most, the most first."""
        by_rarity = sorted((len(users[word]), word) for word in words if word in users)
        left = self._weights.total(word for _, word in by_rarity) + _ROUNDING
        shared: dict[str, float] = {}
        most = 0.0
        for count, word in by_rarity:
            # Who shares none of the words so far can't share more than is left.
            if most > left or count > _MAX_USERS:
                break
            weight = self._weights.of(word)
            for name in users[word]:
                shared[name] = shared.get(name, 0.0) + weight
            most = max(shared.values())
            left -= weight
        likely = [(-weight - left, name) for name, weight in shared.items() if weight >= most - left]
        return [(self._rows[name], -bound) for bound, name in sorted(likely)[:_MAX_LOOKED_AT]]


def _users(rows: Iterable[tuple[str, frozenset[str]]]) -> dict[str, list[str]]:
    """By word, the ids of the rows that have it."""
    users: dict[str, list[str]] = {}
    for name, words in rows:
        for word in words:
            users.setdefault(word, []).append(name)
    return users
