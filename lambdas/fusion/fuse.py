"""Fusion in one pure function: the documents of all branches to one timeline."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from braid.domain.evidence.timeline import Agreement, AgreementKind, Segment, Timeline
from braid.domain.profile.sections.fusion import Thresholds
from lambdas.fusion.choose.evidence import Choice, choose_evidence
from lambdas.fusion.compare.agreement import relations
from lambdas.fusion.compare.contradictions import MAX_LISTED, LeftOut
from lambdas.fusion.compare.counterparts import MAX_RIVALS
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.observe.parsing import ParsedObservation
from lambdas.fusion.prepare import FusionInput, Prepared, prepare
from lambdas.fusion.semantic.compare import Meaning, Vector
from lambdas.fusion.semantic.phrases import Phrases

__all__ = ["FusionInput", "fuse", "timeline_of", "without_collector"]


def fuse(
    given: FusionInput,
    thresholds: Thresholds,
    evidence_budget_tokens: int,
    vectors: Mapping[str, Vector] | None = None,
) -> Timeline:
    """Braids all observations onto one timeline and chooses the evidence.

    The same input gives the same timeline, member by member. Time grows with n log n in the number of
    observations and words. Odd input gives a warning, never an exception and never a silent drop.
    ``vectors`` are those of the texts that ``texts_to_embed`` wants; without them words alone decide.
    """
    with without_collector():
        return timeline_of(prepare(given, thresholds), thresholds, evidence_budget_tokens, vectors)


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
    prepared: Prepared,
    thresholds: Thresholds,
    evidence_budget_tokens: int,
    vectors: Mapping[str, Vector] | None = None,
) -> Timeline:
    """What ``fuse`` makes of an input that was prepared before."""
    meaning = Meaning(vectors, Phrases(prepared.given.language)) if vectors else None
    segments, left_out = _segments(prepared, thresholds, meaning)
    segments = _listed(segments, left_out)
    found = [agreement for segment in segments for agreement in segment.agreements]
    observations = prepared.observations
    duration_ms = prepared.given.admission.duration_ms
    choice = choose_evidence(observations, found, prepared.weights, duration_ms, evidence_budget_tokens)
    quality = _quality(observations, found, choice, evidence_budget_tokens)
    if prepared.given_transcripts:
        quality["given_transcripts"] = [one.summary() for one in prepared.given_transcripts]
    return Timeline(
        duration_ms=duration_ms,
        segments=tuple(segments),
        observations=tuple(parsed.observation for parsed in observations),
        alignments=tuple(prepared.alignments),
        evidence=choice.evidence,
        quality=quality,
        warnings=(*prepared.warnings, *_limits(left_out)),
    )


def _segments(
    prepared: Prepared, thresholds: Thresholds, meaning: Meaning | None
) -> tuple[list[Segment], Counter[LeftOut]]:
    segments: list[Segment] = []
    left_out: Counter[LeftOut] = Counter()
    for draft, present, compared in prepared.compared():
        found: list[Agreement] = []
        for one, other in compared:
            agreements, more_left_out = relations(
                one, other, draft.span, prepared.numbers, prepared.weights, thresholds, meaning
            )
            found.extend(agreements)
            left_out += more_left_out
        if not found and not draft.observations:
            continue  # members that say nothing about each other
        confidence, provenance = _fused_confidence(present, found)
        segments.append(
            Segment(
                segment_id=f"s{len(segments) + 1:04d}",
                span=draft.span,
                observations=tuple(parsed.observation_id for parsed in draft.observations),
                agreements=tuple(found),
                confidence=confidence,
                provenance=provenance,
            )
        )
    return segments, left_out


def _listed(segments: Sequence[Segment], left_out: Counter[LeftOut]) -> list[Segment]:
    """The segments with the surest contradictions of the asset, where there are thousands."""
    strengths = [
        point.strength
        for segment in segments
        for point in segment.agreements
        if point.kind is AgreementKind.CONTRADICTORY
    ]
    if len(strengths) <= MAX_LISTED:
        return list(segments)
    left_out["points"] += len(strengths) - MAX_LISTED
    weakest = sorted(strengths, reverse=True)[MAX_LISTED - 1]
    equals_left = MAX_LISTED - sum(strength > weakest for strength in strengths)
    listed: list[Segment] = []
    for segment in segments:
        kept: list[Agreement] = []
        for point in segment.agreements:
            if point.kind is AgreementKind.CONTRADICTORY and point.strength <= weakest:
                if point.strength < weakest or not equals_left:
                    continue
                equals_left -= 1
            kept.append(point)
        listed.append(replace(segment, agreements=tuple(kept)))
    return listed


def _limits(left_out: Counter[LeftOut]) -> Iterator[str]:
    """What wasn't compared or isn't listed, and why."""
    if count := left_out["rivals"]:
        numbers = "1 number was" if count == 1 else f"{count:,} numbers were"
        yield (
            f"{numbers} held only against those that stand in the text most like theirs: too many others have"
            " the same words around them"
        )
    if count := left_out["mentions"]:
        mentions = "1 mention was" if count == 1 else f"{count:,} mentions were"
        yield (
            f"{mentions} not compared: of numbers, denials and traits that one text names of a kind the first"
            f" {MAX_RIVALS} are"
        )
    if count := left_out["points"]:
        yield (
            f"{count:,} more contradiction{'s were' if count > 1 else ' was'} found: only the surest"
            f" {MAX_LISTED:,} are listed"
        )


def _quality(
    observations: Sequence[ParsedObservation], found: Sequence[Agreement], choice: Choice, budget_tokens: int
) -> dict[str, object]:
    """A summary for reports: how much was observed, how sure, how well it agrees, what was chosen."""
    by_modality: dict[str, list[float]] = {}
    for parsed in observations:
        by_modality.setdefault(str(parsed.observation.modality), []).append(parsed.observation.confidence)
    kinds = Counter(str(agreement.kind) for agreement in found)
    return {
        "observations": {
            name: {"count": len(values), "mean_confidence": round(sum(values) / len(values), 3)}
            for name, values in sorted(by_modality.items())
        },
        "agreements": dict(sorted(kinds.items())),
        "evidence": {
            "count": len(choice.evidence),
            "available_count": len(observations),
            "tokens": choice.tokens,
            "budget_tokens": budget_tokens,
            "covered_tenths": choice.covered_tenths,
            "filled_tenths": choice.filled_tenths,
        },
    }


def _fused_confidence(present: Sequence[Voice], found: Sequence[Agreement]) -> tuple[float, str]:
    """The confidence of a segment and where it comes from.

    Sources that say the same thing independently are both wrong less often than either: with agreement of
    strength s the weaker source closes ``s`` of the gap that the stronger one leaves (noisy-or, Pearl 1988).
    A contradiction of strength s takes half of s away: one of the two must be wrong.
    """
    means = sorted(
        (
            (
                sum(parsed.observation.confidence for parsed in voice.observations) / len(voice.observations),
                voice.name,
            )
            for voice in present
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
