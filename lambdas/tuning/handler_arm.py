"""Arm Switch: what deletes all of a run at a deadline stands before anything of it costs money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from braid.aws.schedules import schedule_call
from braid.domain.clock import iso, parse_iso
from braid.runtime.handler import handles
from braid.runtime.now import utc_now
from lambdas.tuning.runs.run import RunRequest

__all__ = ["Settings", "handler"]

# Longer than training, its evaluation and all their retries take; a person's approval comes before.
_RUN_HOURS = 24


@dataclass(frozen=True)
class Settings:
    """What the switch calls, as whom, and in which group it lies."""

    schedule_group: str
    teardown_function_arn: str
    scheduler_role_arn: str


@handles(Settings, RunRequest)
def handler(request: RunRequest, settings: Settings) -> dict[str, Any]:
    """Output: when everything of the run is deleted, if nobody comes before."""
    at = iso(parse_iso(utc_now()) + timedelta(hours=_RUN_HOURS))
    schedule_call(
        settings.schedule_group,
        request.run_id,
        at,
        function_arn=settings.teardown_function_arn,
        role_arn=settings.scheduler_role_arn,
        event={"run_id": request.run_id, "status": "FAILED", "reason": "the run took longer than a day"},
    )
    return {"summary": f"all of it is deleted at {at}", "at": at}
