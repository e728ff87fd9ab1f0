"""`braid dataset`: the group of commands."""

from __future__ import annotations

import typer

from cli.dataset.augment_command import augment
from cli.dataset.build_command import build
from cli.dataset.check_command import check
from cli.dataset.split_command import split_file
from cli.dataset.synth_command import synth_app

__all__ = ["dataset_app"]

dataset_app = typer.Typer(
    add_completion=False,
    help="Build, check, split, augment and make up data to tune and evaluate models with.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
dataset_app.command()(build)
dataset_app.command()(check)
dataset_app.command("split")(split_file)
dataset_app.command()(augment)
dataset_app.add_typer(synth_app, name="synth")
