"""How one asset stands: what `braid status ASSET_ID` says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from braid.domain.asset.asset import AssetStatus
from braid.domain.wire import encode
from cli.dropping.outcomes import STATUS_STYLES
from cli.printable import words
from cli.showing.records import ExecutionProgress, Record
from cli.showing.show import Facts
from cli.showing.waiting import WaitingBefore, waiting_before
from cli.target import Target

__all__ = ["Standing", "show_standing"]


@dataclass(frozen=True)
class Standing:
    """A record with how far its execution is; ``duration_seconds`` runs on while the asset is open.

    ``console_url`` is the execution's page in AWS; the embedded AWS has none. ``waiting_before`` counts the
    assets that came before one that waits for a place.
    """

    record: Record
    current_states: tuple[str, ...]
    states_executed: int | None
    duration_seconds: float | None
    console_url: str | None
    waiting_before: WaitingBefore | None = None

    @classmethod
    def of(cls, target: Target, record: Record, execution: ExecutionProgress | None) -> Standing:
        """The asset as it stands now."""
        waits = record.status is AssetStatus.RECEIVED and record.reason is not None
        duration = None
        if execution is not None and execution.started_at is not None:
            until = execution.stopped_at or datetime.now(UTC)
            duration = round((until - execution.started_at).total_seconds(), 3)
        runs = execution is not None and execution.is_running
        return cls(
            record=record,
            current_states=execution.current_states if execution is not None and runs else (),
            states_executed=execution.entered_count if execution is not None else None,
            duration_seconds=duration,
            console_url=None if target.is_local else _console_url(target, record),
            waiting_before=waiting_before(target, record) if waits else None,
        )

    def as_json(self) -> dict[str, Any]:
        """The record's members, then those of the execution."""
        before = self.waiting_before
        return {
            **encode(self.record),
            "current_states": list(self.current_states),
            "states_executed": self.states_executed,
            "duration_seconds": self.duration_seconds,
            "console_url": self.console_url,
            "waiting_before": before.count if before else None,
            "waiting_before_or_more": before.or_more if before else None,
        }


def show_standing(console: Console, standing: Standing, *, is_local: bool) -> None:
    """One asset as a short sheet, its name and status first."""
    record = standing.record
    style = STATUS_STYLES[record.status]
    title = (words(record.name, style="bold"), "  ", (record.status, style), "  ", (record.asset_id, "dim"))
    console.print(Text.assemble(*title))
    facts = Facts()
    if record.reason:
        facts.add("reason", words(record.reason))
    if (before := standing.waiting_before) is not None:
        facts.add("waiting", Text(f"{before.count:,}{' or more' if before.or_more else ''} came before it"))
    if standing.current_states:
        facts.add("now in", Text(", ".join(standing.current_states)))
    facts.add("profile", words(record.profile))
    facts.add("source", words(f"{record.source_key} ({record.media_type or 'type not known yet'})"))
    facts.add("received", Text(f"{(record.received_at or '').replace('T', ' ')[:19]} UTC"))
    if standing.duration_seconds is not None:
        facts.add("took", Text(f"{standing.duration_seconds:.1f} s, {standing.states_executed} states"))
    if record.cost_usd is not None:
        estimated = " estimated at AWS prices" if is_local else ""
        facts.add("cost", Text(f"${record.cost_usd:.4f}{estimated}"))
    if record.result_uri:
        facts.add("report", Text(f"`braid show {record.asset_id} --open`"))
    if standing.console_url:
        facts.add("execution", Text(standing.console_url))
    console.print(facts.table)


def _console_url(target: Target, record: Record) -> str | None:
    if not record.execution_arn:
        return None
    region = target.session.region_name
    return (
        f"https://{region}.console.aws.amazon.com/states/home?region={region}"
        f"#/v2/executions/details/{record.execution_arn}"
    )
