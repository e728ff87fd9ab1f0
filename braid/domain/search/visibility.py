"""What may be found: published assets, and of those none that a decision keeps back."""

from __future__ import annotations

from braid.domain.answer.answer import Answer
from braid.domain.asset.asset import AssetStatus

__all__ = ["FINDABLE", "may_be_found"]

FINDABLE = (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)
# The answer's member by which a profile decides what happens to an asset, and the decisions that let it out.
_DECISION = "decision"
_LETTING_OUT = ("allow", "approve", "publish")


def may_be_found(status: AssetStatus, answer: Answer | None) -> bool:
    """Whether an asset is anybody's to find: not while it is open or awaits review, nor when it was refused.

    A profile that decides (an answer with ``decision``) has to have let it out.
    """
    if status not in FINDABLE:
        return False
    decision = answer.answer.get(_DECISION) if answer else None
    return decision is None or decision in _LETTING_OUT
