"""Asking for assets again: new attempts, from the beginning or from what an earlier one left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.asset.rerun import Rerun, Reuse, StartAt, rerun_message
from braid.domain.asset.result import Result
from braid.domain.clock import iso
from braid.runtime.missing_reasons import TOO_BUSY
from cli.errors import EXIT_MISUSE, CommandError
from cli.repair.messages import send_messages
from cli.showing.records import Record, read_result
from cli.target import Target

__all__ = ["AskedAgain", "ask_again", "partial_records", "why_missing"]

# As steps say it, and as the errors that ended a whole branch do.
_THROTTLED = re.compile(
    rf"{TOO_BUSY}|Throttling|ThrottledError|TooManyRequests|Rate exceeded|LimitExceeded|SlowDown"
)


@dataclass(frozen=True)
class AskedAgain:
    """The attempt that was asked for, and what it takes over."""

    asset: AssetRef
    reuse: Reuse | None


def ask_again(target: Target, records: Sequence[Record], start_at: StartAt) -> list[AskedAgain]:
    """Sends the message of each record's next attempt. Raises ``CommandError`` before anything is sent.

    Dispatch reads it as it reads S3's: what has no place waits.
    """
    asked = [_next_attempt(target, record, start_at) for record in records]
    now = iso(datetime.now(UTC))
    send_messages(target, [rerun_message(Rerun(each.asset, each.reuse), now=now) for each in asked])
    return asked


def partial_records(target: Target, records: Sequence[Record]) -> list[tuple[Record, bool]]:
    """The PARTIAL ones among ``records`` and whether a throttle is why, those first."""
    found = [
        (record, any(_THROTTLED.search(reason) for reason in why_missing(target, record)))
        for record in records
        if record.status is AssetStatus.PARTIAL
    ]
    return sorted(found, key=lambda each: not each[1])


def why_missing(target: Target, record: Record) -> list[str]:
    """Why what is missing of an asset's result is missing."""
    return [item.reason for item in read_result(target, record.asset_id).missing]


def _next_attempt(target: Target, record: Record, start_at: StartAt) -> AskedAgain:
    if record.status is AssetStatus.DELETED:
        raise CommandError(f"{record.asset_id} was deleted; drop its file again", exit_code=EXIT_MISUSE)
    if record.status.is_open:
        raise CommandError(
            f"{record.asset_id} is {record.status}; it can be asked for again when it has ended",
            exit_code=EXIT_MISUSE,
        )
    source = Source(target.input_bucket, record.source_key, record.source_version_id)
    asset = AssetRef(record.asset_id, record.attempt + 1, record.profile, source)
    if start_at is StartAt.ANALYSIS:
        _check_source(target, source)
        return AskedAgain(asset, None)
    result = read_result(target, record.asset_id)
    _check_reusable(result, start_at)
    return AskedAgain(asset, Reuse(start_at, result.attempt))


def _check_source(target: Target, source: Source) -> None:
    try:
        target.s3.head_object(Bucket=source.bucket, Key=source.key, VersionId=source.version_id)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchKey", "NoSuchVersion", "405"):
            raise
        raise CommandError(
            f"the version of {source.key} that was dropped is gone; `--from fusion` does without it"
        ) from error


def _check_reusable(result: Result, start_at: StartAt) -> None:
    needed = "admission" if start_at is StartAt.FUSION else "timeline"
    if needed in result.results:
        return
    raise CommandError(
        f"{result.asset_id} has no {needed} to go on from: its last attempt ended {result.status} before;"
        " leave --from out to begin with its file",
        exit_code=EXIT_MISUSE,
    )
