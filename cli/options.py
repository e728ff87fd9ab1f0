"""What all commands share: where they print, which deployment they mean, how options are spelled."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.encoding import is_unicode
from cli.target import Target, find_target

__all__ = [
    "AssetId",
    "AssetIdOrNewest",
    "Json",
    "Port",
    "Seconds",
    "Stack",
    "chosen_target",
    "console",
    "out",
    "print_json",
]


class _Output(Console):
    """Standard output whose reader may leave early, as `head` does: the command ends there, quietly."""

    def on_broken_pipe(self) -> None:
        raise  # called while rich handles the BrokenPipeError, which cli.main knows


# Progress and prose go to standard error, data to standard output.
console = Console(stderr=True)
out = _Output()

Stack = Annotated[
    str | None,
    typer.Option("--stack", metavar="NAME", help="the pipeline's stack in AWS; default: the embedded AWS"),
]
Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Port = Annotated[
    int | None,
    typer.Option("--port", envvar="BRAID_PORT", min=1, max=65535, metavar="PORT", help="default: 4566"),
]
AssetId = Annotated[
    str, typer.Argument(metavar="ASSET_ID", help="an asset's id, or as much of its beginning as is unique")
]
AssetIdOrNewest = Annotated[
    str | None,
    typer.Argument(metavar="ASSET_ID", help="an id or its beginning; default: the newest asset"),
]
Seconds = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0, help="stop waiting after this many seconds")
]


def chosen_target(stack: str | None) -> Target:
    """The deployment that ``--stack`` names, else the embedded one, which a terminal is told."""
    target = find_target(stack)
    if target.is_local and console.is_terminal:
        console.print(f"[dim]{target.where}[/]")
    return target


def print_json(value: Any, indent: int | None = 2) -> None:
    """Writes data to standard output. It is never replaced by plain characters: JSON has escapes."""
    escaped = not is_unicode(sys.stdout.encoding)
    sys.stdout.write(json.dumps(value, ensure_ascii=escaped, indent=indent) + "\n")
