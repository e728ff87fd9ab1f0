"""`braid delete`: everything that is kept of an asset goes, and what stays elsewhere is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import ClientError

from braid.domain.asset.asset import GENERATE_FOLDER, AssetRef, AssetStatus, Source
from braid.domain.clock import iso
from cli.errors import EXIT_MISUSE, CommandError
from cli.finding.deployed_search import forget_vectors
from cli.generating.taking_back import take_back
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.showing.asset_ids import find_asset
from cli.showing.records import Record, execution_arn_of
from cli.target import Target

if TYPE_CHECKING:
    from braid.store.erasing import Kept

__all__ = ["delete"]

# What a deletion can't reach, and how long it stays there.
_ELSEWHERE = (
    "Still elsewhere: the execution's history, which names the file, for 90 days; log lines with its id"
    ' (no content); the table\'s backups of 35 days; whatever listened to "Asset Processed"'
)


def delete(
    asset_ids: Annotated[list[str], typer.Argument(metavar="ASSET_ID...", help="ids, or their beginnings")],
    keep_source: Annotated[bool, typer.Option("--keep-source", help="leave the file in the inbox")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would go")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="don't ask")] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Delete everything that is kept of assets.

    That is their results, their records, and the versions that were dropped.
    What runs for one is stopped. The record says DELETED and when, and nothing of where the asset came from;
    no late event begins it again. Afterwards all places are looked through once more.
    """
    target = chosen_target(stack)
    records = [_find(target, each) for each in dict.fromkeys(asset_ids)]
    if not (dry_run or yes):
        if not out.is_terminal:
            raise CommandError("deleting can't be undone; say --yes if you mean it", exit_code=EXIT_MISUSE)
        names = ", ".join(record.name or record.asset_id for record in records)
        typer.confirm(f"Delete {names} with all results? This can't be undone.", abort=True)
    for record in records:
        kept = _kept(target, record, keep_source=keep_source)
        if not dry_run:
            _delete(target, record, kept)
            left = _kept(target, record, keep_source=keep_source)
            if not left.is_nothing:
                raise CommandError(
                    f"of {record.asset_id} there is still something: {_told(left)}; repeat the command"
                )
        runs = _runs(target, record)
        _tell(record, kept, runs, as_json=as_json, is_done=not dry_run)
    if not dry_run:
        console.print(f"[dim]{_ELSEWHERE}[/]", highlight=False)


def _find(target: Target, given: str) -> Record:
    """The record; or one of no more than an id, of which results were left without a record."""
    try:
        return find_asset(target, given)
    except CommandError:
        listed = target.s3.list_objects_v2(Bucket=target.results_bucket, Prefix=f"assets/{given}/", MaxKeys=1)
        if not given or not listed.get("Contents"):
            raise
        return Record(given, 1, AssetStatus.FAILED)


def _kept(target: Target, record: Record, *, keep_source: bool) -> Kept:
    from braid.store.erasing import Kept, find_kept  # imports boto3, which help does without

    source = None
    if record.source_key:
        source = Source(target.input_bucket, record.source_key, record.source_version_id)
    kept = find_kept(
        record.asset_id,
        source,
        results_bucket=target.results_bucket,
        table=target.assets_table,
        s3=target.s3,
        dynamodb=target.dynamodb,
    )
    return Kept(kept.results, (), kept.marks) if keep_source else kept


def _delete(target: Target, record: Record, kept: Kept) -> None:
    """First nobody writes any more, then it goes."""
    from braid.store.erasing import erase  # as above
    from braid.store.records import AssetRecords

    asset = AssetRef(
        record.asset_id,
        record.attempt,
        record.profile,
        Source(target.input_bucket, record.source_key, record.source_version_id),
    )
    AssetRecords(target.assets_table, dynamodb=target.dynamodb).delete(asset, now=iso(datetime.now(UTC)))
    if record.status.is_open:
        _stop(target, record)
    _delete_jobs(target, record.asset_id)
    # Before the results: their keys lie among them.
    forget_vectors(target, [record.asset_id])
    if record.profile == GENERATE_FOLDER:
        take_back(target, record.asset_id)
    erase(
        kept,
        results_bucket=target.results_bucket,
        table=target.assets_table,
        s3=target.s3,
        dynamodb=target.dynamodb,
    )


def _stop(target: Target, record: Record) -> None:
    arn = execution_arn_of(target, record)
    try:
        target.stepfunctions.stop_execution(executionArn=arn, cause="the asset was deleted")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
            raise


def _delete_jobs(target: Target, asset_id: str) -> None:
    """Transcribe keeps jobs, which name the file that they heard, for 90 days."""
    # One page is more than an asset has.
    found = target.transcribe.list_transcription_jobs(JobNameContains=asset_id, MaxResults=100)
    for job in found.get("TranscriptionJobSummaries", []):
        target.transcribe.delete_transcription_job(TranscriptionJobName=job["TranscriptionJobName"])


def _runs(target: Target, record: Record) -> tuple[str, ...]:
    from braid.store.erasing import runs_made_of  # as above

    return runs_made_of(record.asset_id, results_bucket=target.results_bucket, s3=target.s3)


def _tell(record: Record, kept: Kept, runs: Sequence[str], *, as_json: bool, is_done: bool) -> None:
    if as_json or not out.is_terminal:
        told = {
            "asset_id": record.asset_id,
            "results": len(kept.results),
            "versions": len(kept.sources),
            "marks": len(kept.marks),
            "learned_by": list(runs),
            "is_deleted": is_done,
        }
        print_json(told, indent=None)
        return
    then = "nothing of it is left" if is_done else "would go"
    out.print(f"{record.asset_id}: {_told(kept)}; {then}", markup=False, highlight=False)
    for run_id in runs:
        said = f"the tuning run {run_id} learned from it: `braid tune delete {run_id}` deletes what it made"
        console.print(said, style="yellow", markup=False, highlight=False)


def _told(kept: Kept) -> str:
    return (
        f"{len(kept.results)} objects of results, {len(kept.sources)} versions in the inbox,"
        f" {len(kept.marks)} marks"
    )
