"""Reads the assets table: records, marks, counts and money, as an audit compares them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from braid.aws.attributes import from_attributes
from braid.domain.asset.asset import AssetKind, AssetRef, AssetStatus, Source
from braid.domain.asset.rerun import Reuse
from braid.domain.audit.facts import Facts, RecordFact
from braid.domain.wire import decode
from braid.store.counts import KINDS_KEY, OPEN_KEY
from cli.target import Target

__all__ = ["AssetsTable", "find_record", "look_again", "read_records", "read_table"]

_COUNT, _MARK, _MONEY = "count#", "content#", "money#"
# A task token would let its reader finish a review, and is never read.
_FIELDS = (
    *("asset_id", "attempt", "status", "profile", "source_bucket", "source_key", "source_version_id"),
    *("updated_at", "status_day", "execution_arn", "reason", "redrive_count", "is_counted", "cost_usd"),
    *("reserved_usd", "reserved_day", "committed_usd", "received_at"),
    *("review", "reuse", "content_of", "usd"),
    *(status.value for status in AssetStatus),
    *("kind", "is_source_kept"),
    *(kind.value for kind in AssetKind),
)


@dataclass
class AssetsTable:
    """The assets table by the kinds of its items."""

    records: dict[str, RecordFact]
    open_counts: dict[AssetStatus, int]
    day_counts: dict[str, dict[AssetStatus, int]]
    kind_counts: dict[AssetKind, int]
    day_usd: dict[str, Decimal]
    committed_usd: dict[str, Decimal]
    marks: dict[str, str]


def read_records(target: Target) -> dict[str, RecordFact]:
    """Every record by its asset's id."""
    return read_table(target).records


def look_again(target: Target, facts: Facts) -> Facts:
    """The table as it stands by now; the rest as it was."""
    table = read_table(target)
    return replace(facts, records=table.records, committed_usd=table.committed_usd)


def find_record(target: Target, asset_id: str) -> RecordFact | None:
    """The record as it stands now: a scan passes over what is written behind it."""
    item = target.dynamodb.get_item(
        TableName=target.assets_table, Key={"asset_id": {"S": asset_id}}, ConsistentRead=True
    ).get("Item")
    values = from_attributes(item or {})
    return _record(values) if "status" in values else None


def read_table(target: Target) -> AssetsTable:
    names = {f"#f{index}": field for index, field in enumerate(_FIELDS)}
    pages = target.dynamodb.get_paginator("scan").paginate(
        TableName=target.assets_table,
        ConsistentRead=True,
        ProjectionExpression=", ".join(names),
        ExpressionAttributeNames=names,
    )
    table = AssetsTable({}, {}, {}, {}, {}, {}, {})
    for page in pages:
        for item in page["Items"]:
            _put(table, from_attributes(item))
    return table


def _put(table: AssetsTable, item: dict[str, Any]) -> None:
    key = str(item["asset_id"])
    if key.startswith(_MARK):
        if "content_of" in item:
            table.marks[key] = str(item["content_of"])
    elif key == KINDS_KEY:
        table.kind_counts = {kind: int(item[kind]) for kind in AssetKind if kind in item}
    elif key == OPEN_KEY:
        table.open_counts = _counts(item, (status for status in AssetStatus if status.is_open))
    elif key.startswith(_COUNT):
        day = key.removeprefix(_COUNT)
        table.day_counts[day] = _counts(item, (status for status in AssetStatus if not status.is_open))
        table.day_usd[day] = Decimal(item.get("usd", 0))
    elif key.startswith(_MONEY):
        table.committed_usd[key.removeprefix(_MONEY)] = Decimal(item.get("committed_usd", 0))
    elif "status" in item:
        table.records[key] = _record(item)


def _counts(item: Mapping[str, Any], statuses: Iterable[AssetStatus]) -> dict[AssetStatus, int]:
    return {status: int(item[status]) for status in statuses if status in item}


def _record(item: Mapping[str, Any]) -> RecordFact:
    asset = None
    if "source_key" in item:
        source = Source(item["source_bucket"], item["source_key"], item["source_version_id"])
        asset = AssetRef(item["asset_id"], int(item["attempt"]), item["profile"], source)
    status = AssetStatus(item["status"])
    deadline = None
    if status is AssetStatus.AWAITING_REVIEW and "review" in item:
        deadline = json.loads(item["review"])["request"].get("deadline")
    return RecordFact(
        asset_id=item["asset_id"],
        attempt=int(item["attempt"]),
        status=status,
        asset=asset,
        updated_at=item["updated_at"],
        status_day=str(item["status_day"]).rpartition("#")[2],
        execution_arn=item.get("execution_arn"),
        reason=item.get("reason"),
        redrive_count=int(item.get("redrive_count", 0)),
        is_counted=bool(item.get("is_counted")),
        kind=AssetKind(item["kind"]) if "kind" in item else None,
        cost_usd=Decimal(item.get("cost_usd") or 0),
        reserved_usd=Decimal(item.get("reserved_usd") or 0),
        reserved_day=item.get("reserved_day"),
        received_day=str(item["received_at"])[:10] if "received_at" in item else None,
        review_deadline=deadline,
        reuse=decode(Reuse, json.loads(item["reuse"])) if "reuse" in item else None,
        is_source_kept=bool(item.get("is_source_kept")),
    )
