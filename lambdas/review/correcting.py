"""The answer that stands after a decision, and the labelled example that it leaves. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from braid.domain.answer.answer import Answer
from braid.domain.answer.claims import find_claims, first_sentence
from braid.domain.answer.review import Review, ReviewExample
from braid.domain.asset.asset import AssetRef
from braid.domain.errors import InvalidInputError
from braid.domain.evidence.timeline import Timeline
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.decision import DECISION_MEMBER
from braid.domain.wire import encode
from braid.runtime.answer_schema import schema_problem

__all__ = ["correct", "label"]


def correct(
    profile: Profile, timeline: Timeline, original: Answer | None, corrected: Mapping[str, Any], by: str
) -> Answer:
    """The reviewer's answer in place of ``original``: a person vouches for it, so its confidence is 1.

    Raises ``InvalidInputError`` where it doesn't fit the profile's schema or cites evidence that isn't there.
    """
    misfit = schema_problem(corrected, profile.answer_schema)
    if misfit:
        raise InvalidInputError(f"the corrected answer doesn't fit the profile's schema: {misfit}")
    known = {piece.evidence_id for piece in timeline.evidence}
    claims = tuple(find_claims(corrected))
    unknown = sorted({name for claim in claims for name in claim.evidence_ids} - known)
    if unknown:
        raise InvalidInputError(
            f"the corrected answer cites evidence that isn't there: {', '.join(unknown[:5])}"
        )
    blank = original or Answer(
        profile=profile.name,
        profile_hash=profile.content_hash,
        method="reviewer",
        model_id="",
        route=(),
        answer={},
        claims=(),
        confidence=1.0,
        first_sentence="",
    )
    decision_basis = blank.decision_basis
    if decision_basis is not None:
        decided = str(corrected.get(DECISION_MEMBER))
        decision_basis = replace(decision_basis, decision=decided, rule=f"a reviewer decided: {by}")
    return replace(
        blank,
        method="reviewer",
        decision_basis=decision_basis,
        answer=dict(corrected),
        claims=claims,
        confidence=1.0,
        first_sentence=first_sentence(corrected, profile.inference.headline),
        warnings=(*blank.warnings, f"corrected by {by}"),
    )


def label(
    asset: AssetRef,
    profile: Profile,
    timeline: Timeline,
    original: Answer | None,
    standing: Answer | None,
    review: Review,
) -> ReviewExample:
    """One line for evaluation and tuning."""
    return ReviewExample(
        asset_id=asset.asset_id,
        profile=asset.profile,
        profile_hash=original.profile_hash if original else profile.content_hash,
        model_id=original.model_id if original else "",
        evidence=tuple(encode(piece) for piece in timeline.evidence),
        answer=original.answer if original else None,
        label=review.decision,
        corrected=standing.answer if standing else None,
        by=review.by,
        at=review.at,
        note=review.note,
    )
