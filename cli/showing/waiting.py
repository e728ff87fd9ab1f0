"""How many assets that wait for a place came before one of them."""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.asset.asset import AssetStatus
from braid.runtime.now import utc_now
from cli.showing.records import Record, recent_records
from cli.target import Target

__all__ = ["WaitingBefore", "waiting_before"]

_DAYS, _MOST = 7, 5000


@dataclass(frozen=True)
class WaitingBefore:
    """How many came before; ``or_more`` where not all that wait were looked at."""

    count: int
    or_more: bool


def waiting_before(target: Target, record: Record, *, most: int = _MOST) -> WaitingBefore:
    """How many assets that came before ``record`` wait as it does.

    Looks at the ``most`` whose records changed last, of a week; how many wait at all is counted in the table.
    """
    from braid.store.counts import AssetCounts  # it imports boto3: half a second, which help does without

    there_are = AssetCounts(target.assets_table, dynamodb=target.dynamodb).read(utc_now()).received
    seen = recent_records(target, days=_DAYS, statuses=(AssetStatus.RECEIVED,), limit=most)
    count = sum((each.received_at or "") < (record.received_at or "") for each in seen)
    return WaitingBefore(count, or_more=len(seen) < there_are)
