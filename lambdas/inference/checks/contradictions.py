"""The timeline's contradictions, as the answer names them: by code, whether or not a model does."""

from __future__ import annotations

from braid.domain.answer.answer import Contradiction
from braid.domain.evidence.timeline import AgreementKind, Timeline

__all__ = ["contradictions_of", "named_contradictions"]

_MAX_NAMED = 20


def contradictions_of(timeline: Timeline) -> tuple[Contradiction, ...]:
    """Every pair of sides that contradict each other, in the timeline's order."""
    return tuple(
        Contradiction(agreement.reason, agreement.strength, agreement.observation_ids, agreement.values)
        for segment in timeline.segments
        for agreement in segment.agreements
        if agreement.kind is AgreementKind.CONTRADICTORY
    )


def named_contradictions(timeline: Timeline) -> tuple[Contradiction, ...]:
    """Each contradiction once, however many segments it appears in; the strongest first, twenty at most."""
    strongest: dict[str, Contradiction] = {}
    for found in contradictions_of(timeline):
        known = strongest.get(found.reason)
        if known is None or found.strength > known.strength:
            strongest[found.reason] = found
    ordered = sorted(strongest.values(), key=lambda item: (-item.strength, item.reason))
    return tuple(ordered[:_MAX_NAMED])
