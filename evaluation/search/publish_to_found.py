"""How long it takes from an asset's end until a search finds it, on a deployment of one's own."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.dropping.drop import plan_drop, upload
from cli.finding.deployed_search import find_search
from cli.showing.records import read_result
from cli.target import Target
from evaluation.faults.deployment import deployed

__all__ = ["seconds_to_found"]

_FILES = 5
_LONGEST_SECONDS = 120.0
_POLL_SECONDS = 0.1
# As `braid up` starts it.
_WAIT_SCALE = 0.1


def seconds_to_found() -> list[float]:
    """For each of some text files, dropped one after the other: from the time in its result, which is that of
    "Asset Processed", to the end of the first search that finds it. Raises TimeoutError."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with deployed(home, wait_scale=_WAIT_SCALE) as deployment:
            return [_waited(deployment.target, home / f"crate-{number}.txt") for number in range(_FILES)]


def _waited(target: Target, file: Path) -> float:
    code, search = f"ZX-{secrets.randbelow(10**9):09}", find_search(target)
    file.write_text(f"The crate has the number {code}.", "utf-8")
    (planned,) = plan_drop([file], profile="general", bundle=None)
    asset_id = upload(target, planned)
    found_at = _first_hit(lambda: search.find(text=code)["hits"], asset_id)
    finished = datetime.fromisoformat(read_result(target, asset_id).timings.finished_at)
    return (found_at - finished).total_seconds()


def _first_hit(hits: Callable[[], list[dict[str, Any]]], asset_id: str) -> datetime:
    until = time.monotonic() + _LONGEST_SECONDS
    while time.monotonic() < until:
        if any(hit["asset_id"] == asset_id for hit in hits()):
            return datetime.now(UTC)
        time.sleep(_POLL_SECONDS)
    raise TimeoutError(f"{asset_id} isn't found after {_LONGEST_SECONDS:.0f} s")
