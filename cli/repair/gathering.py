"""Reads everything that an audit compares, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from braid.domain.asset.asset import INBOX_PREFIX, AssetStatus, Source, asset_id_for, read_inbox_key
from braid.domain.audit.facts import ExecutionFact, Facts, IndexFact, RecordFact, ResultFact
from braid.domain.catalogue.tables import TABLES, rows_key
from braid.domain.clock import iso
from braid.domain.datasets.features import features_folder
from braid.domain.json_text import parse_json
from braid.domain.search.manifest import VectorManifest, manifest_key
from braid.domain.wire import decode_json
from cli.errors import CommandError
from cli.finding.deployed_search import find_search
from cli.repair.assets_table import find_record, read_table
from cli.repair.dead_letters import look_at_dead_letters
from cli.target import Target
from cli.tuning.kept_runs import read_runs

__all__ = ["gather", "read_executions", "read_versions"]

_AT_ONCE = 24
_BY_SOURCE = "by-source/"
# Twice as long as SQS delays a message at most: whatever waits has asked again by then.
_WAITED = timedelta(minutes=30)


def gather(
    target: Target, *, now: datetime, settled: timedelta, tell: Callable[[str], None] = lambda _: None
) -> Facts:
    """Everything as it stands; what changed in the last ``settled`` is left to those who are at it.

    ``tell`` gets a word of each part when it is read.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        versions = pool.submit(_versions, target)
        executions = pool.submit(read_executions, target)
        folders = pool.submit(_ids_below, target, "assets/")
        elsewhere = {place: pool.submit(read, target) for place, read in _ELSEWHERE.items()}
        copies = pool.submit(_copies, target, written_before=now - settled)
        letters = pool.submit(look_at_dead_letters, target)
        messages = pool.submit(_waiting_messages, target)
        tuning = pool.submit(read_runs, target, settled_before=now - settled)
        table = read_table(target)
        told_of = {*folders.result(), *versions.result(), *table.marks.values()}
        table.records.update(_written_meanwhile(target, told_of - set(table.records), pool))
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
            elsewhere={place: frozenset(ids.result()) for place, ids in elsewhere.items()},
            copies=copies.result(),
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


def _written_meanwhile(
    target: Target, asset_ids: Iterable[str], pool: ThreadPoolExecutor
) -> dict[str, RecordFact]:
    """Records of assets that came while the table was read, behind the place where it was being read."""
    found = pool.map(lambda asset_id: find_record(target, asset_id), asset_ids)
    return {record.asset_id: record for record in found if record is not None}


def _ids_below(target: Target, prefix: str) -> set[str]:
    pages = target.s3.get_paginator("list_objects_v2").paginate(
        Bucket=target.results_bucket, Prefix=prefix, Delimiter="/"
    )
    folders = (found["Prefix"] for page in pages for found in page.get("CommonPrefixes", []))
    return {folder.removeprefix(prefix).rstrip("/") for folder in folders}


def _ids_with_rows(target: Target) -> set[str]:
    """Whose rows the catalogue has."""
    lister = target.s3.get_paginator("list_objects_v2")
    patterns = [rows_key(table, "*").partition("*") for table in TABLES]
    return {
        found["Key"].removeprefix(prefix).removesuffix(suffix)
        for prefix, _, suffix in patterns
        for page in lister.paginate(Bucket=target.results_bucket, Prefix=prefix)
        for found in page.get("Contents", [])
    }


def _published_ids(target: Target) -> set[str]:
    """Of what something was published, a hidden version too; none where the deployment makes nothing."""
    bucket = (target.outputs_beside("generation") or {}).get("PublishedBucketName")
    if not bucket:
        return set()
    pages = target.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Delimiter="/")
    return {found["Prefix"].rstrip("/") for page in pages for found in page.get("CommonPrefixes", [])}


# Where something of an asset lies beside its results, and the ids that are found there.
_ELSEWHERE: Mapping[str, Callable[[Target], set[str]]] = {
    "what its steps worked with": lambda target: _ids_below(target, "work/"),
    "features": lambda target: _ids_below(target, features_folder("")),
    "rows of the catalogue": _ids_with_rows,
    "quarantined pictures": lambda target: _ids_below(target, "quarantine/"),
    "published pictures": _published_ids,
}


def _copies(target: Target, *, written_before: datetime) -> dict[str, str]:
    """The folders of copies beside sources, by the source's key; whoever wrote them then has a record."""
    pages = target.s3.get_paginator("list_objects_v2").paginate(
        Bucket=target.results_bucket, Prefix=_BY_SOURCE
    )
    folders = {
        found["Key"].rpartition("/")[0]
        for page in pages
        for found in page.get("Contents", [])
        if found["LastModified"] < written_before
    }
    return {folder.removeprefix(_BY_SOURCE): f"s3://{target.results_bucket}/{folder}/" for folder in folders}


def _result(target: Target, asset_id: str) -> ResultFact | None:
    """What ``result.json`` says; one that can't be read tells as little as none."""
    try:
        body = target.s3.get_object(Bucket=target.results_bucket, Key=f"assets/{asset_id}/result.json")
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    try:
        told = parse_json(body["Body"].read())
        return ResultFact(int(told["attempt"]), AssetStatus(told["status"]))
    except (ValueError, TypeError, LookupError):
        return None


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
