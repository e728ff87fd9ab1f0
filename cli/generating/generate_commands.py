"""`braid generate`: a request is written, with its pictures, into the inbox; the rest is the pipeline's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from braid.domain.toml_text import parse_toml
from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Seconds, Stack, chosen_target, console, out, print_json

__all__ = ["generate"]

_PROVIDERS = "providers"


def generate(
    request: Annotated[
        str,
        typer.Argument(metavar="REQUEST|providers", help="a request's TOML file; or: who makes what"),
    ] = "",
    task: Annotated[str, typer.Option("--task", metavar="TASK", help="instead of a file")] = "",
    prompt: Annotated[str, typer.Option("--prompt", metavar="TEXT", help="what is to be seen")] = "",
    references: Annotated[
        list[Path] | None, typer.Option("--reference", metavar="FILE", help="a picture to start from")
    ] = None,
    mask: Annotated[Path | None, typer.Option("--mask", metavar="FILE", help="white is changed")] = None,
    options: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="any other member, as TOML")
    ] = None,
    by: Annotated[str, typer.Option("--by", envvar="USER", metavar="WHO", help="who asks")] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="the request's name")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="wait until it awaits review or has ended")] = False,
    timeout: Seconds = 3600.0,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Ask for a picture or a video, or list who makes what.

    `braid generate poster.toml` sends a request; pictures that it names by a path on this machine go with it.
    `braid generate --task text_to_image --prompt TEXT` writes the request itself. Nothing is published before
    `braid review approve`. Exit status with --wait as of `braid drop`; 2 where the request is wrong.
    """
    if request == _PROVIDERS:
        _show_providers(as_json=as_json)
        return
    from cli.dropping.asset_commands import send
    from cli.generating.sending import plan_request, request_members

    if bool(request) == bool(task):
        raise CommandError("give a request's file, or --task", exit_code=EXIT_MISUSE)
    members: dict[str, Any]
    if request:
        if prompt or references or mask or options:
            raise CommandError(
                "--prompt, --reference, --mask and --set go with --task", exit_code=EXIT_MISUSE
            )
        path = Path(request)
        members, folder, called = request_members(path), path.parent, name or path.stem
    else:
        members = {"task": task, **_set(options or [])}
        members |= {"prompt": prompt} if prompt else {}
        members |= {"references": [str(item) for item in references]} if references else {}
        members |= {"mask": str(mask)} if mask else {}
        folder, called = Path(), name or task.replace("_", "-")
    planned = plan_request(members, folder=folder, name=called, by=by)
    send(chosen_target(stack), (planned,), "generate", wait=wait, timeout=timeout, as_json=as_json)


def _show_providers(*, as_json: bool) -> None:
    from braid.runtime.provider_library import image_providers
    from cli.generating.provider_table import provider_lines, provider_table

    providers = image_providers()
    if as_json:
        for line in provider_lines(providers):
            print_json(line, indent=None)
        return
    out.print(provider_table(providers))
    console.print(f"[dim]as of {providers.as_of}: registry/image_models.toml[/]", highlight=False)


def _set(options: list[str]) -> dict[str, Any]:
    """``NAME=VALUE`` as TOML has it; a value that is no TOML is text."""

    found: dict[str, Any] = {}
    for option in options:
        key, equals, value = option.partition("=")
        if not equals or not key.isidentifier():
            raise CommandError(f"--set takes NAME=VALUE, not {option!r}", exit_code=EXIT_MISUSE)
        try:
            found[key] = parse_toml(f"value = {value}")["value"]
        except ValueError:
            found[key] = value
    return found
