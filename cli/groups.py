"""Commands that have commands below them: `braid tune`, `braid review`."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

__all__ = ["command_group"]


def command_group(summary: str, *, is_command: bool = False) -> typer.Typer:
    """A group of commands; one that ``is_command`` does something itself where none of them is named."""
    group = typer.Typer(
        cls=_Group,
        add_completion=False,
        help=summary,
        no_args_is_help=not is_command,
        invoke_without_command=is_command,
        rich_markup_mode=None,
    )
    if not is_command:
        group.callback()(_nothing)  # without a callback, a group of one command would be that command
    return group


def _nothing() -> None:
    pass


class _Group(TyperGroup):
    """Says of each command the whole first sentence of its help, which Typer cuts at the end of the line."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        names = self.list_commands(ctx)
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, self.commands[name].get_short_help_str(sys.maxsize)) for name in names]
            )
