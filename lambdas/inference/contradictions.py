"""The timeline's contradictions, as the answer names them: by code, whether or not a model does."""

from __future__ import annotations

from braid.domain.answer.answer import Contradiction
from braid.domain.evidence.timeline import AgreementKind, Timeline

__all__ = ["contradictions_of"]

_MAX_NAMED = 20


def contradictions_of(timeline: Timeline) -> tuple[Contradiction, ...]:
    """Each pair of sides once, however many segments they meet in; the strongest first, twenty at most."""
    strongest: dict[str, Contradiction] = {}
    for segment in timeline.segments:
        for agreement in segment.agreements:
            if agreement.kind is not AgreementKind.CONTRADICTORY:
                continue
            found = Contradiction(agreement.reason, agreement.strength, agreement.observation_ids)
            known = strongest.get(found.reason)
            if known is None or found.strength > known.strength:
                strongest[found.reason] = found
    ordered = sorted(strongest.values(), key=lambda item: (-item.strength, item.reason))
    return tuple(ordered[:_MAX_NAMED])
