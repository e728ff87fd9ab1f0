"""The counts and sums that the records amount to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal

from braid.domain.asset.asset import AssetKind, AssetStatus
from braid.domain.audit.facts import Facts, RecordFact

__all__ = ["committed_at_most", "committed_by_day", "count_days", "count_kinds", "count_open", "spent_by_day"]


def count_open(records: Iterable[RecordFact]) -> dict[AssetStatus, int]:
    """How many counted records are open, by status."""
    return dict(Counter(record.status for record in records if record.is_counted and record.status.is_open))


def count_days(records: Iterable[RecordFact]) -> dict[str, dict[AssetStatus, int]]:
    """How many counted records ended on which day (UTC), by status."""
    days: defaultdict[str, Counter[AssetStatus]] = defaultdict(Counter)
    for record in records:
        if record.is_counted and not record.status.is_open:
            days[record.status_day][record.status] += 1
    return {day: dict(ended) for day, ended in days.items()}


def count_kinds(records: Iterable[RecordFact]) -> dict[AssetKind, int]:
    """How many records there are of each kind."""
    return dict(Counter(record.kind for record in records if record.kind is not None))


def spent_by_day(records: Iterable[RecordFact]) -> dict[str, Decimal]:
    """What the records' last attempts cost by the day of their end: a day cost at least as much."""
    days: defaultdict[str, Decimal] = defaultdict(Decimal)
    for record in records:
        if record.is_counted and not record.status.is_open:
            days[record.status_day] += record.cost_usd
    return dict(days)


def committed_by_day(records: Iterable[RecordFact]) -> dict[str, Decimal]:
    """What the records' last attempts reserved, or cost, on the day that admitted them: at least as much."""
    days: defaultdict[str, Decimal] = defaultdict(Decimal)
    for record in records:
        if record.reserved_day is not None:
            days[record.reserved_day] += record.reserved_usd if record.status.is_open else record.cost_usd
    return dict(days)


def committed_at_most(facts: Facts, day: str) -> Decimal | None:
    """What the records reserved, or cost, on a day, where they tell all of it; ``None`` where they don't.

    A newer attempt, a redriven one and a deletion leave no trace of what was spent before: days between the
    arrival of such an asset and its last change can't be told. Nor can a day on which something moves.
    """
    total = committed_by_day(facts.records.values()).get(day, Decimal(0))
    if facts.folders - set(facts.records):
        return None  # of a lost record nobody knows what it cost, or when
    for record in facts.records.values():
        may_pay = day in (record.reserved_day, record.status_day, facts.now[:10])
        if may_pay and not facts.is_settled(record):
            return None
        is_deleted = record.status is AssetStatus.DELETED
        forgot = is_deleted or record.attempt > 1 or record.redrive_count > 0
        if forgot and (record.received_day or "") <= day <= record.status_day:
            return None
        if record.reserved_day is None and record.status_day == day and record.is_counted:
            total += record.cost_usd  # it ended without a reservation
    return total
