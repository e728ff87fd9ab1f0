"""What the three functions that ask for answers are configured with."""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.asset.asset import DEFAULT_PROFILE
from braid.domain.profile.profile import Profile
from braid.models.question import Guardrail

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """``model_ids`` maps tiers to inference profile ids, ``guardrails`` profiles to what holds for them."""

    results_bucket: str
    model_ids: dict[str, str]
    guardrails: dict[str, Guardrail]

    def guardrail_of(self, profile: Profile) -> Guardrail:
        """The profile's; one that was never deployed, or a question, is held to what `general` is."""
        return self.guardrails.get(profile.name, self.guardrails[DEFAULT_PROFILE])
