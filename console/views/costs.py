"""What assets cost: by day from maintained items; with indexing and tuning, by profile too, on request."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from braid.domain.asset.asset import AssetStatus
from cli.costs.spent import SpentRow, read_spending
from console.context import context_of
from console.pages import page
from console.reading.counts import read_counts

__all__ = ["show"]

_WINDOWS = (7, 30, 90)
_DEFAULT_DAYS = 30
_CLOSED = tuple(status for status in AssetStatus if not status.is_open and status is not AssetStatus.DELETED)
# Reading so many records, and what indexing each cost, takes seconds; more are for the command.
_MOST_RECORDS = 5_000


def show(request: Request) -> Response:
    """Each day's sum; on request all that was paid since, by day and by profile."""
    target, today = context_of(request).target, datetime.now(UTC).date()
    asked = request.query_params.get("days", "")
    days = int(asked) if asked in map(str, _WINDOWS) else _DEFAULT_DAYS
    counts = read_counts(target, today=today, days=days)
    by_day = tuple(
        SpentRow(day.isoformat(), sum(ended.get(status, 0) for status in _CLOSED), float(counts.usd[day]))
        for day, ended in sorted(counts.by_day.items())
    )
    assets = sum(row.assets for row in by_day)
    wants_all = request.query_params.get("by") == "profile"
    is_too_many = assets > _MOST_RECORDS
    by_profile: tuple[SpentRow, ...] = ()
    if wants_all and not is_too_many:
        spending = read_spending(target, today - timedelta(days=days - 1))
        by_day, by_profile = spending.rows("day"), spending.rows("profile")
    return page(
        request,
        "costs.html",
        title="Costs",
        days=days,
        windows=_WINDOWS,
        by_day=by_day,
        highest=max((row.usd for row in by_day), default=0.0),
        total=sum(row.usd for row in by_day),
        assets=assets,
        has_all=wants_all and not is_too_many,
        wants_all=wants_all,
        is_too_many=is_too_many,
        by_profile=by_profile,
        outcomes=[(status, Counter(counts.total)[status]) for status in _CLOSED],
    )
