"""How two voices of a segment relate: redundant, complementary, contradictory; how sure that is, and why."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from braid.domain.evidence.timeline import Agreement, AgreementKind
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from braid.text.stems import term_of
from braid.text.term_weights import TermWeights
from lambdas.fusion.compare.calibration import (
    Shared,
    meant_probability,
    meant_strength,
    redundancy_probability,
    strength_of,
)
from lambdas.fusion.compare.contradictions import Contradictions, LeftOut
from lambdas.fusion.compare.counterparts import Rows
from lambdas.fusion.compare.denials import find_denials
from lambdas.fusion.compare.differing_colors import find_colors_not_shown, find_differing_colors
from lambdas.fusion.compare.differing_numbers import find_differing_numbers
from lambdas.fusion.compare.differing_traits import find_differing_traits
from lambdas.fusion.compare.voices import Numbers, Voice
from lambdas.fusion.semantic.compare import Meaning

__all__ = ["relations", "shared_content"]

_MAX_CITED = 3
_MAX_NAMED_TERMS = 4
_MAX_QUOTED = 80


def relations(
    one: Voice,
    other: Voice,
    span: Span,
    numbers: Numbers,
    weights: TermWeights,
    thresholds: Thresholds,
    meaning: Meaning | None = None,
) -> tuple[list[Agreement], Counter[LeftOut]]:
    """Every point in which two voices contradict each other, then whether they say the same.

    ``meaning`` is asked where the words don't tell that they do: of voices that contradict each other it
    can't, as a sentence and its opposite mean nearly the same to it. The counter says what was left out where
    too much is alike to be compared in full.
    """
    certainty = _certainty(one, other)
    found = _contradictions(one, other, span, numbers, weights, thresholds)
    points = [
        Agreement(
            modalities=(one.modality, other.modality),
            kind=AgreementKind.CONTRADICTORY,
            strength=strength_of(AgreementKind.CONTRADICTORY, point.probability, certainty),
            observation_ids=(point.one.observation_id, point.other.observation_id),
            reason=point.reason,
            values=point.values,
        )
        for point in found.listed()
    ]
    if one.tells_nothing or other.tells_nothing:
        return points, found.left_out
    overall = _overall(one, other, span, weights, thresholds, None if points else meaning)
    return [*points, overall], found.left_out


def _overall(
    one: Voice,
    other: Voice,
    span: Span,
    weights: TermWeights,
    thresholds: Thresholds,
    meaning: Meaning | None,
) -> Agreement:
    """Whether two voices say the same, by their words or else by what they mean."""
    certainty = _certainty(one, other)
    content, shared = shared_content(one, other, weights)
    by_words = redundancy_probability(content)
    alike = meaning.compare(one, other, span) if meaning and by_words < thresholds.redundant_from else None
    probability = max(by_words, meant_probability(alike.similarity)) if alike else by_words
    if probability < thresholds.redundant_from:
        kind = AgreementKind.COMPLEMENTARY
        strength = strength_of(kind, 1 - probability, certainty)
        cited = [name for voice in (one, other) for name in _users(voice, set(voice.terms), weights, 1)]
        reason = _complementary_reason(one, other, shared, weights)
    elif alike:
        kind = AgreementKind.REDUNDANT
        strength = meant_strength(probability, certainty)
        cited = [alike.one.parsed.observation_id, alike.other.parsed.observation_id]
        quoted = f"{_quoted(alike.one.text)} and {_quoted(alike.other.text)}"
        reason = f"{one.name} and {other.name} say the same in other words: {quoted}"
    else:
        kind = AgreementKind.REDUNDANT
        strength = strength_of(kind, probability, certainty)
        cited = [*_users(one, shared, weights), *_users(other, shared, weights)]
        smaller = one if one.weight(weights) <= other.weight(weights) else other
        share = f"{content.containment:.0%} of what {smaller.name} says"
        reason = f"{one.name} and {other.name} share {share}: {_named(shared, one, weights)}"
    return Agreement((one.modality, other.modality), kind, strength, tuple(cited), reason)


def _contradictions(
    one: Voice, other: Voice, span: Span, numbers: Numbers, weights: TermWeights, thresholds: Thresholds
) -> Contradictions:
    found = Contradictions(thresholds.contradiction_from)
    rows = Rows(one, other, span, weights)
    find_differing_numbers(one, other, span, numbers, rows, thresholds, found)
    find_denials(one, other, rows, found)
    find_denials(other, one, Rows(other, one, span, weights), found)
    find_differing_colors(one, other, rows, found)
    find_colors_not_shown(one, other, span, found)
    find_colors_not_shown(other, one, span, found)
    find_differing_traits(one, other, rows, found)
    return found


def shared_content(one: Voice, other: Voice, weights: TermWeights) -> tuple[Shared, set[str]]:
    """How much two voices share, and the shared terms.

    Containment (Broder, 1997) over weighted terms: how much of what the lesser says the other one says too.
    Pairs of neighbouring terms tell a repeated phrase from a shared topic.
    """
    shared = one.terms.keys() & other.terms.keys()
    smaller = min(one.weight(weights), other.weight(weights))
    if not shared or not smaller:
        return Shared(0.0, 0.0, 0), set()
    pair_share = len(one.pairs & other.pairs) / max(1, min(len(one.pairs), len(other.pairs)))
    return Shared(weights.total(shared) / smaller, pair_share, len(shared)), set(shared)


def _certainty(one: Voice, other: Voice) -> float:
    """How sure the sources of both voices are of their words: the product of their means."""
    product = 1.0
    for voice in (one, other):
        confidences = [parsed.observation.confidence for parsed in voice.observations if parsed.terms]
        product *= math.fsum(confidences) / len(confidences) if confidences else 1.0
    return product


def _telling(terms: Iterable[str], weights: TermWeights) -> list[str]:
    return sorted(terms, key=lambda term: (-weights.of(term), term))


def _named(terms: set[str], speaker: Voice, weights: TermWeights) -> str:
    """The most telling terms for people: as words that ``speaker`` uses, not as stems."""
    return ", ".join(_as_written(term, speaker) for term in _telling(terms, weights)[:_MAX_NAMED_TERMS])


def _as_written(term: str, speaker: Voice) -> str:
    parsed = speaker.terms[term][0]
    words = parsed.observation.text.lower().split()
    bare = (word.strip(".,;:!?\"'()[]") for word in words)
    return next((word for word in bare if term_of(word, parsed.language) == term), term)


def _quoted(text: str) -> str:
    return f"'{text}'" if len(text) <= _MAX_QUOTED else f"'{text[: _MAX_QUOTED - 1].rstrip()}…'"


def _users(speaker: Voice, terms: set[str], weights: TermWeights, limit: int = _MAX_CITED) -> list[str]:
    """The observations of ``speaker`` that say most of ``terms``; at least one."""
    said: dict[str, list[float]] = {}
    for term in terms & speaker.terms.keys():
        weight = weights.of(term)
        for parsed in speaker.terms[term]:
            said.setdefault(parsed.observation_id, []).append(weight)
    if not said:
        return [speaker.observations[0].observation_id]
    # Summed exactly, because a set's terms come in any order.
    return [name for _, name in sorted((-math.fsum(found), name) for name, found in said.items())[:limit]]


def _complementary_reason(one: Voice, other: Voice, shared: set[str], weights: TermWeights) -> str:
    if shared:
        named = _named(shared, one, weights)
        return f"{one.name} and {other.name} share little ({named}): each adds its own"
    silent = next((voice for voice in (one, other) if not voice.terms), None)
    if silent is not None:
        kinds = ", ".join(sorted({parsed.observation.kind for parsed in silent.observations}))
        return f"{silent.name} has no words here ({kinds}): it adds what the other can't say"
    return f"{one.name} and {other.name} share no words here: each adds its own"
