"""Open Evaluation: makes both models answer the questions that neither was trained with."""

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
    """Output: what was opened."""
    run = Run(settings.results_bucket, request.run_id)
    plan = run.plan
    way_of(plan.way, settings).open_evaluation(plan, run, request.model_arn)
    return {"summary": f"{plan.way.base_model} and the tuned model are asked"}
