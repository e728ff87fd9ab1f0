"""The `braid` command: which commands there are, and how what goes wrong is said.

A command's module is imported when that command is called, so that help and completion answer at once.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from cli.encoding import never_fail_to_print
from cli.errors import EXIT_BROKEN_PIPE, EXIT_INTERRUPTED, EXIT_MISUSE, CommandError

__all__ = ["COMMANDS", "app", "load", "main"]

# Under what people do: each command's module and function (or group of commands), and what help says of it.
COMMANDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "On this machine": {
        "up": ("cli.machine.deployment_commands:up", "Start the embedded AWS and deploy the stacks into it."),
        "down": (
            "cli.machine.deployment_commands:down",
            "Stop the embedded AWS and delete everything in it.",
        ),
        "env": ("cli.machine.deployment_commands:env", "Print what points the AWS CLI at the embedded AWS."),
        "doctor": ("cli.machine.deployment_commands:doctor", "Check this machine, or a deployment in AWS."),
        "engines": (
            "cli.machine.engines:engines_app",
            "Show and fetch what stands in for the AI services here.",
        ),
    },
    "Files and their answers": {
        "drop": ("cli.dropping.asset_commands:drop", "Put files into the inbox."),
        "watch": ("cli.dropping.asset_commands:watch", "Follow every open asset until it has ended."),
        "status": ("cli.dropping.asset_commands:status", "List the newest assets, or say how one stands."),
        "show": ("cli.showing.result_commands:show", "Show an asset's answer with its citations."),
        "get": ("cli.showing.result_commands:get", "Copy one named result to a file or to standard output."),
        "logs": ("cli.showing.log_commands:logs", "Show what the functions logged about an asset."),
        "posts": (
            "cli.posts.posts_commands:posts",
            "Judge posts under a profile's policy: a file of them, or one.",
        ),
    },
    "Find again": {
        "search": (
            "cli.finding.search_commands:search",
            "Find moments, pages and pictures by words or by a picture.",
        ),
        "similar": (
            "cli.finding.search_commands:similar",
            "Find what is like an asset, or like several taken together.",
        ),
        "query": ("cli.querying.query_commands:query", "Ask about all assets in SQL."),
        "index": (
            "cli.finding.index_commands:index",
            "Show the search index, fill it, or change to another model's.",
        ),
    },
    "What it costs": {
        "plan": ("cli.costs.plan_commands:plan", "Say what would come of files before they are dropped."),
        "cost": (
            "cli.costs.cost_commands:cost_app",
            "Say what assets cost, and what a deployment costs while nothing happens.",
        ),
    },
    "Ask again": {
        "ask": ("cli.answers.trial_commands:ask", "Answer a question from an asset's stored evidence."),
        "try": ("cli.answers.trial_commands:try_out", "Answer an asset again with an edited profile."),
        "batch": (
            "cli.answers.batch_commands:batch_app",
            "Ask about 100 or more assets again in one batch job.",
        ),
    },
    "Fit models to your data": {
        "process": (
            "cli.processing.process_command:process",
            "Make features of many objects in a Processing job, with the price first.",
        ),
        "dataset": (
            "cli.dataset.dataset_commands:dataset_app",
            "Build, check, split, augment and make up data to tune and evaluate models with.",
        ),
        "tune": (
            "cli.tuning.tune_commands:tune_app",
            "Fit a model to labelled examples, and use it if it is better.",
        ),
        "models": (
            "cli.tuning.models_command:models",
            "Show tuned models: which is in use, since when, at what price, and when it ends.",
        ),
    },
    "Find what is wrong and mend it": {
        "audit": (
            "cli.repair.audit_commands:audit",
            "Compare what is kept of assets, and mend what disagrees.",
        ),
        "redrive": ("cli.repair.redrive_commands:redrive", "Let what failed go on."),
        "rerun": ("cli.repair.rerun_commands:rerun", "Ask for assets again, as attempts of their own."),
        "backfill": (
            "cli.repair.backfill_commands:backfill",
            "Begin what lies in the inbox and was never begun.",
        ),
        "delete": ("cli.repair.delete_commands:delete", "Delete everything that is kept of assets."),
        "leftovers": (
            "cli.repair.leftover_commands:leftovers",
            "List what a destroyed deployment left, and delete it.",
        ),
    },
    "Decide and extend": {
        "review": (
            "cli.answers.review_commands:review_app",
            "Review answers and drafts that wait for a person.",
        ),
        "console": (
            "console.command:console_command",
            "Open assets, reviews, search and costs in the browser.",
        ),
        "new": ("cli.new_profile:new_app", "Create a profile: a new kind of use."),
    },
    "Make pictures and videos": {
        "generate": (
            "cli.generating.generate_commands:generate",
            "Ask for a picture or a video, or list who makes what.",
        ),
        "prompts": ("cli.generating.prompt_commands:prompts_app", "List, check and vet prompt templates."),
    },
}


def load(command: str) -> Any:
    """The function of a command, or its group of commands, from the module that holds it."""
    places = {name: place for group in COMMANDS.values() for name, (place, _) in group.items()}
    module, _, member = places[command].partition(":")
    return getattr(importlib.import_module(module), member)


class _Deferred(TyperCommand):
    """A command of which only name and summary are known until it is called."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        return self._loaded().make_context(info_name, args, parent, **extra)

    def _loaded(self) -> Any:
        found = load(str(self.name))
        alone = found
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False, rich_markup_mode=None)
            alone.command(self.name)(found)
        loaded = typer.main.get_command(alone)
        loaded.name = self.name
        return loaded


