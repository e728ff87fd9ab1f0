"""Following assets while they are processed: which state each one is in, live."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, Task, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from braid.domain.asset.asset import AssetStatus
from cli.dropping.outcomes import STATUS_STYLES, DropOutcome, outcome_of
from cli.dropping.pace import EMBEDDED, IN_AWS, Pace
from cli.printable import printable, words
from cli.showing.records import ExecutionProgress, follow_execution, read_record
from cli.target import Target

__all__ = ["follow"]

# Where nobody looks at a terminal, a log tells now and then that something goes on.
_LOG_SECONDS = 15.0
_LONGEST_NAP_SECONDS = 0.5


class _Board(Protocol):
    """Where it is told how far each asset is."""

    def tell(self, asset_id: str, state: str) -> None:
        """The asset is in ``state``."""

    def end(self, asset_id: str, status: AssetStatus) -> None:
        """The asset has ended."""


def follow(
    target: Target, assets: Sequence[tuple[str, str, str]], *, timeout_seconds: float, console: Console
) -> list[DropOutcome]:
    """Waits until every asset has ended or awaits a reviewer; ``assets`` are (name, asset id, profile).

    An asset that is still open after ``timeout_seconds`` comes back with its open status.
    """
    profiles = {asset_id: profile for _, asset_id, profile in assets}
    with _board(console, [(asset_id, printable(name)) for name, asset_id, _ in assets]) as board:

        def look(asset_id: str) -> DropOutcome | None:
            return _look(target, asset_id, profiles[asset_id], board)

        pace = EMBEDDED if target.is_local else IN_AWS
        found = _poll(list(profiles), look, pace, timeout_seconds)
    return [
        found.get(asset_id) or DropOutcome(asset_id, _status_now(target, asset_id), profile)
        for asset_id, profile in profiles.items()
    ]


def _poll(
    asset_ids: Sequence[str],
    look: Callable[[str], DropOutcome | None],
    pace: Pace,
    timeout_seconds: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, DropOutcome]:
    """Looks at the assets at their pace until each has an outcome, or the time is over."""
    began = clock()
    found: dict[str, DropOutcome] = {}
    due = dict.fromkeys(asset_ids, began)
    while due and clock() - began < timeout_seconds:
        asset_id = min(due, key=due.__getitem__)
        if (wait_seconds := due[asset_id] - clock()) > 0:
            left_seconds = timeout_seconds - (clock() - began)
            sleep(max(0.0, min(wait_seconds, left_seconds, _LONGEST_NAP_SECONDS)))
            continue
        outcome = look(asset_id)
        if outcome is not None:
            found[asset_id] = outcome
            del due[asset_id]
        else:
            due[asset_id] = clock() + pace.pause_seconds(clock() - began)
        if due and pace.gap_seconds:
            sleep(pace.gap_seconds)
    return found


def _look(target: Target, asset_id: str, profile: str, board: _Board) -> DropOutcome | None:
    record = read_record(target, asset_id)
    if record is None:
        board.tell(asset_id, "waiting for its event")
        return None
    execution = follow_execution(target, record)
    runs = record.status.is_open or (execution is not None and execution.is_running)
    if runs and record.status != AssetStatus.AWAITING_REVIEW:
        waits = record.status is AssetStatus.RECEIVED and record.reason
        board.tell(asset_id, "waiting for a place" if waits else _doing(execution))
        return None
    board.end(asset_id, record.status)
    return outcome_of(target, record, execution, profile)


def _doing(execution: ExecutionProgress | None) -> str:
    return (", ".join(execution.current_states) if execution else "") or "starting"


def _status_now(target: Target, asset_id: str) -> AssetStatus:
    record = read_record(target, asset_id)
    return record.status if record else AssetStatus.RECEIVED


class _LiveBoard:
    """A line per asset with a spinner, for terminals."""

    def __init__(self, progress: Progress, names: Sequence[tuple[str, str]]) -> None:
        self._progress = progress
        self._lines = {
            asset_id: progress.add_task(name, state=Text("waiting"), total=1) for asset_id, name in names
        }

    def tell(self, asset_id: str, state: str) -> None:
        self._progress.update(self._lines[asset_id], state=words(state))

    def end(self, asset_id: str, status: AssetStatus) -> None:
        styled = Text(status, style=STATUS_STYLES[status])
        self._progress.update(self._lines[asset_id], state=styled, completed=1)


class _LogBoard:
    """Plain lines for logs: every end, and now and then what is new of the others and how many they are."""

    def __init__(self, console: Console, names: Sequence[tuple[str, str]]) -> None:
        self._console = console
        self._names = dict(names)
        self._states: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._told_at = time.monotonic()

    def tell(self, asset_id: str, state: str) -> None:
        self._states[asset_id] = state
        if time.monotonic() - self._told_at >= _LOG_SECONDS:
            self._told_at = time.monotonic()
            for open_id, doing in self._states.items():
                if self._told.get(open_id) != doing:
                    self._say(f"{self._names[open_id]}: {doing}")
            unchanged = [i for i, doing in self._states.items() if self._told.get(i) == doing]
            if len(unchanged) == 1:
                self._say(f"{self._names[unchanged[0]]}: still {self._states[unchanged[0]]}")
            elif unchanged:
                self._say(f"{len(unchanged)} others are where they were")
            self._told = dict(self._states)

    def end(self, asset_id: str, status: AssetStatus) -> None:
        self._states.pop(asset_id, None)
        self._say(f"{self._names[asset_id]}: {status}")

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _board(console: Console, names: Sequence[tuple[str, str]]) -> Iterator[_Board]:
    if not console.is_terminal:
        yield _LogBoard(console, names)
        return
    columns = (
        SpinnerColumn(finished_text="•"),
        TextColumn("{task.description}", style="bold", markup=False, table_column=_one_line(1)),
        _StateColumn(table_column=_one_line(2)),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=False) as progress:
        yield _LiveBoard(progress, names)


class _StateColumn(TextColumn):
    """The state as it was styled."""

    def __init__(self, table_column: Column) -> None:
        super().__init__("", table_column=table_column)

    def render(self, task: Task) -> Text:
        state: Text = task.fields["state"]
        return state


def _one_line(ratio: int) -> Column:
    """A column that cuts what doesn't fit: a live line that wraps would leave its other half behind."""
    return Column(no_wrap=True, overflow="ellipsis", ratio=ratio)
