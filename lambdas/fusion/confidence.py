"""How sure a stretch of the timeline is, from its sources' confidence and their agreement."""

from __future__ import annotations

from collections.abc import Sequence

from braid.domain.evidence.timeline import Agreement, AgreementKind
from lambdas.fusion.sides import Side

__all__ = ["fused_confidence"]


def fused_confidence(sides: Sequence[Side], found: Sequence[Agreement]) -> tuple[float, str]:
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
