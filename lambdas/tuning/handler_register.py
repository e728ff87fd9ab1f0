"""Register Model: the tuned model is in use; what costs by the hour ends by itself at its deadline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.runtime.handler import handles
from braid.runtime.now import utc_now
from braid.runtime.prices import price_book
from lambdas.tuning.runs.registering import Switch, register
from lambdas.tuning.runs.run import Run

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where documents lie, and what the switch calls, as whom, in which group."""

    results_bucket: str
    schedule_group: str
    teardown_function_arn: str
    scheduler_role_arn: str

    @property
    def switch(self) -> Switch:
        """What a deadline calls."""
        return Switch(self.schedule_group, self.teardown_function_arn, self.scheduler_role_arn)


@dataclass(frozen=True)
class Request:
    """The input, with the model and what serves it."""

    run_id: str
    model_arn: str
    serving_arn: str


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: until when the model answers."""
    row = register(
        Run(settings.results_bucket, request.run_id),
        model_arn=request.model_arn,
        serving_arn=request.serving_arn,
        switch=settings.switch,
        book=price_book(),
        now=utc_now(),
    )
    until = f"until {row.ends_at}" if row.ends_at else "until it is rolled back"
    return {"summary": f"in use {until}", "status": "REGISTERED"}
