"""`braid tune logs`: what the functions logged about one run."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import Json, Stack, chosen_target, console, out, print_json

__all__ = ["logs"]


def logs(
    run_id: Annotated[
        str | None, typer.Argument(metavar="RUN", help="a run's id, or its name for the newest")
    ] = None,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Show what the functions logged about a run, in the order in which they did."""
    from cli.showing.function_logs import FunctionLogs
    from cli.showing.log_view import as_row
    from cli.tuning.deployed_tuning import find_tuning

    tuning = find_tuning(chosen_target(stack))
    found = tuning.find_run(run_id)
    began = min(at for _, at in tuning.keys(f"tuning/{found}/"))
    lines = FunctionLogs(tuning.target, found, began.isoformat(), [tuning.stack_name]).new_lines()
    for line in lines:
        if as_json:
            print_json(line.as_json(), indent=None)
        else:
            out.print(as_row(line))
    if not lines:
        console.print("no function has logged anything about it yet", highlight=False)
