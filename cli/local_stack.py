"""`braid up` and `braid down`: the embedded AWS with the stacks in it."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from cli.errors import CommandError
from local import deploy, lifecycle

__all__ = ["start", "stop"]

# Where AWS would wait ten seconds for a transcription job, a laptop's is done in two.
_WAIT_SCALE = 0.1


def start(home: Path, port: int, console: Console) -> lifecycle.LocalAws:
    """Starts the embedded AWS if it isn't live and deploys the stacks into it, showing each step.

    Raises ``CommandError`` when the port is busy or a deployment fails.
    """
    began = time.monotonic()
    try:
        with console.status("starting the embedded AWS") as status:
            aws = lifecycle.up(home, port, wait_scale=_WAIT_SCALE, on_progress=status.update)
            outputs = deploy.deploy(aws, home=home, on_progress=status.update)
            lifecycle.remember_stacks(home, tuple(sorted(outputs)))
    except (lifecycle.LifecycleError, deploy.DeployError) as error:
        raise CommandError(str(error)) from error
    console.print(
        f"the embedded AWS runs at {aws.endpoint} ({time.monotonic() - began:.0f} s)", highlight=False
    )
    return aws


def stop(home: Path, console: Console) -> None:
    """Ends the embedded AWS with every process and temporary file of it."""
    try:
        ended = lifecycle.down(home)
    except lifecycle.LifecycleError as error:
        raise CommandError(str(error)) from error
    console.print("the embedded AWS has ended" if ended else "nothing was running")
