"""Following assets while they are processed: which state each one is in, live."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from cli.records import ExecutionProgress, Record, follow_execution, read_record, read_result
from cli.target import Target
from domain.asset import AssetStatus

__all__ = ["STATUS_STYLES", "DropOutcome", "follow"]

_POLL_SECONDS = 0.5
STATUS_STYLES: Mapping[AssetStatus, str] = {
    AssetStatus.SUCCEEDED: "green",
    AssetStatus.PARTIAL: "yellow",
    AssetStatus.REJECTED: "red",
    AssetStatus.FAILED: "bold red",
    AssetStatus.AWAITING_REVIEW: "cyan",
    AssetStatus.PROCESSING: "blue",
    AssetStatus.RECEIVED: "blue",
    AssetStatus.DELETED: "dim",
}


@dataclass(frozen=True)
class DropOutcome:
    """One line of the command's contract for scripts; later fields are null until the asset has ended."""

    asset_id: str
    status: AssetStatus
    profile: str
    reason: str | None = None
    missing: tuple[dict[str, str], ...] | None = None
    result_uri: str | None = None
    states_executed: int | None = None
    duration_seconds: float | None = None
    cost_usd: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The members in the contract's order."""
        return asdict(self)


def follow(
    target: Target, assets: Sequence[tuple[str, str, str]], *, timeout_seconds: float, console: Console
) -> list[DropOutcome]:
    """Waits until every asset has ended or awaits a reviewer; ``assets`` are (name, asset id, profile).

    An asset that is still open after ``timeout_seconds`` comes back with its open status.
    """
    deadline = time.monotonic() + timeout_seconds
    outcomes: dict[str, DropOutcome] = {}
    with _progress(console) as progress:
        lines = {asset_id: progress.add_task(name, state="waiting", total=1) for name, asset_id, _ in assets}
        while len(outcomes) < len(lines) and time.monotonic() < deadline:
            for _, asset_id, profile in assets:
                if asset_id in outcomes:
                    continue
                outcome = _look(target, asset_id, profile, progress, lines[asset_id])
                if outcome is not None:
                    outcomes[asset_id] = outcome
            if len(outcomes) < len(lines):
                time.sleep(_POLL_SECONDS)
    return [
        outcomes.get(asset_id) or DropOutcome(asset_id, _status_now(target, asset_id), profile)
        for _, asset_id, profile in assets
    ]


def _look(
    target: Target, asset_id: str, profile: str, progress: Progress, line: TaskID
) -> DropOutcome | None:
    record = read_record(target, asset_id)
    if record is None:
        progress.update(line, state="waiting for its event")
        return None
    execution = follow_execution(target, record)
    if execution is not None and execution.is_running and record.status != AssetStatus.AWAITING_REVIEW:
        progress.update(line, state=", ".join(execution.current_states) or "starting")
        return None
    if record.status.is_open and record.status != AssetStatus.AWAITING_REVIEW:
        progress.update(line, state="starting" if execution is None else "closing its record")
        return None
    progress.update(line, state=Text(record.status, style=STATUS_STYLES[record.status]), completed=1)
    return _outcome(target, record, execution, profile)


def _outcome(
    target: Target, record: Record, execution: ExecutionProgress | None, profile: str
) -> DropOutcome:
    missing: tuple[dict[str, str], ...] = ()
    if record.result_uri and record.status != AssetStatus.AWAITING_REVIEW:
        found = read_result(target, record.asset_id).missing
        missing = tuple({"operation": item.operation, "reason": item.reason} for item in found)
    return DropOutcome(
        asset_id=record.asset_id,
        status=record.status,
        profile=record.profile or profile,
        reason=record.reason,
        missing=missing,
        result_uri=record.result_uri,
        states_executed=execution.entered_count if execution else None,
        duration_seconds=execution.duration_seconds if execution else None,
        cost_usd=float(record.cost_usd) if record.cost_usd is not None else None,
    )


def _status_now(target: Target, asset_id: str) -> AssetStatus:
    record = read_record(target, asset_id)
    return record.status if record else AssetStatus.RECEIVED


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    columns = (
        SpinnerColumn(finished_text="•"),
        TextColumn("{task.description}", style="bold"),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=False) as progress:
        yield progress
