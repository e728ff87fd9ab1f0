"""Check Data: nothing is paid for that can't be trained on."""

from __future__ import annotations

from typing import Any

from braid.runtime.handler import handles
from lambdas.tuning.runs.checking import check_data
from lambdas.tuning.runs.run import Run, RunRequest, Settings

__all__ = ["Settings", "handler"]


@handles(Settings, RunRequest)
def handler(request: RunRequest, settings: Settings) -> dict[str, Any]:
    """Output: how many rows there are."""
    run = Run(settings.results_bucket, request.run_id)
    report = check_data(run.plan, run)
    run.put("data.json", report)
    return {
        "summary": f"{report.training_rows} rows to train with, {report.evaluation_rows} to compare on",
        "warnings": len(report.warnings),
    }
