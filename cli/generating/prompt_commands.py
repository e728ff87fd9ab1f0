"""`braid prompts`: the templates in prompts/, what they lack, and who approved of this version."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from cli.errors import EXIT_MISUSE, CommandError
from cli.groups import command_group
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.target import PROJECT_ROOT

__all__ = ["prompts_app"]

_PROBLEMS = 3

prompts_app = command_group("List, check and vet prompt templates.")


@prompts_app.command("list")
def list_prompts(as_json: Json = False) -> None:
    """List the templates with their version and who vetted it."""
    from braid.runtime.prompt_library import prompt_names, prompt_template

    templates = [prompt_template(name) for name in prompt_names()]
    if as_json:
        for item in templates:
            print_json(
                {
                    "name": item.name,
                    "task": item.task.value,
                    "version": item.version,
                    "vetted_by": item.vetting.by if item.vetting else None,
                    "vetted_at": item.vetting.at if item.vetting else None,
                    "placeholders": dict(item.placeholders),
                },
                indent=None,
            )
        return
    table = Table("template", "task", "version", "vetted", "values")
    for item in templates:
        vetted = f"{item.vetting.by}, {item.vetting.at[:10]}" if item.vetting else "no"
        table.add_row(item.name, item.task, item.version, vetted, ", ".join(item.placeholders))
    out.print(table)


@prompts_app.command("check")
def check_prompts(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="default: all")] = None,
    as_json: Json = False,
) -> None:
    """Check what templates lack: type, content, style, camera, denials, length.

    Exit status 3 where any lacks something.
    """
    from braid.domain.errors import ConfigError
    from braid.domain.generation.linter import lint_parts
    from braid.runtime.prompt_library import prompt_names, prompt_template
    from braid.runtime.provider_library import image_providers

    found = False
    for name in names or prompt_names():
        try:
            item = prompt_template(name)
        except ConfigError as error:
            raise CommandError(str(error), exit_code=EXIT_MISUSE) from error
        longest = min(
            (row.max_prompt_characters for row in image_providers().providers if item.task in row.tasks),
            default=10_000,
        )
        for problem in lint_parts(
            type=item.type,
            content=item.content,
            style=item.style,
            camera=item.camera,
            task=item.task,
            max_characters=longest,
        ):
            found = True
            if as_json:
                line = {"name": name, "rule": problem.rule, "sentence": problem.sentence}
                print_json(line, indent=None)
            else:
                out.print(f"{name}: {problem.sentence} ({problem.rule})", markup=False, highlight=False)
    if found:
        raise typer.Exit(_PROBLEMS)
    console.print("nothing is missing", highlight=False)


@prompts_app.command("rank")
def rank_prompts(
    days: Annotated[int, typer.Option("--days", min=1, max=365, metavar="N", help="look back so far")] = 90,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Rank templates by what reviewers approved and refused; the surest comes first.

    The order is by the lower end of the 95 % interval of each version's share of approvals.
    """
    from braid.domain.generation.picks import rank
    from braid.domain.wire import encode
    from cli.generating.deployed_picks import read_picks

    standings = rank(read_picks(chosen_target(stack), days=days))
    if as_json:
        for standing in standings:
            print_json(encode(standing), indent=None)
        return
    if not standings:
        out.print(f"nobody approved or rejected anything made of a template in {days} days")
        return
    table = Table("template", "version", "approved", "surely more than")
    for standing in standings:
        shown = f"{standing.picked} of {standing.shown}"
        table.add_row(standing.template, standing.version, shown, f"{standing.lower:.0%}")
    out.print(table)


@prompts_app.command("compare")
def compare_prompts(
    one: Annotated[str, typer.Argument(metavar="NAME", help="a template")],
    other: Annotated[str, typer.Argument(metavar="NAME", help='the other one of `template = "a|b"`')],
    days: Annotated[int, typer.Option("--days", min=1, max=365, metavar="N", help="look back so far")] = 90,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Compare two templates by reviewers' decisions; it may be looked at after every one.

    Exit status 3 while neither is surely better.
    """
    from braid.domain.generation.picks import compare
    from braid.domain.wire import encode
    from cli.generating.deployed_picks import read_picks

    picks = read_picks(chosen_target(stack), days=days)
    arms = [[pick.is_picked for pick in picks if pick.template == name] for name in (one, other)]
    found = compare(arms[0], arms[1], names=(one, other))
    if as_json:
        print_json(encode(found), indent=None)
    else:
        told = f"{found.winner} is better" if found.winner else "neither is surely better yet"
        console.print(
            f"{told}: {found.difference:+.0%} after {found.looked_at} decisions each", highlight=False
        )
    if not found.winner:
        raise typer.Exit(_PROBLEMS)


@prompts_app.command("refresh")
def refresh_prompts(
    new_baseline: Annotated[
        bool, typer.Option("--new-baseline", help="compare with what is made now from here on")
    ] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Compare what is made with its baseline, and bring the library's order up to date.

    The deployment does so once a day: what is due to be made again is asked for too. The baseline before and
    the library's versions are kept. Exit status 3 where anything drifted.
    """
    from cli.functions import call
    from cli.generating.refresh_view import is_drifted, show_refresh

    target = chosen_target(stack)
    name = f"{target.deployment_name}-generation-refresh"
    told = call(target, name, {"is_new_baseline": new_baseline})
    if as_json:
        print_json(told, indent=None)
    else:
        show_refresh(told)
    if is_drifted(told):
        raise typer.Exit(_PROBLEMS)


@prompts_app.command("vet")
def vet_prompt(
    name: Annotated[str, typer.Argument(metavar="NAME", help="a folder under prompts/")],
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="who approves of this version")],
) -> None:
    """Approve of the version that a template has now; an edit takes that away again.

    It is written into prompts/NAME/vetted.toml, beside earlier ones; `braid up` or a deployment brings it.
    """
    from braid.domain.errors import ConfigError, InvalidInputError
    from braid.domain.generation.prompts import vetted_text
    from braid.runtime.now import utc_now
    from braid.runtime.prompt_library import prompt_template

    try:
        item = prompt_template(name)
        place = PROJECT_ROOT / "prompts" / name / "vetted.toml"
        earlier = place.read_text("utf-8") if place.exists() else ""
        text = vetted_text(earlier, item, by=by, at=utc_now())
    except (ConfigError, InvalidInputError) as error:
        raise CommandError(str(error), exit_code=EXIT_MISUSE) from error
    if item.vetting is not None:
        console.print(f"{name}: this version was vetted by {item.vetting.by} before", highlight=False)
    place.write_text(text, "utf-8")
    console.print(f"{name}: version {item.version} is vetted by {by.strip()}", highlight=False, markup=False)
