"""How many assets there are of each status, from the items that change together with the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from braid.aws.attributes import from_attributes
from braid.domain.asset.asset import AssetStatus
from braid.store.counts import OPEN_KEY, day_key
from cli.target import Target

__all__ = ["StatusCounts", "read_counts"]

# BatchGetItem takes 100 keys:
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
_KEYS_AT_ONCE = 100


@dataclass(frozen=True)
class StatusCounts:
    """Open assets by status, the others by the UTC day on which they ended, and what each day's cost."""

    open: Mapping[AssetStatus, int]
    by_day: Mapping[date, Mapping[AssetStatus, int]]
    usd: Mapping[date, Decimal]

    @property
    def total(self) -> Counter[AssetStatus]:
        """All that are open, and all that ended on these days."""
        found = Counter(dict(self.open))
        for ended in self.by_day.values():
            found.update(ended)
        return found

    def on(self, day: date, status: AssetStatus) -> int:
        """How many may be found below a day; of open ones, of which no day is known, all."""
        return self.open.get(status, 0) if status.is_open else self.by_day.get(day, {}).get(status, 0)


def read_counts(target: Target, *, today: date, days: int) -> StatusCounts:
    """The counts of now and of the last ``days`` days: a request for each hundred days."""
    listed = [today - timedelta(days=back) for back in range(days)]
    keys = {day_key(day.isoformat()): day for day in listed}
    items = _items(target, [OPEN_KEY, *keys])
    return StatusCounts(
        open=_statuses(items.get(OPEN_KEY, {})),
        by_day={day: _statuses(items.get(key, {})) for key, day in keys.items()},
        usd={day: Decimal(items.get(key, {}).get("usd", 0)) for key, day in keys.items()},
    )


def _statuses(item: Mapping[str, Any]) -> dict[AssetStatus, int]:
    return {status: int(item[status]) for status in AssetStatus if item.get(status)}


def _items(target: Target, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    found = {}
    for at in range(0, len(keys), _KEYS_AT_ONCE):
        asked: dict[str, Any] = {
            target.assets_table: {
                "Keys": [{"asset_id": {"S": key}} for key in keys[at : at + _KEYS_AT_ONCE]],
                "ConsistentRead": True,
            }
        }
        while asked:
            answer = target.dynamodb.batch_get_item(RequestItems=asked)
            for item in answer["Responses"].get(target.assets_table, []):
                values = from_attributes(item)
                found[str(values["asset_id"])] = values
            asked = answer.get("UnprocessedKeys", {})
    return found
