"""One record and its counts, written together if the record still is as it was read."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from braid.aws.attributes import from_attributes, to_attributes
from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.asset.asset import GENERATE_FOLDER, AssetKind, AssetRef, AssetStatus
from braid.domain.asset.record_moves import Standing
from braid.domain.errors import NoRoomError, ThrottledError
from braid.store.counts import OPEN_KEY, CountChange
from braid.store.reservations import RESERVED_DAY, RESERVED_USD, Reservation, commitments, money_updates

__all__ = ["MOST_MEETINGS", "NoPlaceError", "RecordWriter", "standing_of"]

# All transactions meet in the item that counts open assets, and DynamoDB refuses one of two that meet.
MOST_MEETINGS = 12
_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.5
_REFUSED = "ConditionalCheckFailed"
_NO_ROOM = "It waits for money: what today (UTC) may cost is spent or reserved (max_usd_per_day)"
# Only records of a kind have it, so that the index by kind holds no others.
_KIND = "kind"
# What a newer attempt doesn't take over.
_OF_ONE_ATTEMPT = ("redrive_count", RESERVED_USD, RESERVED_DAY)
# What a record must still say when it is written that it said when it was read.
_READ_MEMBERS = ("attempt", "status", "execution_arn", "redrive_count")


class NoPlaceError(Exception):
    """As many records are PROCESSING as may be."""


class RecordWriter:
    """Reads records as plain values and writes them back."""

    def __init__(
        self, table: str, *, dynamodb: Any = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._table = table
        self._dynamodb = dynamodb or client("dynamodb")
        self._sleep = sleep

    def read(self, asset_id: str) -> dict[str, Any] | None:
        """The record's members as they stand now, if there is one."""
        with service_errors("dynamodb:GetItem"):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key=to_attributes({"asset_id": asset_id}), ConsistentRead=True
            )
        return from_attributes(answer["Item"]) if "Item" in answer else None

    def write(
        self,
        asset: AssetRef,
        item: Mapping[str, Any] | None,
        status: AssetStatus,
        changes: Mapping[str, Any],
        *,
        now: str,
        limit: int | None = None,
        reservation: Reservation | None = None,
    ) -> bool:
        """Writes the record and the counts if the record still is ``item``; ``False`` if it isn't.

        Raises ``NoPlaceError`` where ``limit`` records are PROCESSING, ``NoRoomError`` where the day has no
        room for ``reservation``; one that was made by this attempt before stands.
        """
        is_same_attempt = item is not None and int(item["attempt"]) == asset.attempt
        settings = {
            **_identity(asset),
            **_status_members(status, now),
            "is_counted": True,
            **({} if is_same_attempt else dict.fromkeys(_OF_ONE_ATTEMPT)),
            **changes,
        }
        if is_same_attempt and item is not None and RESERVED_DAY in item:
            reservation = None
        if reservation is not None:
            settings |= {RESERVED_USD: format(reservation.usd, "f"), RESERVED_DAY: now[:10]}
        if not status.is_open:
            settings[RESERVED_USD] = None
        present = {name: value for name, value in settings.items() if value is not None}
        absent = [name for name, value in settings.items() if value is None]
        assignments = [f"#{name} = :{name}" for name in present]
        if "received_at" not in present:
            assignments.append("#received_at = if_not_exists(#received_at, :now)")
            present = {**present, "now": now}
        expression = "SET " + ", ".join(assignments)
        if absent:
            expression += " REMOVE " + ", ".join(f"#{name}" for name in absent)
        condition, expected = _as_read(item)
        update = {
            "TableName": self._table,
            "Key": to_attributes({"asset_id": asset.asset_id}),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {
                f"#{name}": name for name in (*settings, "received_at", *(_READ_MEMBERS if item else ()))
            },
            "ExpressionAttributeValues": to_attributes(
                {**{f":{name}": value for name, value in present.items()}, **expected}
            ),
        }
        before = None
        if item and item.get("is_counted"):
            before = (AssetStatus(item["status"]), str(item["status_day"]).rpartition("#")[2])
        spent = _spent(asset, item, changes)
        committed = commitments(
            item, is_same_attempt=is_same_attempt, is_end=not status.is_open, spent=spent, now=now
        )
        kind_before = item.get(_KIND) if item else None
        kinds = (_kind(kind_before), _kind(settings.get(_KIND, kind_before)))
        change = CountChange.of(before, status, now=now, usd=spent, kinds=kinds)
        counts = change.updates(self._table, processing_limit=limit)
        money = money_updates(self._table, committed, reservation, now)
        return self._transact([{"Update": update}, *counts, *money])

    def _transact(self, members: Sequence[Mapping[str, Any]]) -> bool:
        """Writes all or nothing; ``False`` where the first member's condition doesn't hold."""
        pause_seconds = _FIRST_PAUSE_SECONDS
        for _ in range(MOST_MEETINGS):
            with service_errors("dynamodb:TransactWriteItems"):
                try:
                    self._dynamodb.transact_write_items(TransactItems=members)
                    return True
                except self._dynamodb.exceptions.TransactionCanceledException as error:
                    codes = [reason.get("Code") for reason in error.response["CancellationReasons"]]
                    if codes[0] == _REFUSED:
                        return False
                    if _REFUSED in codes:
                        key = members[codes.index(_REFUSED)]["Update"]["Key"]["asset_id"]["S"]
                        if key == OPEN_KEY:
                            raise NoPlaceError from None
                        raise NoRoomError(_NO_ROOM) from None
                    if "TransactionConflict" not in codes:
                        raise
            self._sleep(random.uniform(0, pause_seconds))
            pause_seconds = min(2 * pause_seconds, _LONGEST_PAUSE_SECONDS)
        raise ThrottledError("dynamodb:TransactWriteItems: other records are changed all the time")


