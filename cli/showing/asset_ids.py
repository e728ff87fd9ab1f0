"""Which asset somebody means: a whole id, the beginning of one, or simply the newest."""

from __future__ import annotations

import re

from botocore.exceptions import ClientError

from braid.domain.asset.asset import AssetStatus
from cli.errors import EXIT_MISUSE, CommandError
from cli.showing.records import Record, read_record, recent_records
from cli.target import Target

__all__ = ["find_asset", "newest_asset"]

_ID = re.compile(r"[a-z0-9-]+")
_TUNING_RUN = re.compile(r"[a-z0-9-]+-\d{8}-\d{6}")  # an asset's id ends with twenty hex digits
_LISTED = 5
_RECENT_DAYS = 2


def find_asset(target: Target, given: str) -> Record:
    """The record of the asset whose id is ``given``, or of the only one whose id begins so.

    Raises ``CommandError`` (exit status 2) where there is none, or more than one.
    """
    if not _ID.fullmatch(given):
        raise _unknown(given)
    if (record := read_record(target, given)) is not None:
        return record
    found = sorted(_beginning_with(target, given))
    if len(found) > 1:
        listed = ", ".join(found[:_LISTED]) + (", ..." if len(found) > _LISTED else "")
        raise CommandError(
            f"{given!r} begins the id of more than one asset ({listed}); type more of it",
            exit_code=EXIT_MISUSE,
        )
    record = read_record(target, found[0]) if found else None
    if record is None:
        raise _unknown(given)
    return record


def newest_asset(target: Target) -> Record:
    """The record that changed last in two days. Raises ``CommandError`` where there is none."""
    found = recent_records(target, days=_RECENT_DAYS, statuses=tuple(AssetStatus), limit=1)
    if not found:
        raise CommandError(
            f"no asset in the last {_RECENT_DAYS} days; `braid status --days 30` lists older ones"
        )
    return found[0]


def _beginning_with(target: Target, given: str) -> set[str]:
    """Ids that begin so, some of them where there are many: of assets with results, and of open ones."""
    try:
        listed = target.s3.list_objects_v2(
            Bucket=target.results_bucket, Prefix=f"assets/{given}", Delimiter="/", MaxKeys=_LISTED + 1
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        raise CommandError(
            f"no asset {given!r}; to find one by the beginning of its id, your identity needs s3:ListBucket "
            f"on {target.results_bucket}",
            exit_code=EXIT_MISUSE,
        ) from error
    found = {item["Prefix"].split("/")[1] for item in listed.get("CommonPrefixes", [])}
    # What has just been dropped has no results yet.
    open_statuses = tuple(status for status in AssetStatus if status.is_open)
    recent = recent_records(target, days=_RECENT_DAYS, statuses=open_statuses, limit=100)
    return found | {record.asset_id for record in recent if record.asset_id.startswith(given)}


def _unknown(given: str) -> CommandError:
    if _TUNING_RUN.fullmatch(given):
        said = f"{given!r} is the id of a tuning run: `braid tune` has status, logs, report and delete for it"
        return CommandError(f"{said}; what ended is torn down, and begins anew", exit_code=EXIT_MISUSE)
    return CommandError(f"no asset {given!r}; `braid status` lists the newest", exit_code=EXIT_MISUSE)
