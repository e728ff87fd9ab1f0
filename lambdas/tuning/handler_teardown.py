"""Tear Down: deletes what a run made; called by the machine, by the switch, and when an execution dies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from braid.aws.schedules import delete_schedule
from braid.aws.tuning.custom_models import CustomModelService
from braid.aws.tuning.training_jobs import TrainingJobService
from braid.domain.failure_metrics import FailureMetric
from braid.domain.wire import decode
from braid.runtime.handler import Event, handles
from braid.runtime.metrics import count_failure
from braid.runtime.now import utc_now
from lambdas.tuning.runs.registering import close
from lambdas.tuning.runs.run import Run
from lambdas.tuning.runs.teardown import plain_reason, tear_down

__all__ = ["Request", "Settings", "handler", "read_request"]


@dataclass(frozen=True)
class Settings:
    """Where documents lie, and the group of the switch."""

    results_bucket: str
    schedule_group: str


@dataclass(frozen=True)
class Request:
    """Whose, and how the run ended.

    ``keep_model``: only what serves the model goes. ``is_death``: the run may have told its end itself;
    ``is_timed_out``: for it ran longer than its machine allows.
    """

    run_id: str
    status: str
    reason: str
    keep_model: bool = False
    is_death: bool = False
    is_timed_out: bool = False


def read_request(event: Event) -> Request:
    """The machine's or the switch's own event, or EventBridge's of an execution that died."""
    detail = event.get("detail")
    if isinstance(detail, Mapping):
        because = f" ({detail['error']})" if detail.get("error") else ""
        reason = f"the execution ended as {detail['status']}{because}"
        is_timed_out = detail["status"] == "TIMED_OUT"
        return Request(str(detail["name"]), "FAILED", reason, is_death=True, is_timed_out=is_timed_out)
    return decode(Request, event)


@handles(Settings, read_request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: what was deleted. Raises ``PendingError`` while something has to end first."""
    if request.is_timed_out:
        count_failure(FailureMetric.TIMED_OUT_EXECUTIONS, run_id=request.run_id)
    run = Run(settings.results_bucket, request.run_id)
    done = tear_down(
        request.run_id,
        models=CustomModelService(),
        jobs=TrainingJobService(),
        disarm=lambda: delete_schedule(settings.schedule_group, request.run_id),
        keep_model=request.keep_model,
    )
    reason = plain_reason(request.reason)
    close(run, request.status, reason, now=utc_now(), keeps_end=request.is_death)
    return {"summary": f"deleted: {', '.join(done) or 'nothing was left'}", "status": request.status}
