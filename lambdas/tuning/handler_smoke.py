"""Smoke Test: the deployed model answers before anybody is told that it does."""

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
    """The input, with what serves the model."""

    run_id: str
    serving_arn: str


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: what it answered."""
    run = Run(settings.results_bucket, request.run_id)
    plan = run.plan
    told = way_of(plan.way, settings).smoke_test(plan, run, request.serving_arn)
    return {"summary": f"it says: {told:.60}"}
