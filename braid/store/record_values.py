"""A record as it is read and as it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from braid.domain.asset.admission import Gate
from braid.domain.asset.asset import AssetStatus

__all__ = ["Place", "Record", "RecordClosing", "gate_values"]

# A record is billed by the kilobyte, twice, and a bundle has the gates of each member; all of them stand in
# ``admission.json`` and ``result.json``.
_MAX_GATES = 40
_MAX_GATE_VALUE_CHARACTERS = 100


@dataclass(frozen=True)
class Record:
    """What the steps read back of a record; times are ISO 8601 in UTC."""

    asset_id: str
    attempt: int
    status: AssetStatus
    received_at: str | None
    finished_at: str | None
    execution_arn: str | None
    reason: str | None = None


class Place(Enum):
    """Whether an asset may be processed now: it has a place, there is none, or it needs none any more."""

    TAKEN = "taken"
    NONE_FREE = "none free"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True)
class RecordClosing:
    """How an asset ended. With ``takes_back`` the execution may have closed it as published before."""

    status: AssetStatus
    reason: str | None
    result_uri: str | None
    execution_arn: str
    cost_usd: Decimal | None = None
    gates: tuple[Gate, ...] = ()
    takes_back: bool = False
    failure: str | None = None
    redrive_count: int | None = None


def gate_values(gates: Sequence[Gate]) -> dict[str, dict[str, Decimal | str]]:
    """What was measured and what followed, by name; of too many, those that warned or rejected first."""
    kept = sorted(gates, key=lambda gate: gate.outcome == "pass")[:_MAX_GATES]
    return {gate.name: {"value": _gate_value(gate.value), "outcome": gate.outcome} for gate in kept}


def _gate_value(value: float | str) -> Decimal | str:
    return value[:_MAX_GATE_VALUE_CHARACTERS] if isinstance(value, str) else Decimal(str(value))
