"""How well a timeline found the truth that it was generated with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from braid.domain.evidence.timeline import Agreement, AgreementKind, Timeline
from evaluation.fusion_truth.talks import Scene, Talk

__all__ = ["Verdict", "agreements_of", "calibration_error", "macro_f1", "verdict_of", "verdicts"]

_BINS = 10


@dataclass(frozen=True)
class Verdict:
    """One scene: what is true, what was found, and how sure fusion said it was."""

    true: AgreementKind
    found: AgreementKind
    strength: float


def verdicts(talk: Talk, timeline: Timeline) -> list[Verdict]:
    """A scene contradicts if any of its agreements does; else it repeats if any does."""
    found = []
    for scene in talk.scenes:
        agreements = agreements_of(scene, timeline)
        kind = verdict_of({agreement.kind for agreement in agreements})
        strengths = [agreement.strength for agreement in agreements if agreement.kind is kind]
        if strengths:
            found.append(Verdict(scene.kind, kind, max(strengths)))
    return found


def verdict_of(kinds: Collection[AgreementKind]) -> AgreementKind:
    """What relations of these kinds together say of a scene."""
    ranked = (AgreementKind.CONTRADICTORY, AgreementKind.REDUNDANT)
    return next((kind for kind in ranked if kind in kinds), AgreementKind.COMPLEMENTARY)


def agreements_of(scene: Scene, timeline: Timeline) -> list[Agreement]:
    """The relations found in segments whose middle lies in the scene."""
    begin, end = scene.span.start_ms, scene.span.end_ms
    agreements: list[Agreement] = []
    for segment in timeline.segments:
        start, stop = segment.span.start_ms, segment.span.end_ms
        if (
            begin is not None
            and end is not None
            and (start is None or stop is None or not begin <= (start + stop) / 2 < end)
        ):
            continue
        agreements.extend(segment.agreements)
    return agreements


def macro_f1(found: Sequence[Verdict]) -> float:
    """The mean of the three kinds' F1."""
    scores = []
    for kind in AgreementKind:
        right = sum(item.true is kind and item.found is kind for item in found)
        wrong = sum((item.true is kind) != (item.found is kind) for item in found)
        scores.append(2 * right / max(1, 2 * right + wrong))
    return sum(scores) / len(scores)


def calibration_error(found: Sequence[Verdict]) -> float:
    """Expected calibration error over ten bins of strength (Naeini et al., 2015)."""
    error = 0.0
    for number in range(_BINS):
        inside = [item for item in found if min(_BINS - 1, int(item.strength * _BINS)) == number]
        if inside:
            said = sum(item.strength for item in inside) / len(inside)
            was = sum(item.true is item.found for item in inside) / len(inside)
            error += abs(said - was) * len(inside) / len(found)
    return error
