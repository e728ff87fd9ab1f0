"""Reading what the pipeline knows about assets: records, executions, results."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

from braid.domain.asset.asset import (
    BUNDLE_SUFFIX,
    INBOX_PREFIX,
    MANIFEST_NAME,
    AssetKind,
    AssetStatus,
    execution_name,
)
from braid.domain.asset.result import Result
from cli.errors import EXIT_MISUSE, CommandError
from cli.showing.documents import read_stored
from cli.target import Target

__all__ = [
    "ExecutionProgress",
    "Record",
    "execution_arn_of",
    "follow_execution",
    "name_of",
    "read_record",
    "read_result",
    "recent_records",
    "records_after",
]

_SHOWN_WITHIN_SECONDS = 5.0
_ASK_AGAIN_SECONDS = 0.2
# A task token would let its reader finish a review: the command reads records by name and never asks for it.
_FIELDS = (
    "asset_id",
    "attempt",
    "status",
    "profile",
    "source_key",
    "source_version_id",
    "kind",
    "media_type",
    "modalities",
    "received_at",
    "updated_at",
    "finished_at",
    "reason",
    "result_uri",
    "execution_arn",
    "cost_usd",
)
# The most that one request may ask for; an asset's whole history is far shorter unless it waits for hours.
_HISTORY_PAGE = 1000
# Indexes of the table, and what their partitions are named by.
_BY_STATUS, _BY_KIND = ("by-status", "status_day"), ("by-kind", "kind")


@dataclass(frozen=True)
class Record:
    """An asset's record; times are ISO 8601 in UTC."""

    asset_id: str
    attempt: int
    status: AssetStatus
    profile: str = ""
    source_key: str = ""
    source_version_id: str = ""
    kind: str | None = None
    media_type: str | None = None
    modalities: tuple[str, ...] = ()
    received_at: str | None = None
    updated_at: str | None = None
    finished_at: str | None = None
    reason: str | None = None
    result_uri: str | None = None
    execution_arn: str | None = None
    cost_usd: float | None = None

    @property
    def name(self) -> str:
        """What a person calls the asset; of a deleted one nobody knows any more."""
        if self.status is AssetStatus.DELETED:
            return "(deleted)"
        return name_of(self.source_key, self.profile)


def name_of(source_key: str, profile: str) -> str:
    """The source key without its inbox folder, and a bundle by its own: ``mug.bundle``."""
    name = source_key.removeprefix(INBOX_PREFIX).removeprefix(f"{profile}/")
    return name.removesuffix(f"/{MANIFEST_NAME}") if f"{BUNDLE_SUFFIX}/" in name else name


def _projection() -> dict[str, Any]:
    names = {f"#f{index}": field for index, field in enumerate(_FIELDS)}
    return {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}


def _record(item: dict[str, Any]) -> Record:
    from boto3.dynamodb.types import TypeDeserializer  # boto3 costs half a second, which help does without

    deserialize = TypeDeserializer().deserialize
    values = {name: _plain(deserialize(value)) for name, value in item.items()}
    values["status"] = AssetStatus(values["status"])
    values["modalities"] = tuple(values.get("modalities") or ())
    if (cost := values.get("cost_usd")) is not None:
        values["cost_usd"] = float(cost)
    return Record(**values)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) else value


def read_record(target: Target, asset_id: str) -> Record | None:
    """The asset's record, if there is one yet."""
    item = target.dynamodb.get_item(
        TableName=target.assets_table, Key={"asset_id": {"S": asset_id}}, ConsistentRead=True, **_projection()
    ).get("Item")
    return _record(item) if item else None


def recent_records(
    target: Target, *, days: int, statuses: tuple[AssetStatus, ...], limit: int
) -> list[Record]:
    """The newest records of the last ``days`` UTC days, at most ``limit``."""
    today = datetime.now(UTC).date()
    found = [
        record
        for status in statuses
        for back in range(days)
        for record in records_after(target, status, today - timedelta(days=back), None, limit)
    ]
    return sorted(found, key=lambda record: record.updated_at or "", reverse=True)[:limit]


def records_after(
    target: Target, status: AssetStatus, day: date, shown: tuple[str, str] | None, limit: int
) -> list[Record]:
    """The next records of one status that changed last on a UTC day, the newest first.

    ``shown`` is what the list ended with before: its time and its asset id.
    """
    return _read_on(target, _BY_STATUS, f"{status}#{day.isoformat()}", shown, limit)


def records_of_kind(
    target: Target, kind: AssetKind, shown: tuple[str, str] | None, limit: int
) -> list[Record]:
    """The next records of one kind, the newest change first; ``shown`` as with ``records_after``."""
    return _read_on(target, _BY_KIND, kind.value, shown, limit)


