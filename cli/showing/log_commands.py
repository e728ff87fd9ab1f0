"""`braid logs`: what the functions logged about one asset."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated

import typer

from braid.domain.asset.asset import GENERATE_FOLDER
from cli.options import AssetIdOrNewest, Json, Stack, chosen_target, console, out, print_json
from cli.showing.asset_ids import find_asset, newest_asset
from cli.showing.function_logs import FunctionLogs, LogLine
from cli.showing.log_view import as_row
from cli.showing.records import Record, read_record
from cli.target import Target

__all__ = ["logs"]

# FilterLogEvents allows few requests a second in an account and region; a look takes one per function.
_EMBEDDED_SECONDS, _IN_AWS_SECONDS = 1.0, 10.0


def logs(
    asset_id: AssetIdOrNewest = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="print new lines until the asset has ended")
    ] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Show what the functions logged about an asset.

    Lines come in the order in which they were logged, those of a crash or a timeout included; with --json
    as JSON lines.
    """
    target = chosen_target(stack)
    record = newest_asset(target) if asset_id is None else find_asset(target, asset_id)
    count = 0
    for line in _followed(target, record) if follow else _logs_of(target, record).new_lines():
        count += 1
        if as_json:
            print_json(line.as_json(), indent=None)
        else:
            out.print(as_row(line))
    if not count:
        console.print("no function has logged anything about it yet", highlight=False)


def _followed(target: Target, record: Record) -> Iterator[LogLine]:
    """New lines until the asset has ended, and what had arrived by then."""
    found = _logs_of(target, record)
    pause_seconds = _EMBEDDED_SECONDS if target.is_local else _IN_AWS_SECONDS
    is_open = True
    while is_open:
        now = read_record(target, record.asset_id)
        is_open = now is None or now.status.is_open
        yield from found.new_lines()
        time.sleep(pause_seconds)
    yield from found.new_lines()  # lines take seconds to arrive, also those of the last step


def _logs_of(target: Target, record: Record) -> FunctionLogs:
    stacks = [target.stack_name]
    if record.profile == GENERATE_FOLDER:
        stacks.append(target.name_beside("generation"))
    return FunctionLogs(target, record.asset_id, record.received_at, stacks)
