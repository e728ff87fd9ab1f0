"""Reads everything that an audit compares, side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from braid.aws.attributes import from_attributes
from braid.domain.asset.asset import (
    INBOX_PREFIX,
    AssetKind,
    AssetRef,
    AssetStatus,
    Source,
    asset_id_for,
    read_inbox_key,
)
from braid.domain.asset.rerun import Reuse
from braid.domain.audit.facts import ExecutionFact, Facts, IndexFact, RecordFact, ResultFact
from braid.domain.clock import iso
from braid.domain.search.manifest import VectorManifest, manifest_key
from braid.domain.wire import decode, decode_json
from braid.store.counts import KINDS_KEY, OPEN_KEY
from cli.errors import CommandError
from cli.finding.deployed_search import find_search
from cli.repair.dead_letters import look_at_dead_letters
from cli.target import Target
from cli.tuning.kept_runs import read_runs

__all__ = ["gather", "look_again", "read_executions", "read_records", "read_versions"]

T = TypeVar("T")
_AT_ONCE = 24
_COUNT, _MARK, _MONEY = "count#", "content#", "money#"
# Twice as long as SQS delays a message at most: whatever waits has asked again by then.
_WAITED = timedelta(minutes=30)
# A task token would let its reader finish a review, and is never read.
_FIELDS = (
    *("asset_id", "attempt", "status", "profile", "source_bucket", "source_key", "source_version_id"),
    *("updated_at", "status_day", "execution_arn", "reason", "redrive_count", "is_counted", "cost_usd"),
    *("reserved_usd", "reserved_day", "committed_usd", "received_at"),
    *("review", "reuse", "content_of", "usd"),
    *(status.value for status in AssetStatus),
    "kind",
    *(kind.value for kind in AssetKind),
)


@dataclass
class _Table:
    """The assets table by the kinds of its items."""

    records: dict[str, RecordFact]
    open_counts: dict[AssetStatus, int]
    day_counts: dict[str, dict[AssetStatus, int]]
    kind_counts: dict[AssetKind, int]
    day_usd: dict[str, Decimal]
    committed_usd: dict[str, Decimal]
    marks: dict[str, str]


def gather(
    target: Target, *, now: datetime, settled: timedelta, tell: Callable[[str], None] = lambda _: None
) -> Facts:
    """Everything as it stands; what changed in the last ``settled`` is left to those who are at it.

    ``tell`` gets a word of each part when it is read.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        versions = pool.submit(_versions, target)
        executions = pool.submit(read_executions, target)
        folders = pool.submit(_folders, target)
        letters = pool.submit(look_at_dead_letters, target)
        messages = pool.submit(_waiting_messages, target)
        tuning = pool.submit(read_runs, target, settled_before=now - settled)
        table = _read_table(target)
        tell(f"{len(table.records)} records")
        with_results = folders.result() | set(table.records)
        tell(f"{len(folders.result())} folders of results")
        results = {
            asset_id: result
            for asset_id, result in pool.map(lambda each: (each, _result(target, each)), with_results)
            if result is not None
        }
        tell(f"{len(results)} results")
        indexed = _indexed(target, with_results, pool)
        return Facts(
            now=iso(now),
            settled_before=iso(now - settled),
            waited_since=iso(now - max(settled, _WAITED)),
            versions=versions.result(),
            records=table.records,
            executions=executions.result(),
            results=results,
            folders=frozenset(folders.result()),
            open_counts=table.open_counts,
            day_counts=table.day_counts,
            kind_counts=table.kind_counts,
            day_usd=table.day_usd,
            committed_usd=table.committed_usd,
            waiting_messages=messages.result(),
            dead_letters=letters.result(),
            marks=table.marks,
            indexed=indexed,
            tuning=tuning.result(),
        )


def look_again(target: Target, facts: Facts) -> Facts:
    """The table as it stands by now; the rest as it was."""
    table = _read_table(target)
    return replace(facts, records=table.records, committed_usd=table.committed_usd)


def read_versions(target: Target, prefix: str = INBOX_PREFIX) -> Iterator[tuple[Source, str, int]]:
    """Every object version below ``prefix`` that starts an asset, with its time (ISO 8601) and its bytes."""
    pages = target.s3.get_paginator("list_object_versions").paginate(
        Bucket=target.input_bucket, Prefix=prefix
    )
    for page in pages:
        for found in page.get("Versions", []):
            if read_inbox_key(found["Key"]).starts_execution:
                source = Source(target.input_bucket, found["Key"], found["VersionId"])
                yield source, iso(found["LastModified"]), int(found["Size"])


def read_records(target: Target) -> dict[str, RecordFact]:
    """Every record by its asset's id."""
    return _read_table(target).records


def _versions(target: Target) -> dict[str, tuple[Source, str]]:
    return {asset_id_for(source): (source, at) for source, at, _ in read_versions(target)}


def read_executions(target: Target) -> dict[str, ExecutionFact]:
    """Every execution that Step Functions still knows, by its name."""
    lister = target.stepfunctions.get_paginator("list_executions")
    return {
        found["name"]: ExecutionFact(
            found["executionArn"], found["status"], int(found.get("redriveCount") or 0)
        )
        for machine_arn in target.machine_arns
        for page in lister.paginate(stateMachineArn=machine_arn, PaginationConfig={"PageSize": 1000})
        for found in page["executions"]
    }


def _folders(target: Target) -> set[str]:
    pages = target.s3.get_paginator("list_objects_v2").paginate(
        Bucket=target.results_bucket, Prefix="assets/", Delimiter="/"
    )
    return {found["Prefix"].split("/")[1] for page in pages for found in page.get("CommonPrefixes", [])}


def _result(target: Target, asset_id: str) -> ResultFact | None:
    try:
        body = target.s3.get_object(Bucket=target.results_bucket, Key=f"assets/{asset_id}/result.json")
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    told = json.loads(body["Body"].read())
    return ResultFact(int(told["attempt"]), AssetStatus(told["status"]))


def _indexed(
    target: Target, asset_ids: Iterable[str], pool: ThreadPoolExecutor
) -> dict[str, IndexFact] | None:
    """What search keeps of each; ``None`` where there is no search."""
    try:
        find_search(target)
    except CommandError:
        return None
    found = pool.map(lambda asset_id: (asset_id, _index(target, asset_id)), asset_ids)
    return {asset_id: index for asset_id, index in found if index is not None}


def _index(target: Target, asset_id: str) -> IndexFact | None:
    key = manifest_key(asset_id)
    try:
        body = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    told = decode_json(VectorManifest, body, source=key)
    return IndexFact(told.attempt, told.is_complete, sum(map(len, told.keys.values())))


def _waiting_messages(target: Target) -> int:
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    told = target.sqs.get_queue_attributes(QueueUrl=target.inbox_queue_url, AttributeNames=names)
    return sum(int(value) for value in told["Attributes"].values())


def _read_table(target: Target) -> _Table:
    names = {f"#f{index}": field for index, field in enumerate(_FIELDS)}
    pages = target.dynamodb.get_paginator("scan").paginate(
        TableName=target.assets_table,
        ConsistentRead=True,
        ProjectionExpression=", ".join(names),
        ExpressionAttributeNames=names,
    )
    table = _Table({}, {}, {}, {}, {}, {}, {})
    for page in pages:
        for item in page["Items"]:
            _put(table, from_attributes(item))
    return table


def _put(table: _Table, item: dict[str, Any]) -> None:
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
    )