def _newest_first(target: Target, by: tuple[str, str], value: str) -> dict[str, Any]:
    """The query of one partition of an index, the newest change first."""
    (index, attribute), projection = by, _projection()
    projection["ExpressionAttributeNames"]["#partition"] = attribute
    return {
        "TableName": target.assets_table,
        "IndexName": index,
        "KeyConditionExpression": "#partition = :partition",
        "ExpressionAttributeValues": {":partition": {"S": value}},
        "ScanIndexForward": False,
        **projection,
    }


def _read_on(
    target: Target, by: tuple[str, str], value: str, shown: tuple[str, str] | None, limit: int
) -> list[Record]:
    request, found = _newest_first(target, by, value), list[Record]()
    if shown is not None:
        at, asset_id = shown
        key = {"asset_id": asset_id, by[1]: value, "updated_at": at}
        request["ExclusiveStartKey"] = {name: {"S": text} for name, text in key.items()}
    while len(found) < limit:
        answer = target.dynamodb.query(Limit=limit - len(found), **request)
        found += map(_record, answer["Items"])
        if "LastEvaluatedKey" not in answer:
            break
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return found


@dataclass(frozen=True)
class ExecutionProgress:
    """Where an execution stands: the states it is in now, how many it entered, and when it ran."""

    current_states: tuple[str, ...]
    entered_count: int
    started_at: datetime | None
    stopped_at: datetime | None
    is_running: bool

    @property
    def duration_seconds(self) -> float | None:
        """From start to stop, if it has stopped."""
        if self.started_at is None or self.stopped_at is None:
            return None
        return round((self.stopped_at - self.started_at).total_seconds(), 3)


def execution_arn_of(target: Target, record: Record) -> str:
    """The record's execution, as the record names it, or as it will be called."""
    if record.execution_arn:
        return record.execution_arn
    prefix = target.state_machine_arn.replace(":stateMachine:", ":execution:")
    return f"{prefix}:{execution_name(record.asset_id, record.attempt)}"


def follow_execution(target: Target, record: Record) -> ExecutionProgress | None:
    """The progress of the record's execution; nothing before it has started.

    One request while the record is open, two once it is closed: only then it matters when it stopped.
    """
    arn = execution_arn_of(target, record)
    try:
        pages = target.stepfunctions.get_paginator("get_execution_history").paginate(
            executionArn=arn, includeExecutionData=False, PaginationConfig={"PageSize": _HISTORY_PAGE}
        )
        events = [event for page in pages for event in page["events"]]
        stopped = None
        if not record.status.is_open:
            stopped = target.stepfunctions.describe_execution(executionArn=arn).get("stopDate")
    except ClientError as error:
        if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
            return None
        raise
    open_states: dict[str, None] = {}
    entered_count = 0
    for event in events:
        if event["type"].endswith("StateEntered"):
            entered_count += 1
            open_states[event["stateEnteredEventDetails"]["name"]] = None
        elif event["type"].endswith("StateExited"):
            open_states.pop(event["stateExitedEventDetails"]["name"], None)
    # A Parallel state is open as long as its branches are; what runs inside says more.
    current = tuple(name for name in open_states if name != "Analyze Modalities") or tuple(open_states)
    return ExecutionProgress(
        current_states=current,
        entered_count=entered_count,
        started_at=events[0]["timestamp"] if events else None,
        stopped_at=stopped,
        is_running=stopped is None,
    )


def read_result(target: Target, asset_id: str) -> Result:
    """The asset's ``result.json``. Raises ``CommandError`` if there is none yet."""
    key = f"assets/{asset_id}/result.json"
    until = time.monotonic() + _SHOWN_WITHIN_SECONDS
    while True:
        try:
            return read_stored(target, Result, target.results_bucket, key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("NoSuchKey", "AccessDenied", "404"):
                raise
            record = read_record(target, asset_id)
            # A record is closed a moment before its result is written.
            is_final = record is None or record.status.is_open or record.status is AssetStatus.DELETED
            if is_final or time.monotonic() > until:
                raise _no_result(asset_id, record) from error
        time.sleep(_ASK_AGAIN_SECONDS)


def _no_result(asset_id: str, record: Record | None) -> CommandError:
    if record is None:
        return CommandError(f"no asset {asset_id!r}; `braid status` lists the newest", exit_code=EXIT_MISUSE)
    if record.status is AssetStatus.DELETED:
        return CommandError(f"{asset_id} was deleted on {(record.updated_at or '')[:10]}")
    hint = "`braid watch` follows it"
    if record.status is AssetStatus.AWAITING_REVIEW:
        hint = f"`braid review show {asset_id}` shows the answer that awaits review"
    elif not record.status.is_open:
        hint = "`braid audit --fix` writes what is missing"
    return CommandError(f"{asset_id} has no result yet: its status is {record.status}; {hint}")
