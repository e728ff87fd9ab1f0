"""Ask Reviewer: opens the review; the state waits until its token comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from braid.aws.task_tokens import send_failure
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.money.metered import MeteredBefore
from braid.domain.wire import decode
from braid.runtime.handler import handles, logger
from braid.runtime.library import profile
from braid.runtime.log_format import loggable
from braid.runtime.metering import used_so_far
from braid.runtime.now import utc_now
from braid.runtime.prices import price_book
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.review.opening import Deadlines, open_review

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where record and results lie, what the deadline calls and as whom, and who is told."""

    assets_table: str
    results_bucket: str
    schedule_group: str
    decide_function_arn: str
    scheduler_role_arn: str
    review_topic_arn: str

    @property
    def deadlines(self) -> Deadlines:
        """What a deadline calls."""
        return Deadlines(self.schedule_group, self.decide_function_arn, self.scheduler_role_arn)


@dataclass(frozen=True)
class Request:
    """The state's input. ``state`` is decoded once the token is known, to which even that failure goes.

    A redriven execution of an earlier version doesn't have ``redrive_count``.
    """

    state: dict[str, Any]
    execution_arn: str
    started_at: str
    task_token: str
    redrive_count: int | None = None
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Opens the review. Errors go to the waiting state, whose token it holds, never to the caller."""
    try:
        state = decode(ExecutionState, request.state)
        open_review(
            state,
            profile,
            token=request.task_token,
            execution_arn=request.execution_arn,
            redrive_count=request.redrive_count,
            store=DocumentStore.of(settings.results_bucket, state.asset),
            records=AssetRecords(settings.assets_table),
            deadlines=settings.deadlines,
            topic_arn=settings.review_topic_arn,
            book=price_book(),
            used=used_so_far,
            now=utc_now(),
        )
    except Exception as error:  # noqa: BLE001  # reported to the waiting state by name, which handles it
        logger.exception(loggable(error))
        send_failure(request.task_token, error)
        return {"summary": f"not asked: {type(error).__name__}"}
    return {"summary": "a reviewer was asked"}
