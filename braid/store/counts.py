"""How many assets are open, and what each day brought and cost: items that change together with the records.

They lie in the assets table, under keys that no asset id can be (an id has no ``#``), without the attributes
of the status index: whoever lists assets doesn't meet them. Every change of a status changes them in the same
transaction, so that a crash between the two can't make them untrue.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from braid.aws.attributes import from_attributes, to_attributes
from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.asset.asset import AssetKind, AssetStatus
from braid.store.reservations import COMMITTED, money_key

__all__ = ["KINDS_KEY", "OPEN_KEY", "AssetCounts", "CountChange", "Counts", "day_key"]

OPEN_KEY = "count#open"
KINDS_KEY = "count#kinds"
_USD = "usd"
_Counted = TypeVar("_Counted", AssetStatus, AssetKind)


def day_key(now: str) -> str:
    """The key of a day's item; ``now`` is ISO 8601 in UTC."""
    return f"count#{now[:10]}"


@dataclass(frozen=True)
class Counts:
    """Open assets by status, and money in US dollars.

    ``ended`` have on the day; ``spent_usd`` is what those cost, ``committed_usd`` what the assets that were
    admitted on it cost or may (``braid.store.reservations``).
    """

    received: int = 0
    processing: int = 0
    awaiting_review: int = 0
    ended: int = 0
    spent_usd: Decimal = Decimal(0)
    committed_usd: Decimal = Decimal(0)

    @property
    def left(self) -> int:
        """How many gave their place back: those that ended on the day, and those that await a person."""
        return self.ended + self.awaiting_review


@dataclass(frozen=True)
class CountChange:
    """What one change of a record does to the counts; nothing where status and, of an end, the day stay.

    An asset that ended counts on the day of its end. Whatever ended it otherwise later, or begins it again,
    takes it back there: so each day's counts are those of the records.
    """

    now: str
    by_status: Mapping[AssetStatus, int] = field(default_factory=dict)
    by_day: Mapping[str, Mapping[AssetStatus, int]] = field(default_factory=dict)
    usd: Decimal = Decimal(0)
    by_kind: Mapping[AssetKind, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        before: tuple[AssetStatus, str] | None,
        after: AssetStatus,
        *,
        now: str,
        usd: Decimal = Decimal(0),
        kinds: tuple[AssetKind | None, AssetKind | None] = (None, None),
    ) -> CountChange:
        """From ``before``, a status and its day, ``None`` where the record is new or was never counted.

        ``kinds`` are the record's before and after.
        """
        by_status: Counter[AssetStatus] = Counter()
        by_day: defaultdict[str, Counter[AssetStatus]] = defaultdict(Counter)
        for (status, day), by in ((before or (None, ""), -1), ((after, now[:10]), 1)):
            if status is None:
                continue
            if status.is_open:
                by_status[status] += by
            else:
                by_day[day][status] += by
        by_kind: Counter[AssetKind] = Counter()
        for kind, by in zip(kinds, (-1, 1), strict=True):
            if kind is not None:
                by_kind[kind] += by
        ended_by_day = {day: _changed(ended) for day, ended in by_day.items()}
        return cls(now, _changed(by_status), ended_by_day, usd, _changed(by_kind))

    def updates(self, table: str, *, processing_limit: int | None = None) -> list[dict[str, Any]]:
        """The members of a transaction; with a limit it fails where as many are PROCESSING already."""
        members = []
        if self.by_status:
            values = {status.value: Decimal(by) for status, by in self.by_status.items()}
            members.append(_add(table, OPEN_KEY, values, processing_limit))
        if self.by_kind:
            values = {kind.value: Decimal(by) for kind, by in self.by_kind.items()}
            members.append(_add(table, KINDS_KEY, values, None))
        days = {
            day: {status.value: Decimal(by) for status, by in ended.items()}
            for day, ended in self.by_day.items()
        }
        if self.usd:
            days.setdefault(self.now[:10], {})[_USD] = self.usd
        members += [_add(table, day_key(day), values, None) for day, values in days.items() if values]
        return members


class AssetCounts:
    """The counts of one deployment."""

    def __init__(self, table: str, *, dynamodb: Any = None) -> None:
        self._table = table
        self._dynamodb = dynamodb or client("dynamodb")

    def read(self, now: str) -> Counts:
        """The counts as they stand, and what ended and was spent on the day of ``now``."""
        open_item, day_item = self._item(OPEN_KEY), self._item(day_key(now))
        return Counts(
            received=int(open_item.get(AssetStatus.RECEIVED, 0)),
            processing=int(open_item.get(AssetStatus.PROCESSING, 0)),
            awaiting_review=int(open_item.get(AssetStatus.AWAITING_REVIEW, 0)),
            ended=sum(int(day_item.get(status, 0)) for status in AssetStatus if not status.is_open),
            spent_usd=Decimal(day_item.get(_USD, 0)),
            committed_usd=Decimal(self._item(money_key(now)).get(COMMITTED, 0)),
        )

    def correct(self, key: str, read: Mapping[str, Decimal], right: Mapping[str, Decimal]) -> bool:
        """Sets the members of a count to ``right`` if all still are as they were ``read`` (absent is 0).

        ``False`` where somebody counted meanwhile: read again.
        """
        names = sorted({*read, *right})
        if not names:
            return True
        terms = [
            f"#{name} = :read_{name}" if name in read else f"attribute_not_exists(#{name})" for name in names
        ]
        values = {f":read_{name}": value for name, value in read.items()}
        values |= {f":{name}": right.get(name, Decimal(0)) for name in names}
        with service_errors("dynamodb:UpdateItem"):
            try:
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key={"asset_id": {"S": key}},
                    UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in names),
                    ConditionExpression=" AND ".join(terms),
                    ExpressionAttributeNames={f"#{name}": name for name in names},
                    ExpressionAttributeValues=to_attributes(values),
                )
            except self._dynamodb.exceptions.ConditionalCheckFailedException:
                return False
        return True

    def _item(self, key: str) -> dict[str, Any]:
        with service_errors("dynamodb:GetItem"):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key={"asset_id": {"S": key}}, ConsistentRead=True
            )
        return from_attributes(answer.get("Item", {}))


def _changed(counts: Mapping[_Counted, int]) -> dict[_Counted, int]:
    return {counted: by for counted, by in counts.items() if by}


def _add(table: str, key: str, by: Mapping[str, Decimal], processing_limit: int | None) -> dict[str, Any]:
    names = {f"#{name}": name for name in by}
    update: dict[str, Any] = {
        "TableName": table,
        "Key": {"asset_id": {"S": key}},
        "UpdateExpression": "ADD " + ", ".join(f"#{name} :{name}" for name in by),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": to_attributes({f":{name}": value for name, value in by.items()}),
    }
    if processing_limit is not None:
        update["ConditionExpression"] = "attribute_not_exists(#PROCESSING) OR #PROCESSING < :limit"
        update["ExpressionAttributeValues"][":limit"] = {"N": str(processing_limit)}
    return {"Update": update}
