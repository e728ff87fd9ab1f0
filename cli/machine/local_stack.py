"""`braid up` and `braid down`: the embedded AWS with the stacks in it."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from cli.errors import EXIT_INTERRUPTED, EXIT_MISUSE, CommandError
from cli.machine.doctor import cdk_findings
from local import deploy, lifecycle
from local.home import LocalAws
from local.host_knobs import check_knobs

__all__ = ["start", "stop"]

# Where AWS would wait ten seconds for a transcription job, a laptop's is done in two.
_WAIT_SCALE = 0.1
_LOG_SECONDS = 10.0


def start(
    home: Path, port: int | None, console: Console, *, knobs: Mapping[str, str] = MappingProxyType({})
) -> LocalAws:
    """Starts the embedded AWS if it isn't live and deploys the stacks into it, showing each step.

    ``knobs`` are those that shall differ from a laptop's own. Without a ``port`` it is the running one's,
    else the default. Raises ``CommandError`` when a knob wants what a laptop hasn't, the port is busy,
    something that the deployment needs is missing, or the deployment fails.
    """
    try:
        check_knobs(lifecycle.REPOSITORY, knobs)
    except ValueError as error:
        raise CommandError(str(error), exit_code=EXIT_MISUSE) from error
    for finding in cdk_findings():
        if not finding.ok:
            raise CommandError(f"{finding.name}: {finding.detail}; {finding.remedy}, then `braid up` again")
    began = time.monotonic()
    running = lifecycle.current(home)
    if running is not None and port not in (None, running.port):
        raise CommandError(
            f"the embedded AWS of this folder is already running on port {running.port}; use it, "
            f"or run `braid down` and then `braid up --port {port}`"
        )
    try:
        with _progress(console) as tell, lifecycle.deploying(home):
            chosen = port or lifecycle.DEFAULT_PORT
            aws = running or lifecycle.up(
                home, chosen, wait_scale=_WAIT_SCALE, loads_engines=True, on_progress=tell
            )
            outputs = deploy.deploy(aws, home=home, context=knobs, on_progress=tell)
            lifecycle.remember_stacks(home, tuple(sorted(outputs)))
    except deploy.DeployError as error:
        if lifecycle.current(home) is None:
            raise CommandError(
                "the embedded AWS was stopped while it was being deployed; `braid up` starts it again"
            ) from error
        raise CommandError(str(error)) from error
    except lifecycle.LifecycleError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise CommandError(str(lifecycle.DiskFullError(home))) from error
    except KeyboardInterrupt:
        message = "interrupted; `braid up` continues from here, `braid down` stops what was started"
        raise CommandError(message, exit_code=EXIT_INTERRUPTED) from None
    took = f"{time.monotonic() - began:.0f} s"
    done = "was already running; changes are deployed" if running else "the stacks are deployed"
    console.print(f"embedded AWS at {aws.endpoint}: {done} ({took})", highlight=False, soft_wrap=True)
    return aws


def stop(home: Path, console: Console, *, purges: bool = False) -> None:
    """Ends the embedded AWS with every process and temporary file; with ``purges`` also what it keeps."""
    was_running = lifecycle.current(home) is not None
    try:
        with _progress(console) as tell:
            ended = lifecycle.down(home, purge=purges, on_progress=tell)
    except lifecycle.LifecycleError as error:
        raise CommandError(str(error)) from error
    said = "the embedded AWS has stopped" if was_running else "nothing was running"
    if purges:
        said += "; caches, logs and reports are deleted" if ended else ", and nothing is left to delete"
    elif ended and not was_running:
        said = "cleaned up after a run that crashed"
    console.print(said)


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[str], None]]:
    """A live line with the time so far on terminals; a line now and then in logs."""
    began = time.monotonic()
    if not console.is_terminal:
        told_at = began - _LOG_SECONDS

        def log(line: str) -> None:
            nonlocal told_at
            if time.monotonic() - told_at >= _LOG_SECONDS:
                told_at = time.monotonic()
                console.print(line, markup=False, highlight=False, soft_wrap=True)

        yield log
        return
    # A line that wraps would leave its other half behind.
    text = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True))
    with Progress(SpinnerColumn(), TimeElapsedColumn(), text, console=console, transient=True) as progress:
        line = progress.add_task("looking around", total=None)
        yield lambda said: progress.update(line, description=said)
