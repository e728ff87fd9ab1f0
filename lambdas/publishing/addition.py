"""What publishing makes beside the answer, where the profile or the deployment asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from braid.domain.captions.captions import CaptionCue
from braid.domain.claim_check import Claim
from braid.domain.money.accounting import MissingOperation, Usage

__all__ = ["Addition"]


@dataclass(frozen=True)
class Addition:
    """Named results with what they cost, what is missing of them and what is to be told about them.

    ``captions`` are cues by language, for the report's player.
    """

    results: Mapping[str, Claim] = field(default_factory=dict)
    usage: tuple[Usage, ...] = ()
    missing: tuple[MissingOperation, ...] = ()
    warnings: tuple[str, ...] = ()
    captions: Mapping[str, tuple[CaptionCue, ...]] = field(default_factory=dict)

    @property
    def has_voice(self) -> bool:
        """Whether descriptions are a track that plays."""
        return "descriptions_mp3" in self.results

    def __add__(self, other: Addition) -> Addition:
        """Both."""
        return Addition(
            {**self.results, **other.results},
            self.usage + other.usage,
            self.missing + other.missing,
            self.warnings + other.warnings,
            {**self.captions, **other.captions},
        )
