"""Import Model: makes a custom model of what the job made, and waits until it is ready."""

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
    """The input, with the ARN that the job made."""

    run_id: str
    made: str


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: the ARN of the custom model."""
    run = Run(settings.results_bucket, request.run_id)
    plan = run.plan
    model_arn = way_of(plan.way, settings).import_model(plan, request.made)
    return {"summary": "imported", "model_arn": model_arn}
