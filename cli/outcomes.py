"""How a dropped asset ended: the line of the command's contract for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from braid.domain.asset.asset import AssetStatus
from cli.records import ExecutionProgress, Record, read_result
from cli.target import Target

__all__ = [
    "EXIT_FAILED",
    "EXIT_REJECTED",
    "EXIT_TIMEOUT",
    "STATUS_STYLES",
    "DropOutcome",
    "exit_status",
    "outcome_of",
]

EXIT_REJECTED, EXIT_FAILED, EXIT_TIMEOUT = 3, 4, 5
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


def outcome_of(
    target: Target, record: Record, execution: ExecutionProgress | None, profile: str
) -> DropOutcome:
    """What is told of an asset that has ended or awaits a reviewer."""
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
        cost_usd=record.cost_usd,
    )


def exit_status(outcomes: Iterable[DropOutcome]) -> int:
    """0 all well, 3 any rejected, 4 any failed, 5 any still open."""
    statuses = {outcome.status for outcome in outcomes}
    if any(status.is_open and status != AssetStatus.AWAITING_REVIEW for status in statuses):
        return EXIT_TIMEOUT
    if AssetStatus.FAILED in statuses:
        return EXIT_FAILED
    return EXIT_REJECTED if AssetStatus.REJECTED in statuses else 0
