"""How well a timeline found the truth that it was generated with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.timeline import Agreement, AgreementKind, Timeline
from tests.fusion_truth.talks import Scene, Talk

__all__ = ["Verdict", "calibration_error", "macro_f1", "verdicts"]

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
        agreements = _of(scene, timeline)
        kinds = {agreement.kind for agreement in agreements}
        kind = next(
            (k for k in (AgreementKind.CONTRADICTORY, AgreementKind.REDUNDANT) if k in kinds),
            AgreementKind.COMPLEMENTARY,
        )
        strengths = [agreement.strength for agreement in agreements if agreement.kind is kind]
        if strengths:
            found.append(Verdict(scene.kind, kind, max(strengths)))
    return found


def _of(scene: Scene, timeline: Timeline) -> list[Agreement]:
    begin, end = scene.span.start_ms, scene.span.end_ms
    agreements = []
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
