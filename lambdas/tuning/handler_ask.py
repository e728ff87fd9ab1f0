"""Ask Approval: a person decides about a run that costs more than the knob allows without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.aws.task_tokens import send_failure
from braid.runtime.handler import handles, logger
from braid.runtime.log_format import loggable
from lambdas.tuning.runs.approval import Approvals
from lambdas.tuning.runs.run import Run, Settings

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Request:
    """The state's input with its token."""

    run_id: str
    task_token: str
    usd: float


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Keeps the token. Errors go to the waiting state, whose token it holds, never to the caller."""
    try:
        Approvals(Run(settings.results_bucket, request.run_id)).ask(request.task_token, usd=request.usd)
    except Exception as error:  # noqa: BLE001  # reported to the waiting state by name, which handles it
        logger.exception(loggable(error))
        send_failure(request.task_token, error)
        return {"summary": f"not asked: {type(error).__name__}"}
    return {"summary": f"asked to approve ${request.usd:.2f}"}
