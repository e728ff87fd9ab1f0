"""What the assets admitted on a day cost, or may: items that change together with the records.

Admit reserves what it expects an asset to cost, if the day has room for it; the close puts what it did cost
in its place, on the same day. Both are members of the transaction that writes the record, so that neither a
crash nor a repeated step can leave a reservation behind or make two. The items lie in the assets table beside
those of ``braid.store.counts``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from braid.aws.attributes import to_attributes

__all__ = [
    "COMMITTED",
    "RESERVED_DAY",
    "RESERVED_USD",
    "Reservation",
    "commitments",
    "money_key",
    "money_updates",
]

# A record's members: what is reserved until it is closed, and the day that pays for it.
RESERVED_USD, RESERVED_DAY = "reserved_usd", "reserved_day"
COMMITTED = "committed_usd"


@dataclass(frozen=True)
class Reservation:
    """``usd`` are wanted where the day may cost ``limit_usd``."""

    usd: Decimal
    limit_usd: Decimal


def money_key(day: str) -> str:
    """The key of a day's item; no asset id has a ``#``."""
    return f"money#{day[:10]}"


def commitments(
    item: Mapping[str, Any] | None, *, is_same_attempt: bool, is_end: bool, spent: Decimal, now: str
) -> dict[str, Decimal]:
    """By day, what a change of the record does to what is committed.

    ``item`` is the record before. An end gives its reservation back and commits what was ``spent`` on the
    same day, without one on the day of the end. What an open record reserved stays committed where a newer
    attempt or a deletion takes it over: its execution may have spent it, and can't say so any more.
    """
    by_day: defaultdict[str, Decimal] = defaultdict(Decimal)
    reserved = Decimal((item or {}).get(RESERVED_USD) or 0)
    day = (item or {}).get(RESERVED_DAY)
    if reserved and day and is_end and is_same_attempt:
        by_day[day] -= reserved
    by_day[day if day and is_same_attempt else now[:10]] += spent
    return {day: usd for day, usd in by_day.items() if usd}


def money_updates(
    table: str, by_day: Mapping[str, Decimal], reservation: Reservation | None, now: str
) -> list[dict[str, Any]]:
    """The members of a transaction. With a reservation it fails where the day has no room for it."""
    changes = dict(by_day)
    if reservation is not None:
        changes[now[:10]] = changes.get(now[:10], Decimal(0)) + reservation.usd
    members = []
    for day, usd in changes.items():
        update: dict[str, Any] = {
            "TableName": table,
            "Key": {"asset_id": {"S": money_key(day)}},
            "UpdateExpression": "ADD #committed :usd",
            "ExpressionAttributeNames": {"#committed": COMMITTED},
            "ExpressionAttributeValues": to_attributes({":usd": usd}),
        }
        if reservation is not None and day == now[:10]:
            # No arithmetic in conditions: what may be committed before is worked out here.
            update["ConditionExpression"] = "attribute_not_exists(#committed) OR #committed <= :room"
            room = max(reservation.limit_usd - reservation.usd, Decimal(0))
            update["ExpressionAttributeValues"] |= to_attributes({":room": room})
        members.append({"Update": update})
    return members
