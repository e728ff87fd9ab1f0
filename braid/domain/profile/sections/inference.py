"""How an answer is asked for: the ``[inference]`` section of ``profile.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from braid.domain.model_registry import TIERS
from braid.domain.tuning.tuned_model import TunedModel

__all__ = ["InferencePlan", "ServiceTier"]

ServiceTier = Literal["default", "flex", "priority"]
_MAX_REPAIRS = 2
_POINTER = re.compile(r"(/[^/]+)+")
# The least and the most of each number.
_LIMITS = {
    "repairs": (0, _MAX_REPAIRS),
    "max_pictures": (0, 20),
    "max_output_tokens": (1, 10_000),
    "small_evidence_tokens": (0, 10**6),
    "temperature": (0.0, 1.0),
    "escalate_below": (0.0, 1.0),
}


@dataclass(frozen=True)
class InferencePlan:
    """How the answer is asked for. Tiers are those of the model registry.

    Text alone goes to ``text_tier`` up to ``small_evidence_tokens``, more of it to ``large_tier``, pictures
    (at most ``max_pictures``) to ``picture_tier``; a failed repair, and an answer of less confidence than
    ``escalate_below``, escalate to ``escalation_tier``. ``cache_prompt`` marks rules and prompt for Bedrock's
    prompt cache, ``service_tier`` is Bedrock's: ``flex`` is slower and cheaper, ``priority`` the reverse.
    ``headline`` is a JSON pointer to the text that stands for the whole answer. ``tuned`` is asked first
    where it is there; the tiers' models stand behind it.
    """

    headline: str
    text_tier: str = "micro"
    picture_tier: str = "lite"
    large_tier: str = "lite"
    escalation_tier: str = "pro"
    small_evidence_tokens: int = 6000
    max_output_tokens: int = 3000
    temperature: float = 0.0
    max_pictures: int = 0
    repairs: int = _MAX_REPAIRS
    escalate_below: float = 0.0
    cache_prompt: bool = False
    service_tier: ServiceTier = "default"
    tuned: TunedModel | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with it, in words."""
        for member in ("text_tier", "picture_tier", "large_tier", "escalation_tier"):
            if getattr(self, member) not in TIERS:
                yield f"inference.{member} must be one of {', '.join(TIERS)}"
        for member, (least, most) in _LIMITS.items():
            if not least <= getattr(self, member) <= most:
                yield f"inference.{member} must be from {least} to {most}"
        if self.tuned is not None:
            yield from self.tuned.problems()
        if not _POINTER.fullmatch(self.headline):
            yield "inference.headline must be a JSON pointer such as /summary/0/text"
