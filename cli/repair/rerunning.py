"""Asking for assets again: new attempts, from the beginning or from what an earlier one left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.asset.rerun import Rerun, Reuse, StartAt, rerun_message
from braid.domain.asset.result import Result
from braid.domain.clock import iso
from braid.runtime.missing_reasons import NO_ANSWER, TOO_BUSY
from cli.errors import EXIT_MISUSE, CommandError
from cli.repair.messages import send_messages
from cli.showing.records import Record, read_result
from cli.target import Target

__all__ = [
    "AskedAgain",
    "ask_again",
    "check_reusable",
    "is_throttled",
    "next_attempt",
    "next_attempts",
    "send_attempts",
    "start_of_partial",
]

# As steps say it, and as the errors that ended a whole branch do.
_THROTTLED = re.compile(
    rf"{TOO_BUSY}|Throttling|ThrottledError|TooManyRequests|Rate exceeded|LimitExceeded|SlowDown"
)
_ANSWER = "bedrock:Converse"
# What nobody answered for: else a model did, and what it wrote wasn't taken.
_UNASKED = re.compile(rf"^{NO_ANSWER}|^it (?:took longer|ran out)|crashed$|{_THROTTLED.pattern}")


@dataclass(frozen=True)
class AskedAgain:
    """The attempt that was asked for, and what it takes over."""

    asset: AssetRef
    reuse: Reuse | None


def ask_again(target: Target, records: Sequence[Record], start_at: StartAt) -> list[AskedAgain]:
    """Sends the message of each record's next attempt. Raises ``CommandError`` before anything is sent."""
    asked = [next_attempt(target, record, start_at) for record in records]
    send_attempts(target, asked)
    return asked


def send_attempts(target: Target, asked: Sequence[AskedAgain]) -> None:
    """Sends their messages. Dispatch reads them as it reads S3's: what has no place waits."""
    now = iso(datetime.now(UTC))
    send_messages(target, [rerun_message(Rerun(each.asset, each.reuse), now=now) for each in asked])


def next_attempts(
    target: Target, wanted: Iterable[tuple[Record, StartAt]]
) -> tuple[list[AskedAgain], dict[str, str]]:
    """The next attempts of those that can be asked for, and by their ids why others can't be."""
    asked, refused = list[AskedAgain](), dict[str, str]()
    for record, start_at in wanted:
        try:
            asked.append(next_attempt(target, record, start_at))
        except CommandError as error:
            refused[record.asset_id] = error.message
    return asked, refused


def is_throttled(result: Result) -> bool:
    """Whether something is missing because a service was too busy."""
    return any(_THROTTLED.search(item.reason) for item in result.missing)


def start_of_partial(result: Result) -> StartAt | None:
    """Where a PARTIAL asset begins again, so that what stands isn't paid again.

    ``None`` where that would give the same: nothing failed, or a model answered and its answer wasn't taken.
    An asset is PARTIAL for what its reason quotes; what else is missing doesn't make it so.
    """
    told = result.reason or ""
    why = [item for item in result.missing if item.reason.removesuffix(".") in told]
    if why and all(item.operation == _ANSWER for item in why):
        if not any(_UNASKED.search(item.reason) for item in why):
            return None
        return StartAt.INFERENCE if "timeline" in result.results else StartAt.ANALYSIS
    return StartAt.ANALYSIS if result.missing else None


def next_attempt(target: Target, record: Record, start_at: StartAt) -> AskedAgain:
    """What would be asked for. Raises ``CommandError`` where record, file or results forbid it."""
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
    check_reusable(result, start_at)
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


def check_reusable(result: Result, start_at: StartAt) -> None:
    """Raises ``CommandError`` where the asset has nothing left to begin there with."""
    needed = "admission" if start_at is StartAt.FUSION else "timeline"
    if needed in result.results:
        return
    raise CommandError(
        f"{result.asset_id} has no {needed} to go on from: its last attempt ended {result.status} before;"
        " leave --from out to begin with its file",
        exit_code=EXIT_MISUSE,
    )