class _Grouped(TyperGroup):
    """All commands, listed under what people do with them."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for group in COMMANDS.values():
            for name, (_, summary) in group.items():
                self.add_command(_Deferred(name=name, callback=None, help=summary, rich_markup_mode=None))

    def invoke(self, ctx: Any) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read the output has read enough, as `head` does. Python flushes once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(EXIT_BROKEN_PIPE) from None

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # as Typer calls it
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  # as Typer calls it
        for heading, group in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(7), summary) for name, (_, summary) in group.items()])


app = typer.Typer(
    name="braid",
    cls=_Grouped,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # reads the installed package's files: only where asked

        typer.echo(f"braid {version('braid-pipeline')}")
        raise typer.Exit


@app.callback()
def braid(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """A file dropped in S3 becomes evidence and an answer.

    The same commands drive the embedded AWS on this machine and, with --stack NAME, a stack in your account.
    """


def main() -> None:
    """Runs the command; what goes wrong is said in one sentence on standard error."""
    if sys.stdout is None:
        _end("standard output is closed, so nothing can be printed; leave it open", EXIT_MISUSE)
    never_fail_to_print()
    try:
        status = app(standalone_mode=False)
    except CommandError as error:
        _end(error.message, error.exit_code)
    except TyperException as error:
        _end_misuse(error)
    except KeyboardInterrupt:
        status = EXIT_INTERRUPTED
    except OSError as error:
        _end_without_file(error)
    except Exception as error:
        from cli.aws_errors import can_explain, explain  # imports botocore: only where it may have raised

        if not can_explain(error):
            raise
        _end(explain(error), 1)
    if status == EXIT_INTERRUPTED:
        _end("interrupted; what a deployment has begun continues there", EXIT_INTERRUPTED)
    sys.exit(status or 0)


def _end_misuse(error: TyperException) -> NoReturn:
    """Says what is wrong with the call, and which help says how it goes."""
    message = error.format_message().strip().replace("Value error, ", "")
    if message.startswith("Usage:"):
        _end_with_help(message, error.exit_code)
    context = getattr(error, "ctx", None)
    called = context.command_path if context is not None else "braid"
    said = message[:1].lower() + message[1:].rstrip(".").replace(". Did you mean", "; did you mean")
    _end(said if said.endswith("?") else f"{said}; see `{called} --help`", error.exit_code)


def _end_with_help(message: str, exit_code: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(exit_code)


def _end_without_file(error: OSError) -> NoReturn:
    """Says which file or disk is in the way. Raises what isn't about one."""
    where = str(error.filename or "")
    if error.errno == errno.ENOSPC:
        _end(f"the disk is full{f' ({where})' if where else ''}; free some space and repeat the command", 1)
    if not where:
        raise error
    _end(f"{where}: {error.strerror}; check the path and its permissions", 1)


def _end(message: str, exit_code: int) -> NoReturn:
    from cli.options import console  # imports rich: help does without

    # A terminal wraps between words; a log keeps its line.
    wrap = not console.is_terminal
    console.print(f"braid: {message}", style="red", markup=False, highlight=False, soft_wrap=wrap)
    sys.exit(exit_code)
