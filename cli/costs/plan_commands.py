"""`braid plan`: what would come of files before they are dropped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from braid.domain.asset.asset import DEFAULT_PROFILE, GENERATE_FOLDER, is_posts_name
from cli.dropping.drop import check_profile, plan_drop
from cli.options import Json, console, out, print_json
from cli.target import find_target

if TYPE_CHECKING:
    from cli.costs.planning import AssetPlan
    from cli.posts.planning import PostsFilePlan

__all__ = ["plan"]

_EXIT_REJECTED = 3


def plan(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="files, or NAME.bundle folders")],
    profile: Annotated[
        str, typer.Option(metavar="PROFILE", help="the profile, a folder under profiles/")
    ] = DEFAULT_PROFILE,
    bundle: Annotated[
        str | None, typer.Option(metavar="NAME", help="combine the files into one asset with this name")
    ] = None,
    as_json: Json = False,
    stack: Annotated[
        str | None, typer.Option(metavar="STACK", help="a deployment's knobs instead of those in cdk.json")
    ] = None,
) -> None:
    """Say what would come of files before they are dropped.

    Prints steps, quality gates, time and cost.

    Looks at the files, the profile and the knobs in cdk.json on this machine; no service is asked and nothing
    is spent. With --profile generate the files are requests of `braid generate`. With --stack the knobs are
    those of a deployment, of which only its settings are read. Exit status: 0 all would be admitted, 2 a file
    can't be dropped, 3 any would be REJECTED.
    """
    # These import decoders of films and pictures: help does without.
    from cli.answers.trials import read_folder
    from cli.costs.planning import knobs_of, knobs_of_stack, plan_asset
    from cli.costs.prices import price_book
    from cli.posts.planning import PostsFilePlan, plan_posts_file

    if profile == GENERATE_FOLDER:
        _plan_requests(files, stack, as_json=as_json)
        return
    check_profile(profile)
    planned = plan_drop(files, profile=profile, bundle=bundle)
    read, book = read_folder(profile)[0], price_book()
    knobs = knobs_of() if stack is None else knobs_of_stack(find_target(stack))
    plans: list[AssetPlan | PostsFilePlan] = [
        plan_posts_file(
            asset, read, knobs.spending.model_ids, book, max_object_bytes=knobs.limits.max_object_bytes
        )
        if read.posts.accepts and is_posts_name(asset.name) and bundle is None
        else plan_asset(asset, read, knobs, book)
        for asset in planned
    ]
    if as_json or not out.is_terminal:
        for item in plans:
            print_json(item.as_json(), indent=None)
    else:
        for item in plans:
            out.print(_posts_table(item) if isinstance(item, PostsFilePlan) else _table(item))
        console.print(f"[dim]prices of {book.region}, {book.as_of}; nothing was spent[/]")
    if any(item.reason is not None for item in plans):
        raise typer.Exit(_EXIT_REJECTED)


def _plan_requests(files: list[Path], stack: str | None, *, as_json: bool) -> None:
    from cli.generating.request_plan import plan_generation_request, rules_of, rules_of_stack

    rules = rules_of() if stack is None else rules_of_stack(find_target(stack))
    plans = [plan_generation_request(path, rules) for path in files]
    for item in plans:
        if as_json or not out.is_terminal:
            print_json(item.as_json(), indent=None)
        else:
            out.print(item.table())
    if any(item.reason is not None for item in plans):
        raise typer.Exit(_EXIT_REJECTED)


def _posts_table(item: PostsFilePlan) -> Table:
    """What a person reads of a file of posts."""
    table = Table(title=Text(item.name), title_justify="left", show_header=False, box=None)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    told = item.as_json()
    if item.reason is not None:
        table.add_row("rejected", Text(item.reason))
        return table
    warned = [gate for gate in item.admitted.admission.gates if gate.outcome != "pass"]
    table.add_row("content", f"{told['posts']:,} posts in {told['lines']:,} lines")
    table.add_row("gates", Text("; ".join(gate.reason or gate.name for gate in warned) or "all pass"))
    chunks = "1 chunk" if told["chunks"] == 1 else f"{told['chunks']:,} chunks"
    table.add_row("workflow", f"{chunks}, each post judged by {item.model_id}")
    table.add_row(
        "cost",
        f"${item.expected_usd:.4f} of the model if none was judged before; "
        f"${told['usd_per_thousand']:.4f} a thousand",
    )
    return table


def _table(item: AssetPlan) -> Table:
    """What a person reads of one asset."""
    table = Table(title=Text(item.name), title_justify="left", show_header=False, box=None)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    if item.reason is not None:
        table.add_row("rejected", Text(item.reason))
    table.add_row(
        "content", Text(f"{item.admission.media_type}: {', '.join(item.admission.modalities) or '-'}")
    )
    warned = [gate for gate in item.admission.gates if gate.outcome != "pass"]
    table.add_row("gates", Text("; ".join(gate.reason or gate.name for gate in warned) or "all pass"))
    table.add_row("workflow", Text(f"{item.pattern}: {' - '.join(item.steps)}"))
    table.add_row("services", Text(", ".join(item.services)))
    table.add_row("time", f"about {item.estimate.latency_seconds:.0f} s where nothing has to wait")
    expected, bound = item.estimate.expected, item.estimate.bound
    table.add_row("cost", f"${expected.total_usd:.4f} expected, ${bound.total_usd:.2f} at most")
    most = item.bound_by_service
    for service, usd in item.expected_by_service.items():
        table.add_row("", f"{service}: ${usd:.4f}, ${most.get(service, usd):.4f} at most")
    return table
