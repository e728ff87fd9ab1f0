"""`braid index`: everything indexed again, another index made live, and what is left of an earlier one."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.target import Target

__all__ = ["index"]

_AT_ONCE = 5


def index(
    everything: Annotated[
        bool, typer.Option("--all", help="index every asset; what is indexed already costs nothing")
    ] = False,
    switch: Annotated[
        bool, typer.Option("--switch", help="search the indexes of the deployed models from now on")
    ] = False,
    drop: Annotated[
        bool, typer.Option("--drop", help="delete indexes that are neither searched nor deployed")
    ] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Show the search index, fill it, or change to another model's.

    After another model was deployed: --all fills its index beside the one that is searched, --switch lets it
    be searched, --drop deletes the old one. It can be stopped at any time, and goes on where it was.
    """
    if sum((everything, switch, drop)) > 1:
        raise CommandError("one of --all, --switch and --drop at a time", exit_code=EXIT_MISUSE)
    from cli.finding.deployed_search import DeployedSearch, find_search

    deployed: DeployedSearch = find_search(chosen_target(stack))
    if everything:
        told = _index_all(deployed)
    elif drop:
        told = _drop(deployed)
    else:
        told = deployed.index("switch" if switch else "status")
    if as_json:
        print_json({name: value for name, value in told.items() if name != "assets"})
    else:
        for name in dict.fromkeys((*told["live"], *told["built"])):
            states = [state for state in ("live", "built") if name in told[state]]
            out.print(f"{name}  {', '.join(states)}", highlight=False, markup=False)
    if told.get("failed"):
        raise typer.Exit(1)


def _index_all(deployed: Any) -> dict[str, Any]:
    from rich.progress import Progress

    ids = _with_results(deployed.target)
    counts = {"assets": len(ids), "vectors": 0, "model_calls": 0, "unchanged": 0, "failed": 0}
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("indexing", total=len(ids))
        for at in range(0, len(ids), _AT_ONCE):
            for asset in deployed.index("index", ids[at : at + _AT_ONCE])["assets"]:
                if "error" in asset:
                    counts["failed"] += 1
                    console.print(f"{asset['asset_id']}: {asset['error']}", style="red", markup=False)
                    continue
                counts["vectors"] += asset.get("vectors", 0)
                counts["model_calls"] += asset.get("model_calls", 0)
                counts["unchanged"] += bool(asset.get("is_unchanged"))
            progress.update(bar, completed=min(len(ids), at + _AT_ONCE))
    console.print(
        f"{counts['assets']} assets: {counts['vectors']} vectors, {counts['model_calls']} made now,"
        f" {counts['unchanged']} assets unchanged, {counts['failed']} failed",
        highlight=False,
    )
    return {**deployed.index("status"), **{name: counts[name] for name in counts if name != "assets"}}


def _with_results(target: Target) -> list[str]:
    """Every asset that has results, whenever it was processed; which of them may be found is seen later."""
    pages = target.s3.get_paginator("list_objects_v2").paginate(
        Bucket=target.results_bucket, Prefix="assets/", Delimiter="/"
    )
    return [each["Prefix"].split("/")[1] for page in pages for each in page.get("CommonPrefixes", [])]


def _drop(deployed: Any) -> dict[str, Any]:
    told: dict[str, Any] = deployed.index("status")
    client = deployed.target.vectors
    kept = {*told["live"], *told["built"]}
    pages = client.get_paginator("list_indexes").paginate(vectorBucketArn=deployed.vector_bucket_arn)
    found = [each for page in pages for each in page["indexes"] if each["indexName"] not in kept]
    for each in found:
        client.delete_index(indexArn=each["indexArn"])
        console.print(f"deleted {each['indexName']}", highlight=False)
    if not found:
        console.print("there is no other index", highlight=False)
    return {**told, "dropped": [each["indexName"] for each in found]}
