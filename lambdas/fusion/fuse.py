"""Fusion in one pure function: the documents of all branches to one timeline."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from domain.admission import Admission
from domain.asset import Modality
from domain.language import LanguageAnalysis
from domain.passages import Passages
from domain.span import WHOLE
from domain.timeline import Agreement, Segment, Timeline
from domain.transcript import Transcript
from domain.vision import Vision
from lambdas.fusion.agreement import Weights, agreements
from lambdas.fusion.confidence import fused_confidence
from lambdas.fusion.evidence import Choice, choose_evidence
from lambdas.fusion.given_transcript import time_given_transcripts
from lambdas.fusion.misreadings import Vocabulary
from lambdas.fusion.observe import Observed, in_order, keep_inside, observe
from lambdas.fusion.oddities import oddities
from lambdas.fusion.segments import Stretch, stretches
from lambdas.fusion.sides import Numbers, Side, sides
from lambdas.fusion.statements import Statement, state
from lambdas.fusion.streams import align, on_speech_clock
from lambdas.fusion.thresholds import Thresholds

__all__ = ["Material", "fuse"]


@dataclass(frozen=True)
class Material:
    """What the branches found; ``None`` where a modality is absent or gave nothing."""

    admission: Admission
    transcript: Transcript | None = None
    vision: Vision | None = None
    passages: Passages | None = None
    language: LanguageAnalysis | None = None


def fuse(material: Material, thresholds: Thresholds, evidence_budget_tokens: int) -> Timeline:
    """Braids all observations onto one timeline and chooses the evidence.

    The same material gives the same timeline, member by member. Time grows with n log n in the number of
    observations and words. Odd input gives a warning, never an exception and never a silent drop.
    """
    with _no_collector():
        return _fuse(material, thresholds, evidence_budget_tokens)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Fusion makes no cycles; the collector would only scan the growing timeline again and again, for a third
    of the time of a long asset."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _fuse(material: Material, thresholds: Thresholds, evidence_budget_tokens: int) -> Timeline:
    admission = material.admission
    is_bundle = len(admission.members) > 1
    speaking = admission.speaking(Modality.SPEECH)
    observed, warnings = observe(
        transcript=material.transcript,
        vision=material.vision,
        passages=material.passages,
        language=material.language,
        speech_member=speaking[0].name if speaking else "",
        is_bundle=is_bundle,
    )
    observed, given = time_given_transcripts(observed, admission)
    odd = oddities(material.transcript, material.vision, material.passages)
    warnings = [*odd, *warnings, *(text for one in given for text in one.warnings())]
    vocabulary = _vocabulary(observed)
    # Cues are read where they are moved to.
    read = {id(item): state(item, vocabulary) for item in observed if item.observation.kind != "cue"}
    alignments = align(observed, list(read.values()), thresholds)
    as_found = observed  # keeps them alive, so that no other object gets the id of one
    observed, moved = on_speech_clock(as_found, alignments, thresholds)
    observed, outside = keep_inside(observed, admission.duration_ms)
    warnings = [*warnings, *moved, *outside]
    statements = [read.get(id(item)) or state(item, vocabulary) for item in in_order(observed)]
    weights = Weights(statements)
    numbers = Numbers(statements, by_member=is_bundle)
    shots = [frame.span for frame in material.vision.keyframes] if material.vision else []
    places = stretches(statements, shots, admission.duration_ms, thresholds)
    segments = _segments(places, statements, numbers, weights, thresholds, is_bundle=is_bundle)
    found = [agreement for segment in segments for agreement in segment.agreements]
    choice = choose_evidence(statements, found, weights, admission.duration_ms, evidence_budget_tokens)
    return Timeline(
        duration_ms=admission.duration_ms,
        segments=tuple(segments),
        observations=tuple(statement.observation for statement in statements),
        alignments=tuple(alignments),
        evidence=choice.evidence,
        quality=_quality(statements, found, choice, evidence_budget_tokens)
        | ({"given_transcripts": [one.summary() for one in given]} if given else {}),
        warnings=tuple(warnings),
    )


def _vocabulary(observed: Sequence[Observed]) -> Vocabulary:
    """The words that are heard or written; none where no picture has text to put right by them."""
    if not any(item.observation.kind == "detected_text" for item in observed):
        return Vocabulary()
    return Vocabulary(
        item.observation.text for item in observed if item.observation.kind in ("utterance", "cue", "passage")
    )


def _segments(
    places: Sequence[Stretch],
    statements: Sequence[Statement],
    numbers: Numbers,
    weights: Weights,
    thresholds: Thresholds,
    *,
    is_bundle: bool,
) -> list[Segment]:
    if is_bundle and not any(place.span == WHOLE for place in places) and places:
        places = [*places, Stretch(WHOLE)]
    segments = []
    for number, place in enumerate(places, 1):
        present = sides(place.statements, place.span, by_member=is_bundle)
        found: list[Agreement] = agreements(present, place.span, numbers, weights, thresholds)
        if is_bundle and place.span == WHOLE:
            present = sides(statements, WHOLE, by_member=True)
            found = _across_members(present, numbers, weights, thresholds)
            if not found and not place.statements:
                continue
        confidence, provenance = fused_confidence(present, found)
        segments.append(
            Segment(
                segment_id=f"s{number:04d}",
                span=place.span,
                observations=tuple(statement.observation.observation_id for statement in place.statements),
                agreements=tuple(found),
                confidence=confidence,
                provenance=provenance,
            )
        )
    return segments


def _across_members(
    present: Sequence[Side], numbers: Numbers, weights: Weights, thresholds: Thresholds
) -> list[Agreement]:
    """What members say about each other that share no clock: a picture and its description."""
    found = []
    for index, one in enumerate(present):
        for other in present[index + 1 :]:
            if one.member != other.member and not (_is_timed(one) and _is_timed(other)):
                found.extend(agreements([one, other], WHOLE, numbers, weights, thresholds))
    return found


def _is_timed(side: Side) -> bool:
    return all(statement.observation.span.is_timed for statement in side.statements)


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
