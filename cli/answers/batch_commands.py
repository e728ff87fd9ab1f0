"""`braid batch`: a hundred and more assets asked again in one Bedrock batch job, at about half the price."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from braid.domain.asset.asset import AssetStatus
from braid.domain.wire import encode
from cli.answers.batches import MAX_RECORDS, Batch, Reread, batches, find_batch, read_batch, submit_batch
from cli.errors import EXIT_MISUSE, CommandError
from cli.groups import command_group
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.printable import words
from cli.showing.asset_ids import find_asset
from cli.showing.records import read_result, recent_records
from cli.target import Target

__all__ = ["batch_app"]

batch_app = command_group(
    "Ask about 100 or more assets again in one batch job. Published answers stay as they are."
)
BatchId = Annotated[str, typer.Argument(metavar="BATCH", help="as `braid batch status` lists it")]


@batch_app.command()
def submit(
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="a folder, or a name under profiles/")],
    asset_ids: Annotated[list[str] | None, typer.Argument(metavar="ASSET_ID")] = None,
    all_of: Annotated[
        str | None, typer.Option("--all-of", metavar="PROFILE", help="every asset of this profile")
    ] = None,
    days: Annotated[
        int, typer.Option(metavar="DAYS", min=1, help="with --all-of: how many UTC days to look back")
    ] = 30,
    tier: Annotated[
        str | None, typer.Option(metavar="TIER", help="the tier of the model to ask, such as micro or lite")
    ] = None,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Submit PROFILE's question about assets that have stored evidence.

    Name the assets, or use --all-of PROFILE; Bedrock takes 100 or more. Each is asked once: answers aren't
    repaired and no larger model is tried. It takes hours, up to a day.
    """
    if bool(asset_ids) == bool(all_of):
        raise CommandError("name asset ids, or use --all-of PROFILE, and not both", exit_code=EXIT_MISUSE)
    target = chosen_target(stack)
    assets = _attempts(target, asset_ids) if asset_ids else _all_of(target, str(all_of), days)
    with console.status("writing the requests") as line:
        done = submit_batch(target, profile, assets, tier=tier, now=datetime.now(UTC), tell=line.update)
    if as_json:
        print_json(encode(done))
        return
    for asset_id, reason in done.refused.items():
        console.print(f"left out: {asset_id}: {reason}", markup=False, highlight=False)
    console.print(
        f"{done.records} questions to {done.model_id}; once it is Completed: "
        f"`braid batch read {done.batch_id}`",
        markup=False,
        highlight=False,
    )


@batch_app.command("status")
def batch_status(
    batch_id: Annotated[str | None, typer.Argument(metavar="BATCH")] = None,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """List the batches, or one, with Bedrock's status."""
    target = chosen_target(stack)
    found = batches(target) if batch_id is None else [find_batch(target, batch_id)]
    if as_json:
        print_json([_as_data(batch) for batch in found])
    elif not found:
        console.print("no batch yet; create one with `braid batch submit`")
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("Batch", no_wrap=True)
        for heading in ("Status", "Records", "Model", "Submitted (UTC)"):
            table.add_column(heading, overflow="fold")
        for batch in found:
            submitted = f"{batch.submitted_at.astimezone(UTC):%Y-%m-%d %H:%M}"
            status = f"{batch.status}: {batch.message}" if batch.message else batch.status
            records = f"{batch.done} of {batch.total}"
            table.add_row(batch.batch_id, words(status), records, batch.model_id, submitted)
        out.print(table)


@batch_app.command()
def read(
    batch_id: BatchId,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="PATH", help="write the answers to a file")
    ] = None,
    stack: Stack = None,
) -> None:
    """Read a batch's answers as JSON lines, checked like any other answer.

    Ends with how many are valid, how many differ from the stored answers, and the cost.
    """
    target = chosen_target(stack)
    found: list[Reread] = []
    cost_usd = 0.0
    for some, cost in read_batch(target, find_batch(target, batch_id)):
        found.extend(some)
        cost_usd += cost
    lines = "".join(json.dumps(_line(item), ensure_ascii=output is None) + "\n" for item in found)
    if output is None:
        typer.echo(lines, nl=False)
    else:
        try:
            output.write_text(lines, "utf-8")
        except OSError as error:
            raise CommandError(f"{output}: can't be written: {error.strerror}") from error
    standing = [item for item in found if item.answer is not None]
    changed = sum(item.changed for item in standing)
    estimated = " estimated at AWS prices" if target.is_local else ""
    console.print(
        f"{len(standing)} of {len(found)} answers stand, {changed} differ from the stored ones; "
        f"this cost ${cost_usd:.6f}{estimated}, at assumed half prices",
        highlight=False,
    )


def _attempts(target: Target, asset_ids: list[str]) -> list[tuple[str, int]]:
    found = dict.fromkeys(find_asset(target, given).asset_id for given in asset_ids)
    return [(asset_id, read_result(target, asset_id).attempt) for asset_id in found]


def _all_of(target: Target, profile: str, days: int) -> list[tuple[str, int]]:
    ended = (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)
    records = recent_records(target, days=days, statuses=ended, limit=MAX_RECORDS)
    return [(record.asset_id, record.attempt) for record in records if record.profile == profile]


def _as_data(batch: Batch) -> dict[str, Any]:
    submitted_at = batch.submitted_at.astimezone(UTC).isoformat()
    return {**{name: getattr(batch, name) for name in _MEMBERS}, "submitted_at": submitted_at}


_MEMBERS = ("batch_id", "job_arn", "status", "model_id", "message", "done", "total")


def _line(item: Reread) -> dict[str, Any]:
    answer = item.answer
    return {
        "asset_id": item.asset_id,
        "answer": answer.answer if answer else None,
        "claims": encode(answer.claims) if answer else [],
        "confidence": answer.confidence if answer else None,
        "problems": list(answer.warnings) if answer else [item.reason],
        "changed": item.changed,
    }
