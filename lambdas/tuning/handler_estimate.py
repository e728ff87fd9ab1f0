"""Estimate Cost: what the run will cost stands before anybody is asked to approve it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.domain.tuning.estimate import decide_on_budget, estimate
from braid.runtime.handler import handles
from braid.runtime.prices import price_book
from lambdas.tuning.runs.run import Run, RunRequest

__all__ = ["Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where documents lie, and the two sums that the deployment's knobs name."""

    results_bucket: str
    max_usd: float
    without_approval_usd: float


@handles(Settings, RunRequest)
def handler(request: RunRequest, settings: Settings) -> dict[str, Any]:
    """Output: the sum, and ``go``, ``ask`` or ``refuse``."""
    run = Run(settings.results_bucket, request.run_id)
    found = estimate(run.plan, run.size, price_book())
    run.put("estimate.json", found)
    decision = decide_on_budget(
        found, max_usd=settings.max_usd, without_approval_usd=settings.without_approval_usd
    )
    unknown = f"; nobody knows the price of: {', '.join(found.unknown)}" if found.unknown else ""
    reason = f"about ${found.total_usd:.2f} of at most ${settings.max_usd:.2f}{unknown}"
    return {"summary": reason, "usd": found.total_usd, "decision": decision}
