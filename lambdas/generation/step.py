"""What every step of a generation is given: asset, and what the steps before it returned."""

from __future__ import annotations

from dataclasses import dataclass, field

from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.money.metered import MeteredBefore
from braid.runtime.retries import Retries

__all__ = ["PLAN", "StepRequest"]

PLAN = "plan.json"


@dataclass(frozen=True)
class StepRequest:
    """A state's input; ``before`` is the claim of the document that the step before left."""

    asset: AssetRef
    before: Claim
    retries: Retries = field(default_factory=Retries)
    metered: MeteredBefore = field(default_factory=MeteredBefore)
