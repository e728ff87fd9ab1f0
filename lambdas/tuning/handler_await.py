"""Await Training: while the job runs PendingError is retried, which is how it is awaited."""

from __future__ import annotations

from typing import Any

from braid.runtime.handler import handles
from lambdas.tuning.runs.run import Run, RunRequest
from lambdas.tuning.ways import ServiceRoles as Settings
from lambdas.tuning.ways import way_of

__all__ = ["Settings", "handler"]


@handles(Settings, RunRequest)
def handler(request: RunRequest, settings: Settings) -> dict[str, Any]:
    """Output: the ARN of what the job made."""
    run = Run(settings.results_bucket, request.run_id)
    plan = run.plan
    made = way_of(plan.way, settings).collect(plan)
    return {"summary": "trained", "made": made}
