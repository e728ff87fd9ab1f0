"""What steps of other machines know of what is made: what was paid for, and the draft as it travels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from braid.domain.claim_check import Claim
from braid.domain.money.accounting import Usage

__all__ = ["DraftOutcome", "MadeOutput"]


@dataclass(frozen=True)
class MadeOutput:
    """``generated.json``: what the provider answered, and what that cost."""

    output: Claim
    usage: tuple[Usage, ...]
    made_at: str
    seed: int | None = None
    invocation_arn: str | None = None
    schema_version: str = "1"


@dataclass(frozen=True)
class DraftOutcome:
    """What Check Output returned: the draft's claim, and why it waits."""

    claim: Claim
    review_reasons: tuple[str, ...]
    summary: str
    requested_by: str = ""
    metered: Mapping[str, Any] = field(default_factory=dict)
