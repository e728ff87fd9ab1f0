"""`braid delete`: everything that is kept of an asset goes, and what stays elsewhere is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from braid.domain.asset.asset import AssetRef, AssetStatus, Source, asset_id_for
from braid.domain.clock import iso
from cli.errors import EXIT_MISUSE, CommandError
from cli.finding.deployed_search import forget_vectors
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.showing.asset_ids import find_asset
from cli.showing.records import Record, execution_arn_of
from cli.target import Target

if TYPE_CHECKING:
    from braid.store.erasing import AssetEraser, Kept

__all__ = ["delete", "delete_asset"]

# What a deletion can't reach, and how long it stays there.
_ELSEWHERE = (
    "Still elsewhere: the execution's history, which names the file, for 90 days; log lines with its id"
    ' (no content); the table\'s backups of 35 days; whatever listened to "Asset Processed"'
)


def delete(
    asset_ids: Annotated[list[str], typer.Argument(metavar="ASSET_ID", help="ids, or their beginnings")],
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
    eraser = _eraser(target)
    for record in records:
        source = _source_of(target, record)
        kept = _kept(eraser, record, source, keep_source=keep_source)
        if not dry_run:
            _delete_wholly(eraser, target, record, source, kept, keep_source=keep_source)
        _tell(record, kept, as_json=as_json, is_done=not dry_run)
    if not dry_run:
        console.print(f"[dim]{_ELSEWHERE}[/]", highlight=False)


def delete_asset(target: Target, asset_id: str) -> Kept:
    """Deletes everything that is kept of one asset, and returns what it was.

    Raises ``CommandError`` where something is left afterwards.
    """
    record, eraser = _find(target, asset_id), _eraser(target)
    source = _source_of(target, record)
    kept = _kept(eraser, record, source, keep_source=False)
    _delete_wholly(eraser, target, record, source, kept, keep_source=False)
    return kept


def _delete_wholly(
    eraser: AssetEraser,
    target: Target,
    record: Record,
    source: Source | None,
    kept: Kept,
    *,
    keep_source: bool,
) -> None:
    asset = AssetRef(record.asset_id, record.attempt, record.profile, source or Source("", "", ""))
    running = execution_arn_of(target, record) if record.status.is_open else None
    eraser.erase(asset, kept, running=running, now=iso(datetime.now(UTC)), keeps_source=keep_source)
    left = _kept(eraser, record, source, keep_source=keep_source)
    if not left.is_nothing:
        raise CommandError(
            f"of {record.asset_id} there is still something: {left.summary}; repeat the command"
        )


def _find(target: Target, given: str) -> Record:
    """The record; or one of no more than an id, of which results were left without a record."""
    try:
        return find_asset(target, given)
    except CommandError:
        listed = target.s3.list_objects_v2(Bucket=target.results_bucket, Prefix=f"assets/{given}/", MaxKeys=1)
        if not given or not listed.get("Contents"):
            raise
        return Record(given, 1, AssetStatus.FAILED)


def _eraser(target: Target) -> AssetEraser:
    from braid.store.erasing import AssetEraser, Places  # imports boto3, which help does without

    published = (target.outputs_beside("generation") or {}).get("PublishedBucketName", "")
    return AssetEraser(
        Places(target.results_bucket, target.assets_table, published),
        forget_vectors=lambda asset_id: forget_vectors(target, [asset_id]),
        connect=target.client,
    )


def _source_of(target: Target, record: Record) -> Source | None:
    """The version that it came from, which a deleted asset's record doesn't name any more.

    Where a deletion broke off it may still be in the inbox; an asset's id follows from its version.
    """
    from cli.repair.gathering import read_versions  # imports boto3, which help does without

    if record.source_key:
        return Source(target.input_bucket, record.source_key, record.source_version_id)
    versions = (source for source, *_ in read_versions(target))
    return next((source for source in versions if asset_id_for(source) == record.asset_id), None)


def _kept(eraser: AssetEraser, record: Record, source: Source | None, *, keep_source: bool) -> Kept:
    kept = eraser.find(record.asset_id, source)
    return replace(kept, sources=()) if keep_source else kept


def _tell(record: Record, kept: Kept, *, as_json: bool, is_done: bool) -> None:
    if as_json or not out.is_terminal:
        told = {
            "asset_id": record.asset_id,
            "results": len(kept.results),
            "versions": len(kept.sources),
            "marks": len(kept.marks),
            "published": len(kept.published),
            "learned_by": list(kept.learned_by),
            "is_deleted": is_done,
        }
        print_json(told, indent=None)
        return
    then = "nothing of it is left" if is_done else "would go"
    out.print(f"{record.asset_id}: {kept.summary}; {then}", markup=False, highlight=False)
    for run_id in kept.learned_by:
        said = f"the tuning run {run_id} learned from it: `braid tune delete {run_id}` deletes what it made"
        console.print(said, style="yellow", markup=False, highlight=False)
