"""Check Data: nothing is paid for that can't be trained on."""

from __future__ import annotations

from typing import Any

from braid.domain.errors import InvalidAssetError
from braid.domain.tuning.data_check import check_run_data
from braid.runtime.handler import handles
from lambdas.tuning.runs.run import Run, RunRequest, Settings

__all__ = ["Settings", "handler"]

_MOST_TOLD = 5


@handles(Settings, RunRequest)
def handler(request: RunRequest, settings: Settings) -> dict[str, Any]:
    """Output: how many rows there are. Raises ``InvalidAssetError`` with the first problems."""
    run = Run(settings.results_bucket, request.run_id)
    plan = run.plan
    files = (plan.training, plan.validation, plan.evaluation)
    report, problems = check_run_data(plan, {claim: run.lines(claim) for claim in files})
    if problems:
        more = f"; and {len(problems) - _MOST_TOLD} more" if len(problems) > _MOST_TOLD else ""
        raise InvalidAssetError("; ".join(problems[:_MOST_TOLD]) + more)
    run.put("data.json", report)
    return {
        "summary": f"{report.training_rows} rows to train with, {report.evaluation_rows} to compare on",
        "warnings": len(report.warnings),
    }
