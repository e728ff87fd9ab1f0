"""The commands of `braid`, their options and exit statuses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich import filesize
from rich.markup import escape
from rich.status import Status
from rich.table import Table
from rich.text import Text

from braid.domain.asset.asset import DEFAULT_PROFILE, AssetStatus
from braid.domain.wire import encode
from cli.aws_errors import explain
from cli.batch_commands import batch_app
from cli.doctor import examine
from cli.drop import PlannedAsset, check_folder, plan_drop, upload
from cli.encoding import never_fail_to_print
from cli.engines import engines_app
from cli.errors import CommandError
from cli.models_in_use import models_of_stack
from cli.new_profile import new_app
from cli.opening import show_report
from cli.options import (
    AssetId,
    Json,
    Port,
    Seconds,
    Stack,
    chosen_target,
    console,
    out,
    print_json,
)
from cli.outcomes import EXIT_INTERRUPTED, DropOutcome, exit_status
from cli.progress import follow
from cli.records import read_record, read_result, recent_records
from cli.results import get_result
from cli.review_commands import review_app
from cli.show import outcome_table, record_table, show_result
from cli.target import HOME, Target
from cli.trial_commands import ask, try_out

__all__ = ["app", "main"]

app = typer.Typer(
    name="braid",
    help="A file dropped in S3 becomes evidence and an answer. The same commands drive the embedded AWS on "
    "this machine and, with --stack NAME, a stack in your account.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def up(port: Port = None) -> None:
    """Start the embedded AWS and deploy the stacks into it.

    Where it runs already, it deploys what changed. The first time builds the Lambda layers, which takes a
    minute; every start is an empty AWS.
    """
    from cli.local_stack import start  # the embedded AWS's own imports cost a second: only where needed

    start(HOME, port, console)


@app.command()
def down() -> None:
    """Stop the embedded AWS and delete everything in it."""
    from cli.local_stack import stop  # as above

    stop(HOME, console)


@app.command()
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
            console.print("[dim]`braid show ASSET_ID` shows the answer and its evidence[/]", highlight=False)
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


@app.command()
def status(
    asset_id: Annotated[str | None, typer.Argument(metavar="[ASSET_ID]")] = None,
    days: Annotated[int, typer.Option(metavar="DAYS", min=1, help="how many UTC days to look back")] = 2,
    only: Annotated[
        list[AssetStatus] | None,
        typer.Option("--only", metavar="STATUS", help="show only this status; repeatable"),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="COUNT", min=1, help="maximum number of assets")] = 20,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """List the newest assets, or one."""
    target = chosen_target(stack)
    if asset_id is not None:
        record = read_record(target, asset_id)
        if record is None:
            raise CommandError(f"no asset {asset_id!r}; `braid status` lists the newest")
        records = [record]
    else:
        statuses = tuple(only) if only else tuple(AssetStatus)
        records = recent_records(target, days=days, statuses=statuses, limit=limit)
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


@app.command()
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


@app.command()
def show(
    asset_id: AssetId,
    as_json: Json = False,
    open_it: Annotated[
        bool, typer.Option("--open", help="open the report in a browser, with the media it plays")
    ] = False,
    wants_media: Annotated[
        bool | None,
        typer.Option(
            "--media/--no-media", help="with --open: also download the media; default: if under 500 MB"
        ),
    ] = None,
    stack: Stack = None,
) -> None:
    """Show an asset's answer with its citations, and what is missing."""
    target = chosen_target(stack)
    result = read_result(target, asset_id)
    if as_json:
        print_json(encode(result))
    else:
        show_result(out, target, result)
    if open_it:
        show_report(target, result, HOME / "reports", console, wants_media=wants_media)


@app.command()
def get(
    asset_id: AssetId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="a result, as `braid show` lists them")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="PATH", help="write to a file")
    ] = None,
    stack: Stack = None,
) -> None:
    """Copy one named result to a file or to standard output."""
    target = chosen_target(stack)
    body = get_result(target, read_result(target, asset_id), name)
    if output is None:
        sys.stdout.buffer.write(body)
    else:
        try:
            output.write_bytes(body)
        except OSError as error:
            raise CommandError(f"{output}: can't be written: {error.strerror}") from error
        console.print(f"{output} ({len(body)} bytes)", markup=False, highlight=False, soft_wrap=True)


@app.command()
def doctor(port: Port = None, as_json: Json = False, stack: Stack = None) -> None:
    """Check this machine and, with --stack, the deployed models; say how to fix what is missing."""
    findings = [*examine(port), *models_of_stack(stack)]
    if as_json:
        print_json([encode(finding) for finding in findings])
    else:
        table = Table(box=None, pad_edge=False, show_header=False)
        for finding in findings:
            mark = Text("ok", style="green") if finding.ok else Text("fix", style="red")
            remedy = Text(f"\n→ {finding.remedy}", style="bold") if finding.remedy else Text("")
            table.add_row(mark, finding.name, Text(finding.detail) + remedy)
        out.print(table)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


app.add_typer(review_app, name="review")
app.add_typer(new_app, name="new")
app.add_typer(batch_app, name="batch")
app.add_typer(engines_app, name="engines")
app.command("try")(try_out)
app.command()(ask)


def main() -> None:
    """Runs the command; what goes wrong is said in one line on standard error."""
    never_fail_to_print()
    try:
        app()
    except CommandError as error:
        _complain(error.message)
        sys.exit(error.exit_code)
    except (ClientError, BotoCoreError) as error:
        _complain(explain(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


def _complain(message: str) -> None:
    # A terminal wraps between words; a log keeps its line.
    wrap = not console.is_terminal
    console.print(f"braid: {message}", style="red", markup=False, highlight=False, soft_wrap=wrap)
