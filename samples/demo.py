"""`make demo`: starts the embedded AWS, deploys into it, drops the samples and shows what came out."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from rich.console import Console

from cli.drop import plan_drop, upload
from cli.errors import CommandError
from cli.local_stack import start
from cli.progress import follow
from cli.records import read_result
from cli.results import save_report
from cli.show import outcome_table, show_result
from cli.target import HOME, find_target
from domain.asset import DEFAULT_PROFILE
from local.lifecycle import DEFAULT_PORT
from samples.photo import write_photo

SAMPLES = Path(__file__).resolve().parent
TIMEOUT_SECONDS = 300


def main() -> int:
    """Runs the demo; the exit status is 0 when every sample has its result."""
    console = Console()
    started = time.monotonic()
    start(HOME, int(os.environ.get("BRAID_PORT", DEFAULT_PORT)), console)
    target = find_target(None)
    photo = write_photo(HOME / "samples" / "portrait.jpg")
    files = [SAMPLES / "talk.mp4", photo, SAMPLES / "rental.pdf", SAMPLES / "mug.bundle"]
    console.rule("dropping a talk, a photo, a document and a bundle")
    planned = plan_drop(files, profile=DEFAULT_PROFILE, bundle=None)
    assets = [(asset.name, upload(target, asset), DEFAULT_PROFILE) for asset in planned]
    outcomes = follow(target, assets, timeout_seconds=TIMEOUT_SECONDS, console=console)
    reports = []
    for name, outcome in zip((name for name, _, _ in assets), outcomes, strict=True):
        if outcome.result_uri is None:
            continue
        console.rule(name)
        result = read_result(target, outcome.asset_id)
        show_result(console, target, result)
        if "report" in result.results:
            reports.append(save_report(target, result, HOME / "reports"))
    console.rule(f"{time.monotonic() - started:.0f} seconds")
    console.print(outcome_table([(name, item) for (name, _, _), item in zip(assets, outcomes, strict=True)]))
    console.print("\nOpen the reports in a browser:")
    for report in reports:
        console.print(f"  {report}", soft_wrap=True, highlight=False)
    console.print(
        "\nThe embedded AWS keeps running: try `.venv/bin/braid drop FILE --wait`, `braid status`, "
        "and end it with `.venv/bin/braid down`."
    )
    return 0 if len(reports) == len(files) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CommandError as error:
        sys.exit(f"braid: {error.message}")
