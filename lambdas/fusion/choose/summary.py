"""Fusion's result in one line for the Step Functions console."""

from __future__ import annotations

from braid.domain.evidence.timeline import AgreementKind, Timeline
from lambdas.fusion.choose.verdict import EvidenceVerdict

__all__ = ["summarize"]


def summarize(timeline: Timeline, verdict: EvidenceVerdict) -> str:
    """Such as "41 observations in 5 segments, 3 redundant, 1 contradictory; 38 pieces of evidence"."""
    if verdict.verdict != "enough":
        return verdict.reason or verdict.verdict
    kinds = [agreement.kind for segment in timeline.segments for agreement in segment.agreements]
    counted = "".join(f", {kinds.count(kind)} {kind}" for kind in AgreementKind if kind in kinds)
    return (
        f"{_count(len(timeline.observations), 'observation')} in {_count(len(timeline.segments), 'segment')}"
        f"{counted}; {len(timeline.evidence)} chosen as evidence"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
