"""Evaluate Both: asks both models and compares what they answered."""

from __future__ import annotations

from typing import Any

from braid.runtime.handler import handles
from lambdas.tuning.runs.run import Run, RunRequest
from lambdas.tuning.ways import ServiceRoles as Settings
from lambdas.tuning.ways import way_of

__all__ = ["Settings", "handler"]


@handles(Settings, RunRequest)
def handler(request: RunRequest, settings: Settings) -> dict[str, Any]:
    """Output: whether the tuned model is better, and by how much."""
    run = Run(settings.results_bucket, request.run_id)
    plan = run.plan
    found = way_of(plan.way, settings).evaluate(plan, run)
    run.put("evaluation.json", found)
    return {
        "summary": f"{found.metric} {found.base:.3f} before, {found.tuned:.3f} tuned",
        "is_better": found.is_better,
        "reason": "; ".join(found.reasons) or "the tuned model is better",
    }
