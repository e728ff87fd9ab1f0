"""Claims that a contradiction touches: which state both of its sides, and which rest on it at all. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from braid.domain.answer.answer import AnswerClaim, Contradiction

__all__ = ["marked", "rests_on", "states_both"]

_TERM = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")


def marked(claims: Iterable[AnswerClaim], contradictions: Sequence[Contradiction]) -> tuple[AnswerClaim, ...]:
    """The claims, each with the reasons of the contradictions of which it states both sides."""
    return tuple(
        replace(
            claim,
            contradictions=tuple(
                dict.fromkeys(item.reason for item in contradictions if states_both(claim, item))
            ),
        )
        for claim in claims
    )


def states_both(claim: AnswerClaim, contradiction: Contradiction) -> bool:
    """Whether the claim cites both sides, or cites one and names what both say."""
    sides = set(contradiction.evidence_ids)
    cited = sides.intersection(claim.evidence_ids)
    if not cited:
        return False
    return cited == sides or _names_both(claim.text, contradiction.values)


def rests_on(claim: AnswerClaim, contradiction: Contradiction) -> bool:
    """Whether the claim states a side of the contradiction or both.

    What cites one side may speak of something else in the same passage: it has to name what that side says,
    where the contradiction tells it.
    """
    if states_both(claim, contradiction):
        return True
    if not set(contradiction.evidence_ids).intersection(claim.evidence_ids):
        return False
    said = set(_terms(claim.text))
    return not contradiction.values or any(_key(value) <= said for value in contradiction.values)


def _names_both(text: str, values: Sequence[str]) -> bool:
    keys = [_key(value) for value in values]
    # "20 minutes" and "20 hours", or "dry" and "not dry": the words alone don't tell which is meant.
    if len(keys) < 2 or any(one <= other for one in keys for other in keys if one is not other):
        return False
    said = set(_terms(text))
    return all(key <= said for key in keys)


def _key(value: str) -> frozenset[str]:
    """What a text has to hold to name the value: its numbers, which may be written with another unit."""
    terms = _terms(value)
    return frozenset(term for term in terms if term[0].isdigit()) or frozenset(terms)


def _terms(text: str) -> list[str]:
    return _TERM.findall(text.casefold())
