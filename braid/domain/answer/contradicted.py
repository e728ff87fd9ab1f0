"""Claims that a contradiction touches: which state its sides, and which rest on it at all. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from braid.domain.answer.answer import AnswerClaim, Contradiction

__all__ = ["marked", "rests_on", "states_both"]

_TERM = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")


def marked(claims: Iterable[AnswerClaim], contradictions: Sequence[Contradiction]) -> tuple[AnswerClaim, ...]:
    """The claims, each with the reasons of the contradictions of which it states both sides, or one where
    another claim states the other: nobody may take one of them alone."""
    claims = tuple(claims)
    by_reason: dict[str, list[Contradiction]] = {}
    for item in contradictions:  # the same point may be found in several segments
        by_reason.setdefault(item.reason, []).append(item)
    reasons: list[list[str]] = [[] for _ in claims]
    for reason, items in by_reason.items():
        stated = [frozenset().union(*(_sides(claim, item) for item in items)) for claim in claims]
        if len(frozenset().union(*stated)) > 1:
            for sides, listed in zip(stated, reasons, strict=True):
                listed += [reason] if sides else []
    return tuple(
        replace(claim, contradictions=tuple(listed)) for claim, listed in zip(claims, reasons, strict=True)
    )


def states_both(claim: AnswerClaim, contradiction: Contradiction) -> bool:
    """Whether the claim cites both sides, or cites one and names what both say.

    What cites both and names what one of them says is as silent about the other as what cites one.
    """
    if not set(contradiction.evidence_ids).intersection(claim.evidence_ids):
        return False
    named = _named(claim.text, contradiction.values)
    return all(named) if any(named) else _cites_both(claim, contradiction)


def _cites_both(claim: AnswerClaim, contradiction: Contradiction) -> bool:
    return set(contradiction.evidence_ids) <= set(claim.evidence_ids)


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


def _sides(claim: AnswerClaim, contradiction: Contradiction) -> frozenset[int]:
    """Which sides of the contradiction the claim states, by their index."""
    if _cites_both(claim, contradiction) or states_both(claim, contradiction):
        return frozenset((0, 1))
    if not rests_on(claim, contradiction):
        return frozenset()
    cited = {
        contradiction.evidence_ids.index(name)
        for name in claim.evidence_ids
        if name in contradiction.evidence_ids
    }
    said = set(_terms(claim.text))
    named = {index for index, value in enumerate(contradiction.values) if _key(value) <= said}
    return frozenset(cited & named or cited)


def _named(text: str, values: Sequence[str]) -> list[bool]:
    """Of each value whether the text names it; nothing where the words alone don't tell which is meant."""
    keys = [_key(value) for value in values]
    # "20 minutes" and "20 hours", or "dry" and "not dry".
    if len(keys) < 2 or any(one <= other for one in keys for other in keys if one is not other):
        return []
    said = set(_terms(text))
    return [key <= said for key in keys]


def _key(value: str) -> frozenset[str]:
    """What a text has to hold to name the value: its numbers, which may be written with another unit."""
    terms = _terms(value)
    return frozenset(term for term in terms if term[0].isdigit()) or frozenset(terms)


def _terms(text: str) -> list[str]:
    return _TERM.findall(text.casefold())
