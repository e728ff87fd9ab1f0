"""Ends the wait of Ask Reviewer: a person's decision, or the deadline's event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.domain.wire import decode
from braid.runtime.handler import Event, handles
from braid.runtime.library import profile
from braid.runtime.metering import used_so_far
from braid.runtime.now import utc_now
from braid.store.review_records import ReviewRecords
from lambdas.review.deciding import DeadlinePassed, ReviewDecision, Reviews

__all__ = ["Settings", "handler", "read_request"]


@dataclass(frozen=True)
class Settings:
    """Where record, results and the deadline lie; whether somebody else than who asked must approve."""

    assets_table: str
    results_bucket: str
    schedule_group: str
    four_eyes: bool


def read_request(event: Event) -> ReviewDecision | DeadlinePassed:
    """What the command or EventBridge Scheduler sends."""
    return (
        decode(DeadlinePassed, event)
        if "deadline_of" in event
        else decode(ReviewDecision, event, called="the decision")
    )


@handles(Settings, read_request)
def handler(request: ReviewDecision | DeadlinePassed, settings: Settings) -> dict[str, Any]:
    """Output: the review as it stands now. An error's message is for whoever decided."""
    reviews = Reviews(
        ReviewRecords(settings.assets_table),
        profile,
        results_bucket=settings.results_bucket,
        schedule_group=settings.schedule_group,
        used=used_so_far,
        four_eyes=settings.four_eyes,
    )
    if isinstance(request, DeadlinePassed):
        return {"summary": reviews.apply_deadline(request, now=utc_now())}
    return {"asset_id": request.asset_id, "review": reviews.decide(request, now=utc_now())}
