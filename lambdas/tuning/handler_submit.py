"""Submit Training: begins the job, once."""

from __future__ import annotations

from typing import Any

from braid.domain.tuning.estimate import training_usage
from braid.runtime.handler import handles
from braid.runtime.prices import price_book
from lambdas.tuning.runs.receipts import count_spending
from lambdas.tuning.runs.run import Run, RunRequest
from lambdas.tuning.ways import ServiceRoles as Settings
from lambdas.tuning.ways import way_of

__all__ = ["Settings", "handler"]


@handles(Settings, RunRequest)
def handler(request: RunRequest, settings: Settings) -> dict[str, Any]:
    """Output: what began."""
    run = Run(settings.results_bucket, request.run_id)
    plan = run.plan
    way_of(plan.way, settings).submit(plan, run)
    count_spending(run, (training_usage(plan, run.size),), price_book())
    return {"summary": f"{plan.way.base_model} learns from {plan.training.key}"}
