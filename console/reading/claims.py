"""Who is looking at an answer that awaits review: a note on its record that expires by itself.

A claim keeps two people from reading the same answer. It decides nothing: the decision that comes first
stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from braid.domain.asset.asset import AssetStatus
from braid.domain.clock import iso
from cli.target import Target

__all__ = ["CLAIM_FIELDS", "CLAIM_MINUTES", "Claim", "claim", "claim_of", "release"]

CLAIM_MINUTES = 10
CLAIM_FIELDS = ("claimed_by", "claimed_until")
_WAITING = "#status = :waiting AND #attempt = :attempt"


@dataclass(frozen=True)
class Claim:
    """Who looks at it, and until when nobody else is asked to (ISO 8601 in UTC)."""

    by: str
    until: str

    def is_of_another(self, user: str, now: datetime) -> bool:
        """Whether somebody else claims it now."""
        return self.by != user and self.until > iso(now)


def claim(target: Target, asset_id: str, attempt: int, *, by: str, now: datetime) -> bool:
    """Claims a waiting answer for ten minutes; ``False`` where another has, or where it waits no more."""
    values = {
        ":by": {"S": by},
        ":until": {"S": iso(now + timedelta(minutes=CLAIM_MINUTES))},
        ":now": {"S": iso(now)},
    }
    free = "attribute_not_exists(claimed_until) OR claimed_until < :now OR claimed_by = :by"
    change = "SET claimed_by = :by, claimed_until = :until"
    return _update(target, asset_id, attempt, change, f"{_WAITING} AND ({free})", values)


def release(target: Target, asset_id: str, attempt: int, *, by: str) -> bool:
    """Takes one's claim back; ``False`` where it was none of theirs."""
    change = "REMOVE claimed_by, claimed_until"
    return _update(target, asset_id, attempt, change, f"{_WAITING} AND claimed_by = :by", {":by": {"S": by}})


def claim_of(item: Mapping[str, Any]) -> Claim | None:
    """The claim on a record's item, as DynamoDB gives it; an expired one too."""
    if not all(name in item for name in CLAIM_FIELDS):
        return None
    return Claim(item["claimed_by"]["S"], item["claimed_until"]["S"])


def _update(
    target: Target, asset_id: str, attempt: int, change: str, condition: str, values: dict[str, Any]
) -> bool:
    try:
        target.dynamodb.update_item(
            TableName=target.assets_table,
            Key={"asset_id": {"S": asset_id}},
            UpdateExpression=change,
            ConditionExpression=condition,
            ExpressionAttributeNames={"#status": "status", "#attempt": "attempt"},
            ExpressionAttributeValues={
                **values,
                ":waiting": {"S": AssetStatus.AWAITING_REVIEW.value},
                ":attempt": {"N": str(attempt)},
            },
        )
    except target.dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True
