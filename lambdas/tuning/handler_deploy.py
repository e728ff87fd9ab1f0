"""Deploy Model: makes the tuned model answer calls from now on, and waits until it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.runtime.handler import handles
from lambdas.tuning.runs.run import Run
from lambdas.tuning.ways import ServiceRoles as Settings
from lambdas.tuning.ways import way_of

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Request:
    """The input, with the custom model."""

    run_id: str
    model_arn: str


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: the ARN that calls name."""
    run = Run(settings.results_bucket, request.run_id)
    plan = run.plan
    serving_arn = way_of(plan.way, settings).deploy(plan, request.model_arn)
    return {"summary": f"calls name {serving_arn}", "serving_arn": serving_arn}
