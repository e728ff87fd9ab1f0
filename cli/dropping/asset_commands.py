"""`braid drop`, `watch` and `status`: files on their way through the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich import filesize
from rich.markup import escape
from rich.status import Status

from braid.domain.asset.asset import DEFAULT_PROFILE, AssetStatus
from braid.domain.wire import encode
from cli.dropping.drop import PlannedAsset, check_folder, check_profile, plan_drop, upload
from cli.dropping.outcomes import DropOutcome, exit_status
from cli.dropping.progress import follow
from cli.errors import EXIT_INTERRUPTED, CommandError
from cli.options import Json, Seconds, Stack, chosen_target, console, out, print_json
from cli.showing.asset_ids import find_asset
from cli.showing.records import follow_execution, recent_records
from cli.showing.show import outcome_table, record_table
from cli.showing.standing import Standing, show_standing
from cli.target import Target

__all__ = ["drop", "send", "status", "watch"]


def drop(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="files, or NAME.bundle folders")],
    bundle: Annotated[
        str | None, typer.Option(metavar="NAME", help="combine the files into one asset with this name")
    ] = None,
    profile: Annotated[
        str, typer.Option(metavar="PROFILE", help="the profile, a folder under profiles/")
    ] = DEFAULT_PROFILE,
    wait: Annotated[bool, typer.Option("--wait", help="wait until every asset has ended")] = False,
    timeout: Seconds = 3600.0,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Put files into the inbox.

    Each becomes an asset of its own. --bundle combines them into one and gives each a role by its content;
    a folder NAME.bundle with your own manifest.json is uploaded unchanged.

    Prints one JSON line per asset with --json or when standard output isn't a terminal. Exit status: 0 all
    well, 1 no deployment or AWS refused, 2 a file was refused before upload, 3 any asset REJECTED, 4 any
    FAILED, 5 not finished within --timeout.
    """
    planned = plan_drop(files, profile=profile, bundle=bundle)
    target = chosen_target(stack)
    if target.is_local:
        check_profile(profile)
    send(target, planned, profile, wait=wait, timeout=timeout, as_json=as_json)


def send(
    target: Target,
    planned: tuple[PlannedAsset, ...],
    profile: str,
    *,
    wait: bool,
    timeout: float,
    as_json: bool,
) -> None:
    """Uploads assets, follows them with ``wait``, and shows how they stand; ends with their exit status."""
    assets = _upload(target, planned, profile)
    if wait:
        outcomes = _follow(target, assets, timeout)
    else:
        outcomes = [DropOutcome(asset_id, AssetStatus.RECEIVED, profile) for _, asset_id, _ in assets]
    if as_json or not out.is_terminal:
        for outcome in outcomes:
            print_json(outcome.as_json(), indent=None)
    else:
        out.print(outcome_table([(name, item) for (name, _, _), item in zip(assets, outcomes, strict=True)]))
        if wait:
            console.print("[dim]`braid show` shows the answer and its evidence[/]", highlight=False)
        else:
            console.print("[dim]`braid watch` follows them[/]", highlight=False)
    if wait:
        raise typer.Exit(exit_status(outcomes))


def _upload(target: Target, planned: tuple[PlannedAsset, ...], profile: str) -> list[tuple[str, str, str]]:
    """Uploads in order and returns name, asset id and profile of each; tells what went up before an error."""
    assets: list[tuple[str, str, str]] = []
    try:
        for asset in planned:
            check_folder(target, asset)
            if asset.told:
                console.print(f"{asset.name}: {asset.told}", markup=False, highlight=False)
            size = filesize.decimal(asset.size_bytes)
            with console.status(f"uploading {escape(asset.name)} ({size})") as line:
                asset_id = upload(target, asset, _telling(line, f"uploading {asset.name} ({size})"))
            assets.append((asset.name, asset_id, profile))
    except (ClientError, BotoCoreError, OSError, KeyboardInterrupt):
        if assets:
            sent = ", ".join(asset_id for _, asset_id, _ in assets)
            console.print(f"already uploaded and being processed: {sent}", markup=False, highlight=False)
        raise
    return assets


def _telling(line: Status, title: str) -> Callable[[str], None]:
    """Shows which of an asset's files is on its way."""
    return lambda file: line.update(escape(f"{title}: {file}"))


def _follow(target: Target, assets: list[tuple[str, str, str]], timeout: float) -> list[DropOutcome]:
    try:
        outcomes = follow(target, assets, timeout_seconds=timeout, console=console)
    except KeyboardInterrupt:
        raise CommandError(
            "stopped waiting; processing continues: `braid watch` follows it, `braid status` lists assets",
            exit_code=EXIT_INTERRUPTED,
        ) from None
    if any(item.status.is_open and item.status != AssetStatus.AWAITING_REVIEW for item in outcomes):
        console.print(
            f"not finished after {timeout:g} s; processing continues, `braid watch` follows it",
            highlight=False,
        )
    return outcomes


def status(
    asset_id: Annotated[
        str | None, typer.Argument(metavar="ASSET_ID", help="one asset in detail: its id or its beginning")
    ] = None,
    days: Annotated[int, typer.Option(metavar="DAYS", min=1, help="how many UTC days to look back")] = 2,
    only: Annotated[
        list[AssetStatus] | None,
        typer.Option("--only", metavar="STATUS", case_sensitive=False, help="show only this; repeatable"),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="COUNT", min=1, help="maximum number of assets")] = 20,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """List the newest assets, or say how one stands."""
    target = chosen_target(stack)
    if asset_id is not None:
        record = find_asset(target, asset_id)
        standing = Standing.of(target, record, follow_execution(target, record))
        if as_json:
            print_json([standing.as_json()])
        else:
            show_standing(out, standing, is_local=target.is_local)
        return
    records = recent_records(target, days=days, statuses=tuple(only or AssetStatus), limit=limit)
    if as_json:
        print_json([encode(record) for record in records])
    elif not records:
        kind = " or ".join(only) + " " if only else ""
        console.print(
            f"no {kind}asset in the last {days} days; `braid drop FILE --wait` makes one, "
            "--days looks further back",
            highlight=False,
        )
    else:
        out.print(record_table(records))


def watch(
    timeout: Seconds = 3600.0,
    days: Annotated[int, typer.Option(metavar="DAYS", min=1, help="how many UTC days to look back")] = 2,
    stack: Stack = None,
) -> None:
    """Follow every open asset until it has ended.

    The exit status is that of `drop --wait`.
    """
    target = chosen_target(stack)
    open_statuses = tuple(
        item for item in AssetStatus if item.is_open and item != AssetStatus.AWAITING_REVIEW
    )
    records = recent_records(target, days=days, statuses=open_statuses, limit=50)
    if not records:
        console.print("no asset is being processed")
        return
    assets = [(record.name, record.asset_id, record.profile) for record in records]
    outcomes = _follow(target, assets, timeout)
    if out.is_terminal:
        out.print(outcome_table([(name, item) for (name, _, _), item in zip(assets, outcomes, strict=True)]))
    raise typer.Exit(exit_status(outcomes))
