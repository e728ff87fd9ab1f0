"""How one modality's branch of ``analyze_asset`` ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from braid.domain.asset.failure import Failure
from braid.domain.claim_check import Claim

__all__ = ["BranchOutcome"]


@dataclass(frozen=True)
class BranchOutcome:
    """How one modality's branch ended; ``cause`` is Lambda's JSON of an error or plain text."""

    outcome: Literal["analyzed", "unanalyzed", "missing", "absent"]
    summary: str | None = None
    document: Claim | None = None
    language: Claim | None = None
    error: str | None = None
    cause: str | None = None
    metered: dict[str, float] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """Why the branch or its language analysis gave nothing, in words."""
        return Failure(self.error or "", self.cause or "").message
