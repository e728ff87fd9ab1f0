"""`braid show` and `get`: what came out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from braid.domain.wire import encode
from cli.errors import CommandError
from cli.options import AssetId, AssetIdOrNewest, Json, Stack, chosen_target, console, out, print_json
from cli.showing.asset_ids import find_asset, newest_asset
from cli.showing.opening import show_report
from cli.showing.records import read_result
from cli.showing.results import get_result
from cli.showing.show import show_result
from cli.target import HOME

__all__ = ["get", "show"]


def show(
    asset_id: AssetIdOrNewest = None,
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
    """Show an asset's answer with its citations.

    What is missing and why, the timeline and the cost stand beside it.
    """
    target = chosen_target(stack)
    record = newest_asset(target) if asset_id is None else find_asset(target, asset_id)
    result = read_result(target, record.asset_id)
    if as_json:
        print_json(encode(result))
    else:
        show_result(out, target, result)
    if record.attempt > result.attempt:
        told = f"this is how attempt {result.attempt} ended; attempt {record.attempt} is {record.status}"
        console.print(told, highlight=False)
    if open_it:
        show_report(target, result, HOME / "reports", console, wants_media=wants_media)


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
    result = read_result(target, find_asset(target, asset_id).asset_id)
    body = get_result(target, result, name)
    if output is None:
        sys.stdout.buffer.write(body)
    else:
        try:
            output.write_bytes(body)
        except OSError as error:
            raise CommandError(f"{output}: can't be written: {error.strerror}") from error
        console.print(f"{output} ({len(body)} bytes)", markup=False, highlight=False, soft_wrap=True)
