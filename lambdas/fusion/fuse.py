"""Fusion in one pure function: the documents of all branches to one timeline."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from braid.domain.evidence.timeline import Agreement, Segment, Timeline
from braid.domain.profile.sections.fusion import Thresholds
from lambdas.fusion.agreement import relations
from lambdas.fusion.comparable import Comparable, Material, comparable
from lambdas.fusion.confidence import fused_confidence
from lambdas.fusion.evidence import Choice, choose_evidence
from lambdas.fusion.meaning import Meaning, Vector
from lambdas.fusion.phrases import Phrases
from lambdas.fusion.statements import Statement

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
        confidence, provenance = fused_confidence(place.sides, found)
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
