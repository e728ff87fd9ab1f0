"""`braid dataset`: the group of commands."""

from __future__ import annotations

from cli.dataset.augment_command import augment
from cli.dataset.build_command import build
from cli.dataset.check_command import check
from cli.dataset.split_command import split_file
from cli.dataset.synth_command import synth_app
from cli.groups import command_group

__all__ = ["dataset_app"]

dataset_app = command_group("Build, check, split, augment and make up data to tune and evaluate models with.")
dataset_app.command()(build)
dataset_app.command()(check)
dataset_app.command("split")(split_file)
dataset_app.command()(augment)
dataset_app.add_typer(synth_app, name="synth")
