"""How two sides of a stretch relate: redundant, complementary, contradictory; how sure that is, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from braid.domain.asset.asset import Modality
from braid.domain.evidence.timeline import Agreement, AgreementKind
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from braid.text.stems import term_of
from lambdas.fusion.compare.calibration import (
    Shared,
    meant_probability,
    meant_strength,
    redundancy_probability,
    strength_of,
)
from lambdas.fusion.compare.contradictions import contradictions
from lambdas.fusion.compare.voices import Numbers, Side
from lambdas.fusion.observe.parsing import WORDED_KINDS, Statement
from lambdas.fusion.semantic.compare import Meaning

__all__ = ["Weights", "pairs", "relations", "shared_content", "tells_nothing"]

_MAX_CITED = 3
_MAX_NAMED_TERMS = 4
_MAX_QUOTED = 80


class Weights:
    """How telling each term of the asset is: its inverse document frequency over all statements.

    ``log(1 + N / n)`` after Sparck Jones (1972); a term in every statement keeps log 2, because in a bundle
    of two statements the shared words are the point.
    """

    def __init__(self, statements: Sequence[Statement]) -> None:
        counts: dict[str, int] = {}
        for statement in statements:
            for term in set(statement.terms):
                counts[term] = counts.get(term, 0) + 1
        total = len(statements)
        self._weights = {term: math.log(1 + total / count) for term, count in counts.items()}
        self._unseen = math.log(1 + total)

    def of(self, term: str) -> float:
        """The weight of one term."""
        return self._weights.get(term, self._unseen)

    def total(self, terms: Iterable[str]) -> float:
        """The summed weight of distinct terms; summed exactly, so that their order doesn't matter."""
        get, unseen = self._weights.get, self._unseen
        return math.fsum([get(term, unseen) for term in terms])

    def total_of(self, side: Side) -> float:
        """The summed weight of a side's terms, which is asked for once per other side."""
        if side.weight is None:
            side.weight = self.total(side.terms)
        return side.weight


def pairs(sides: Sequence[Side], span: Span) -> list[tuple[Side, Side]]:
    """The sides of a stretch that are held against each other.

    Two pictures aren't: two views of one thing need not show the same.
    """
    return [
        (one, other)
        for index, one in enumerate(sides)
        for other in sides[index + 1 :]
        if (one.modality is not other.modality or one.modality is Modality.TEXT)
        and (one.member == other.member or _may_meet(one, other, span))
    ]


def _may_meet(one: Side, other: Side, span: Span) -> bool:
    return span.page is None or one.member == other.member


def relations(
    one: Side,
    other: Side,
    span: Span,
    numbers: Numbers,
    weights: Weights,
    thresholds: Thresholds,
    meaning: Meaning | None = None,
) -> list[Agreement]:
    """Every point in which two sides contradict each other, then whether they say the same.

    ``meaning`` is asked where the words don't tell that they do: of sides that contradict each other it
    can't, as a sentence and its opposite mean nearly the same to it.
    """
    modalities = (one.modality, other.modality)
    certainty = _certainty(one, other)
    points = [
        Agreement(
            modalities=modalities,
            kind=AgreementKind.CONTRADICTORY,
            strength=strength_of(AgreementKind.CONTRADICTORY, point.probability, certainty),
            observation_ids=(point.one.observation.observation_id, point.other.observation.observation_id),
            reason=point.reason,
            values=point.values,
        )
        for point in contradictions(one, other, span, numbers, thresholds)
    ]
    if tells_nothing(one) or tells_nothing(other):
        return points
    content, shared = shared_content(one, other, weights)
    probability = redundancy_probability(content)
    alike = None
    if meaning is not None and probability < thresholds.redundant_from and not points:
        alike = meaning.compare(one, other, span)
        probability = max(probability, meant_probability(alike.similarity)) if alike else probability
    if alike and probability >= thresholds.redundant_from:
        overall = Agreement(
            modalities=modalities,
            kind=AgreementKind.REDUNDANT,
            strength=meant_strength(probability, certainty),
            observation_ids=(
                alike.one.statement.observation.observation_id,
                alike.other.statement.observation.observation_id,
            ),
            reason=(
                f"{one.name} and {other.name} say the same in other words:"
                f" {_quoted(alike.one.text)} and {_quoted(alike.other.text)}"
            ),
        )
    elif probability >= thresholds.redundant_from:
        named = _named(shared, one, weights)
        smaller = one if weights.total_of(one) <= weights.total_of(other) else other
        overall = Agreement(
            modalities=modalities,
            kind=AgreementKind.REDUNDANT,
            strength=strength_of(AgreementKind.REDUNDANT, probability, certainty),
            observation_ids=(*_users(one, shared, weights), *_users(other, shared, weights)),
            reason=(
                f"{one.name} and {other.name} share {content.containment:.0%} of what {smaller.name} says:"
                f" {named}"
            ),
        )
    else:
        overall = Agreement(
            modalities=modalities,
            kind=AgreementKind.COMPLEMENTARY,
            strength=strength_of(AgreementKind.COMPLEMENTARY, 1 - probability, certainty),
            observation_ids=(
                *_users(one, set(one.terms), weights, 1),
                *_users(other, set(other.terms), weights, 1),
            ),
            reason=_complementary_reason(one, other, shared, weights),
        )
    return [*points, overall]


