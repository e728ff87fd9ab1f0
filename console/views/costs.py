"""What assets cost: by day from maintained items, by profile from their records."""

from __future__ import annotations

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from braid.domain.asset.asset import AssetStatus
from cli.costs.spent import SpentRow
from cli.showing.records import records_after
from cli.target import Target
from console.context import context_of
from console.pages import page
from console.reading.counts import StatusCounts, read_counts

__all__ = ["show"]

_WINDOWS = (7, 30, 90)
_DEFAULT_DAYS = 30
_CLOSED = tuple(status for status in AssetStatus if not status.is_open and status is not AssetStatus.DELETED)
# Reading that many records takes a few seconds; more are for the command, which shows how far it is.
_MOST_RECORDS = 20_000
_AT_ONCE = 8


def show(request: Request) -> Response:
    """Each day's sum, and on request the sums of the profiles."""
    target, today = context_of(request).target, datetime.now(UTC).date()
    asked = request.query_params.get("days", "")
    days = int(asked) if asked in map(str, _WINDOWS) else _DEFAULT_DAYS
    counts = read_counts(target, today=today, days=days)
    by_day = [
        SpentRow(day.isoformat(), sum(ended.get(status, 0) for status in _CLOSED), float(counts.usd[day]))
        for day, ended in sorted(counts.by_day.items())
    ]
    assets = sum(row.assets for row in by_day)
    wants_profiles = request.query_params.get("by") == "profile"
    by_profile = _by_profile(target, counts) if wants_profiles and assets <= _MOST_RECORDS else ()
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
        wants_profiles=wants_profiles,
        is_too_many=assets > _MOST_RECORDS,
        by_profile=by_profile,
        outcomes=[(status, Counter(counts.total)[status]) for status in _CLOSED],
    )


def _by_profile(target: Target, counts: StatusCounts) -> tuple[SpentRow, ...]:
    """The records of the days on which any ended, added up; no other part of the index is asked."""
    parts = [
        (day, status, ended[status])
        for day, ended in counts.by_day.items()
        for status in _CLOSED
        if ended.get(status)
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        read = pool.map(lambda part: records_after(target, part[1], part[0], None, part[2]), parts)
        records = [record for part in read for record in part]
    assets = Counter(record.profile for record in records)
    usd: defaultdict[str, float] = defaultdict(float)
    for record in records:
        usd[record.profile] += record.cost_usd or 0.0
    return tuple(SpentRow(name, assets[name], round(usd[name], 6)) for name in sorted(assets))
