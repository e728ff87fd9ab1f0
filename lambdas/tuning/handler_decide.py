"""Takes the decision of whoever approves: `braid tune approve` and `braid tune reject`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.runtime.handler import handles
from braid.runtime.now import utc_now
from lambdas.tuning.runs.approval import Approvals
from lambdas.tuning.runs.run import Run, Settings

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Request:
    """Who decided what about which run."""

    run_id: str
    approved: bool
    by: str


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: the decision as it stands. An error's message is for whoever decided."""
    approvals = Approvals(Run(settings.results_bucket, request.run_id))
    decision = approvals.decide(approved=request.approved, by=request.by, now=utc_now())
    return {"summary": "approved" if decision.approved else "rejected", "usd": decision.usd}
