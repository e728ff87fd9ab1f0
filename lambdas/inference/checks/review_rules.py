"""Whether a person has to look at an answer before it is published, by the profile's rules. Pure."""

from __future__ import annotations

import hashlib

from braid.domain.answer.answer import Answer
from braid.domain.evidence.timeline import AgreementKind, Timeline
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.decision import DECISION_MEMBER
from braid.models.guardrails import OPERATION as GUARDRAIL

__all__ = ["review_reasons"]


def review_reasons(
    profile: Profile, asset_id: str, timeline: Timeline, answer: Answer | None, *, intervened: bool
) -> tuple[str, ...]:
    """Why the asset waits for a reviewer, in words; nothing where no rule holds.

    ``answer`` is ``None`` where none could be had; ``intervened`` tells that a guardrail stepped in.
    """
    plan = profile.review
    reasons = []
    if plan.on_guardrail and intervened:
        reasons.append("a guardrail intervened")
    decides = profile.decision.decides and profile.decision.undecided in plan.decisions
    if answer is not None and (plan.on_guardrail or decides) and _is_unfiltered(answer):
        reasons.append("the guardrail could not be asked about the answer")
    if answer is not None and answer.confidence is None and plan.confidence_below:
        reasons.append("the answer only quotes, and nobody knows how well")
    elif answer is not None and answer.confidence is not None and answer.confidence < plan.confidence_below:
        reasons.append(f"confidence {answer.confidence:.2f} is below {plan.confidence_below:g}")
    if answer is None and decides:
        # What a model refuses to read, or breaks it, isn't passed over for that.
        reasons.append("there is no answer: a person has to decide")
    strongest = max(
        (
            agreement.strength
            for segment in timeline.segments
            for agreement in segment.agreements
            if agreement.kind is AgreementKind.CONTRADICTORY
        ),
        default=0.0,
    )
    if strongest > plan.contradiction_above:
        reasons.append(f"a contradiction of strength {strongest:.2f} is above {plan.contradiction_above:g}")
    decision = answer.answer.get(DECISION_MEMBER) if answer is not None else None
    if isinstance(decision, str) and decision in plan.decisions:
        reasons.append(f"the decision is {decision!r}")
    if not reasons and _draw(asset_id) < plan.sample_share:
        reasons.append(f"drawn at random, {plan.sample_share:.0%} of all are")
    return tuple(reasons)


def _is_unfiltered(answer: Answer) -> bool:
    return any(missing.operation == GUARDRAIL for missing in answer.missing)


def _draw(asset_id: str) -> float:
    """A number from 0 to 1 that belongs to the asset, so that a retry draws the same."""
    digest = hashlib.sha256(b"review:" + asset_id.encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
