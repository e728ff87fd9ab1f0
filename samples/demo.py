"""`make demo`: starts the embedded AWS, deploys into it, drops the samples and shows what came out."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.text import Text

from braid.domain.asset.asset import DEFAULT_PROFILE
from cli.aws_errors import explain
from cli.dropping.drop import plan_drop, upload
from cli.dropping.outcomes import STATUS_STYLES, DropOutcome
from cli.dropping.progress import follow
from cli.errors import EXIT_INTERRUPTED, CommandError
from cli.machine.local_stack import start
from cli.printable import printable, words
from cli.showing.records import read_result
from cli.showing.results import save_media, save_report
from cli.showing.show import show_result
from cli.target import HOME, Target, find_target

SAMPLES = Path(__file__).resolve().parent
TIMEOUT_SECONDS = 600


def main() -> int:
    """Runs the demo; the exit status is 0 when every sample has its report."""
    argparse.ArgumentParser(
        "python -m samples.demo", description=(__doc__ or "").splitlines()[0]
    ).parse_args()
    console = Console()
    started = time.monotonic()
    start(HOME, _port(), console)
    deployed = time.monotonic()
    target = find_target(None)
    files = [SAMPLES / name for name in ("talk.mp4", "portrait.jpg", "rental.pdf", "mug.bundle")]
    console.print("dropping a talk, a photo, a document, and a bundle of a picture and its description\n")
    planned = plan_drop(files, profile=DEFAULT_PROFILE, bundle=None)
    assets = [(asset.name, upload(target, asset), DEFAULT_PROFILE) for asset in planned]
    outcomes = follow(target, assets, timeout_seconds=TIMEOUT_SECONDS, console=console)
    ended = time.monotonic()
    named = list(zip((name for name, _, _ in assets), outcomes, strict=True))
    reports = _show(console, target, named)
    console.rule("Summary")
    _print_summary(console, named, reports)
    statuses = ", ".join(f"{count} {status}" for status, count in Counter(o.status for o in outcomes).items())
    console.print(
        f"\n{statuses}. Start and deployment took {deployed - started:.0f} s, the assets "
        f"{ended - deployed:.0f} s.\nOpen the reports in a browser. The embedded AWS keeps running; next:\n"
        "  .venv/bin/braid drop FILE --wait   a file of your own\n"
        "  .venv/bin/braid show ASSET_ID      an answer again\n"
        "  .venv/bin/braid down               stops it and deletes what is in it",
        highlight=False,
    )
    return 0 if len(reports) == len(files) else 1


def _show(console: Console, target: Target, named: Sequence[tuple[str, DropOutcome]]) -> dict[str, Path]:
    """Prints every answer and returns where its report was written, by asset id."""
    reports = {}
    for _, outcome in named:
        if outcome.result_uri is None:
            continue
        console.print()
        console.rule(style="dim")
        result = read_result(target, outcome.asset_id)
        show_result(console, target, result)
        if "report" in result.results:
            saved = save_report(target, result, HOME / "reports")
            if saved.media is not None:
                save_media(target, saved.media, lambda _: None)
            reports[outcome.asset_id] = saved.path
    return reports


def _print_summary(
    console: Console, named: Sequence[tuple[str, DropOutcome]], reports: dict[str, Path]
) -> None:
    """Two lines a sample: a path stands on its own, so that a terminal can open it."""
    for name, outcome in named:
        report = reports.get(outcome.asset_id)
        console.print(words(name), Text(outcome.status, style=STATUS_STYLES[outcome.status]))
        last = _short(report) if report else printable(outcome.reason or "it hasn't ended")
        console.print(f"  {last}", markup=False, highlight=False, soft_wrap=True)


def _short(path: Path) -> str:
    """Relative to where the person stands, if it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _port() -> int | None:
    wanted = os.environ.get("BRAID_PORT")
    if wanted is None:
        return None
    if not wanted.isdecimal() or not 1 <= int(wanted) <= 65535:
        raise CommandError(f"BRAID_PORT is a port from 1 to 65535, not {wanted!r}")
    return int(wanted)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CommandError as error:
        print(f"braid: {error.message}", file=sys.stderr)
        sys.exit(error.exit_code)
    except (ClientError, BotoCoreError) as error:
        sys.exit(f"braid: {explain(error)}")
    except KeyboardInterrupt:
        print("interrupted; `.venv/bin/braid down` stops what was started", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)