def tells_nothing(side: Side) -> bool:
    """Whether somebody speaks or writes here, but only words without content: nothing to compare."""
    return not side.terms and any(st.observation.kind in WORDED_KINDS for st in side.statements)


def shared_content(one: Side, other: Side, weights: Weights) -> tuple[Shared, set[str]]:
    """How much two sides share, and the shared terms.

    Containment (Broder, 1997) over weighted terms: how much of the smaller side the other one holds. Pairs
    of neighbouring terms tell a repeated phrase from a shared topic.
    """
    shared = one.terms.keys() & other.terms.keys()
    smaller = min(weights.total_of(one), weights.total_of(other))
    if not shared or not smaller:
        return Shared(0.0, 0.0, 0), set()
    pair_share = len(one.pairs & other.pairs) / max(1, min(len(one.pairs), len(other.pairs)))
    return Shared(weights.total(shared) / smaller, pair_share, len(shared)), set(shared)


def _certainty(one: Side, other: Side) -> float:
    """How sure the sources of both sides are of their words: the product of their means."""
    product = 1.0
    for side in (one, other):
        confidences = [statement.observation.confidence for statement in side.statements if statement.terms]
        product *= math.fsum(confidences) / len(confidences) if confidences else 1.0
    return product


def _telling(terms: Iterable[str], weights: Weights) -> list[str]:
    return sorted(terms, key=lambda term: (-weights.of(term), term))


def _named(terms: set[str], side: Side, weights: Weights) -> str:
    """The most telling terms for people: as words that ``side`` uses, not as the stems that are compared."""
    return ", ".join(_as_written(term, side) for term in _telling(terms, weights)[:_MAX_NAMED_TERMS])


def _as_written(term: str, side: Side) -> str:
    statement = side.terms[term][0]
    words = statement.observation.text.lower().split()
    bare = (word.strip(".,;:!?\"'()[]") for word in words)
    return next((word for word in bare if term_of(word, statement.language) == term), term)


def _quoted(text: str) -> str:
    return f"'{text}'" if len(text) <= _MAX_QUOTED else f"'{text[: _MAX_QUOTED - 1].rstrip()}…'"


def _users(side: Side, terms: set[str], weights: Weights, limit: int = _MAX_CITED) -> list[str]:
    """The statements of ``side`` that say most of ``terms``; at least one."""
    said: dict[str, list[float]] = {}
    for term in terms & side.terms.keys():
        weight = weights.of(term)
        for statement in side.terms[term]:
            said.setdefault(statement.observation.observation_id, []).append(weight)
    if not said:
        return [side.statements[0].observation.observation_id]
    # Summed exactly, because a set's terms come in any order.
    return [name for _, name in sorted((-math.fsum(found), name) for name, found in said.items())[:limit]]


def _complementary_reason(one: Side, other: Side, shared: set[str], weights: Weights) -> str:
    if shared:
        named = _named(shared, one, weights)
        return f"{one.name} and {other.name} share little ({named}): each adds its own"
    silent = next((side for side in (one, other) if not side.terms), None)
    if silent is not None:
        kinds = ", ".join(sorted({statement.observation.kind for statement in silent.statements}))
        return f"{silent.name} has no words here ({kinds}): it adds what the other can't say"
    return f"{one.name} and {other.name} share no words here: each adds its own"
