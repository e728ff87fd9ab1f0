"""`braid cost`: what the assets of a deployment cost, and what it costs while nothing happens."""

from __future__ import annotations

import subprocess
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.costs.idle import IdleLine, UnknownResourceError, idle_lines, read_templates, tuned_lines
from cli.costs.prices import price_book
from cli.costs.spent import By, spent
from cli.errors import EXIT_MISUSE, CommandError
from cli.groups import command_group
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.target import HOME, PROJECT_ROOT, find_target
from local import lifecycle

__all__ = ["cost_app"]

_DEFAULT_DAYS = 30
_BY: tuple[By, ...] = ("day", "profile", "service")

cost_app = command_group(
    "Say what assets cost, and what a deployment costs while nothing happens.", is_command=True
)


@cost_app.callback()
def cost(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", metavar="day|profile|service", help="what is added up")] = "day",
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="the first day (UTC), such as 2026-11-01; default: 30 days"),
    ] = None,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Say what assets cost, and what a deployment costs while nothing happens.

    Adds up what every attempt that ended cost, also of assets that were asked for again or deleted since:
    by day as it was counted, by profile and service by the receipts that are left. Beside them stand what
    indexing for search cost, which receipts don't have, and tuning runs, a line of their own.
    """
    if context.invoked_subcommand is not None:
        return
    chosen = next((each for each in _BY if each == by), None)
    if chosen is None:
        raise CommandError(f"--by takes {', '.join(_BY)}, not {by!r}", exit_code=EXIT_MISUSE)
    first = _day(since)
    target = chosen_target(stack)
    rows = spent(target, chosen, first)
    total = round(sum(row.usd for row in rows), 6)
    if as_json or not out.is_terminal:
        told = [{"name": row.name, "assets": row.assets, "usd": row.usd} for row in rows]
        print_json({"by": by, "since": first.isoformat(), "rows": told, "total_usd": total})
        return
    table = Table(box=None)
    table.add_column(by)
    table.add_column("assets", justify="right")
    table.add_column("USD", justify="right")
    for row in rows:
        table.add_row(row.name, str(row.assets), f"{row.usd:.4f}")
    table.add_row("total", "", f"{total:.4f}", style="bold")
    out.print(table)
    if target.is_local:
        console.print("[dim]at AWS prices; nothing was spent on this machine[/]", highlight=False)


@cost_app.command("idle")
def idle(
    assembly: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="a synthesised assembly such as cdk.out; default: made anew"),
    ] = None,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Say what a deployment with these knobs costs a month while nothing happens.

    Read from the templates that the CDK makes of cdk.json; what is stored comes on top. With --stack, or
    where the embedded AWS runs, the tuned models that are kept there are added.
    """
    if assembly is not None:
        templates = read_templates(assembly)
    else:
        with tempfile.TemporaryDirectory() as folder, console.status("synthesising the stacks"):
            templates = read_templates(_synthesised(Path(folder)))
    if not templates:
        raise CommandError(f"{assembly}: holds no *.template.json", exit_code=EXIT_MISUSE)
    try:
        lines = (*_tuned(stack), *idle_lines(templates, price_book()))
    except UnknownResourceError as error:
        raise CommandError(str(error)) from error
    total = round(sum(line.usd_per_month for line in lines), 4)
    if as_json or not out.is_terminal:
        told = [
            {
                "resource_type": line.resource_type,
                "count": line.count,
                "usd_per_month": line.usd_per_month,
                "why": line.why,
            }
            for line in lines
        ]
        print_json({"usd_per_month": total, "lines": told})
        return
    table = Table(box=None)
    for name in ("resources", "", "USD a month", "because"):
        table.add_column(name, justify="right" if name in ("", "USD a month") else "left")
    for line in lines:
        table.add_row(line.resource_type, str(line.count), f"{line.usd_per_month:.2f}", line.why)
    table.add_row("total", "", f"{total:.2f}", "", style="bold")
    out.print(table)


def _tuned(stack: str | None) -> tuple[IdleLine, ...]:
    from cli.tuning.kept_runs import read_runs  # imports botocore's errors, which help does without

    if stack is None and lifecycle.current(HOME) is None:
        return ()
    facts = read_runs(find_target(stack), settled_before=datetime.now(UTC))
    return tuned_lines(facts, price_book()) if facts else ()


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date() - timedelta(days=_DEFAULT_DAYS - 1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"--since takes a day such as 2026-11-01, not {text!r}", exit_code=EXIT_MISUSE
        ) from None


def _synthesised(folder: Path) -> Path:
    cdk = PROJECT_ROOT / "node_modules" / ".bin" / "cdk"
    if not cdk.exists():
        raise CommandError("the CDK isn't installed here: run `make setup`, or name --assembly")
    output = folder / "cdk.out"
    done = subprocess.run(
        [cdk, "synth", "--quiet", "--output", str(output)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"the stacks can't be synthesised: {done.stderr.strip()[-600:]}")
    return output
