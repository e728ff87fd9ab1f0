"""`braid index`: everything indexed again, another index made live, and what is left of an earlier one."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, out, print_json

__all__ = ["index"]


def index(
    everything: Annotated[
        bool, typer.Option("--all", help="index every asset; what is indexed already costs nothing")
    ] = False,
    batch: Annotated[
        bool,
        typer.Option("--batch", help="with --all: in Bedrock batch jobs, at half the price, within a day"),
    ] = False,
    switch: Annotated[
        bool, typer.Option("--switch", help="search the indexes of the deployed models from now on")
    ] = False,
    drop: Annotated[
        bool, typer.Option("--drop", help="delete indexes that are neither searched nor deployed")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="with --batch or --switch: don't ask")] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Show the search index, fill it, or change to another model's.

    After another model was deployed: --all fills its index beside the one that is searched, --switch lets it
    be searched, --drop deletes the old one. It can be stopped at any time, and goes on where it was. --all
    --batch says the price first; called again it says how far the jobs are, and indexes what they answered.
    """
    if sum((everything, switch, drop)) > 1:
        raise CommandError("one of --all, --switch and --drop at a time", exit_code=EXIT_MISUSE)
    if batch and not everything:
        raise CommandError("--batch goes with --all", exit_code=EXIT_MISUSE)
    from cli.finding.deployed_search import find_search
    from cli.finding.filling import index_all, index_in_batches
    from cli.finding.switching import drop_others, switch_to_deployed

    deployed = find_search(chosen_target(stack))
    told: dict[str, Any]
    if batch:
        told = index_in_batches(deployed, yes=yes)
    elif everything:
        told = index_all(deployed)
    elif drop:
        told = drop_others(deployed)
    elif switch:
        told = switch_to_deployed(deployed, yes=yes)
    else:
        told = deployed.index("status")
    if as_json:
        print_json({name: value for name, value in told.items() if name != "assets"})
    else:
        for name in dict.fromkeys((*told["live"], *told["built"])):
            states = [state for state in ("live", "built") if name in told[state]]
            out.print(f"{name}  {', '.join(states)}", highlight=False, markup=False)
    if told.get("failed"):
        raise typer.Exit(1)