def standing_of(item: Mapping[str, Any]) -> Standing:
    """What of a record decides about its next status."""
    return Standing(
        int(item["attempt"]),
        AssetStatus(item["status"]),
        item.get("execution_arn"),
        item.get("reason"),
        int(item.get("redrive_count", 0)),
    )


def _kind(value: Any) -> AssetKind | None:
    return AssetKind(value) if value else None


def _spent(asset: AssetRef, item: Mapping[str, Any] | None, changes: Mapping[str, Any]) -> Decimal:
    """What this attempt cost beyond what was counted of it; nothing was, before counts were kept."""
    is_same_attempt = item is not None and int(item["attempt"]) == asset.attempt
    before = Decimal(item.get("cost_usd") or 0) if item is not None and is_same_attempt else Decimal(0)
    counted = before if item is not None and item.get("is_counted") else Decimal(0)
    cost = changes.get("cost_usd")
    return (before if cost is None else Decimal(cost)) - counted


def _as_read(item: Mapping[str, Any] | None) -> tuple[str, dict[str, Any]]:
    """The condition that a record still is as it was read, and the condition's values."""
    if item is None:
        return "attribute_not_exists(#status)", {}
    terms, values = [], {}
    for name in _READ_MEMBERS:
        if name in item:
            terms.append(f"#{name} = :read_{name}")
            values[f":read_{name}"] = item[name]
        else:
            terms.append(f"attribute_not_exists(#{name})")
    return " AND ".join(terms), values


def _identity(asset: AssetRef) -> dict[str, Any]:
    return {
        "attempt": asset.attempt,
        "profile": asset.profile,
        "source_bucket": asset.source.bucket,
        "source_key": asset.source.key,
        "source_version_id": asset.source.version_id,
        **({_KIND: AssetKind.GENERATED.value} if asset.profile == GENERATE_FOLDER else {}),
    }


def _status_members(status: AssetStatus, now: str) -> dict[str, str]:
    """Status with the index's key: the UTC day of the last change."""
    return {"status": status, "status_day": f"{status}#{now[:10]}", "updated_at": now}
