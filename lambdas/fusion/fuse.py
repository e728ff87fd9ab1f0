"""Fusion in one pure function: the documents of all branches to one timeline."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from braid.domain.evidence.timeline import Agreement, AgreementKind, Segment, Timeline
from braid.domain.profile.sections.fusion import Thresholds
from lambdas.fusion.choose.evidence import Choice, choose_evidence
from lambdas.fusion.compare.agreement import relations
from lambdas.fusion.compare.voices import Side
from lambdas.fusion.fusion_input import Comparable, Material, comparable
from lambdas.fusion.observe.parsing import Statement
from lambdas.fusion.semantic.compare import Meaning, Vector
from lambdas.fusion.semantic.phrases import Phrases

__all__ = ["Material", "fuse", "timeline_of", "without_collector"]


def fuse(
    material: Material,
    thresholds: Thresholds,
    evidence_budget_tokens: int,
    vectors: Mapping[str, Vector] | None = None,
) -> Timeline:
    """Braids all observations onto one timeline and chooses the evidence.

    The same material gives the same timeline, member by member. Time grows with n log n in the number of
    observations and words. Odd input gives a warning, never an exception and never a silent drop.
    ``vectors`` are those of the texts that ``texts_to_embed`` wants; without them words alone decide.
    """
    with without_collector():
        return timeline_of(comparable(material, thresholds), thresholds, evidence_budget_tokens, vectors)


@contextmanager
def without_collector() -> Iterator[None]:
    """Fusion makes no cycles; the collector would only scan the growing timeline again and again, for a third
    of the time of a long asset."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def timeline_of(
    given: Comparable,
    thresholds: Thresholds,
    evidence_budget_tokens: int,
    vectors: Mapping[str, Vector] | None = None,
) -> Timeline:
    """What ``fuse`` makes of material that was made comparable before."""
    meaning = Meaning(vectors, Phrases(given.material.language)) if vectors else None
    segments = _segments(given, thresholds, meaning)
    found = [agreement for segment in segments for agreement in segment.agreements]
    duration_ms = given.material.admission.duration_ms
    choice = choose_evidence(given.statements, found, given.weights, duration_ms, evidence_budget_tokens)
    return Timeline(
        duration_ms=duration_ms,
        segments=tuple(segments),
        observations=tuple(statement.observation for statement in given.statements),
        alignments=tuple(given.alignments),
        evidence=choice.evidence,
        quality=_quality(given.statements, found, choice, evidence_budget_tokens)
        | ({"given_transcripts": [one.summary() for one in given.given]} if given.given else {}),
        warnings=tuple(given.warnings),
    )


def _segments(given: Comparable, thresholds: Thresholds, meaning: Meaning | None) -> list[Segment]:
    segments: list[Segment] = []
    for place in given.places():
        span = place.stretch.span
        found: list[Agreement] = []
        for one, other in place.pairs:
            found.extend(relations(one, other, span, given.numbers, given.weights, thresholds, meaning))
        if not found and not place.stretch.statements:
            continue  # members that say nothing about each other
        confidence, provenance = _fused_confidence(place.sides, found)
        segments.append(
            Segment(
                segment_id=f"s{len(segments) + 1:04d}",
                span=span,
                observations=tuple(
                    statement.observation.observation_id for statement in place.stretch.statements
                ),
                agreements=tuple(found),
                confidence=confidence,
                provenance=provenance,
            )
        )
    return segments


def _quality(
    statements: Sequence[Statement], found: Sequence[Agreement], choice: Choice, budget_tokens: int
) -> dict[str, object]:
    """A summary for reports: how much was observed, how sure, how well it agrees, what was chosen."""
    by_modality: dict[str, list[float]] = {}
    for statement in statements:
        by_modality.setdefault(str(statement.observation.modality), []).append(
            statement.observation.confidence
        )
    kinds = Counter(str(agreement.kind) for agreement in found)
    return {
        "observations": {
            name: {"count": len(values), "mean_confidence": round(sum(values) / len(values), 3)}
            for name, values in sorted(by_modality.items())
        },
        "agreements": dict(sorted(kinds.items())),
        "evidence": {
            "count": len(choice.evidence),
            "available_count": len(statements),
            "tokens": choice.tokens,
            "budget_tokens": budget_tokens,
            "covered_tenths": choice.covered_tenths,
            "filled_tenths": choice.filled_tenths,
        },
    }


def _fused_confidence(sides: Sequence[Side], found: Sequence[Agreement]) -> tuple[float, str]:
    """The confidence of a stretch and where it comes from.

    Sources that say the same thing independently are both wrong less often than either: with agreement of
    strength s the weaker source closes ``s`` of the gap that the stronger one leaves (noisy-or, Pearl 1988).
    A contradiction of strength s takes half of s away: one of the two must be wrong.
    """
    means = sorted(
        (
            (sum(st.observation.confidence for st in side.statements) / len(side.statements), side.name)
            for side in sides
        ),
        reverse=True,
    )
    best, name = means[0]
    confidence = best
    parts = [f"{name} {best:.2f}"]
    redundant = [point.strength for point in found if point.kind is AgreementKind.REDUNDANT]
    if redundant and len(means) > 1:
        confidence += (1 - confidence) * max(redundant) * means[1][0]
        parts.append(f"confirmed by {means[1][1]}")
    contradictory = [point.strength for point in found if point.kind is AgreementKind.CONTRADICTORY]
    if contradictory:
        confidence *= 1 - max(contradictory) / 2
        parts.append(f"contradicted in {len(contradictory)} point{'s' if len(contradictory) > 1 else ''}")
    return round(min(1.0, max(0.0, confidence)), 3), ", ".join(parts)
