"""Quality gates as a record keeps them: what was measured and what followed, for queries over many assets."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from braid.domain.asset.admission import Gate

__all__ = ["gate_values"]

# A record is billed by the kilobyte, twice, and a bundle has the gates of each member; all of them stand in
# ``admission.json`` and ``result.json``.
_MAX_GATES = 40
_MAX_VALUE = 100


def gate_values(gates: Sequence[Gate]) -> dict[str, dict[str, Decimal | str]]:
    """By name; where there are too many, those that warned or rejected come first."""
    kept = sorted(gates, key=lambda gate: gate.outcome == "pass")[:_MAX_GATES]
    return {gate.name: {"value": _value(gate.value), "outcome": gate.outcome} for gate in kept}


def _value(value: float | str) -> Decimal | str:
    return value[:_MAX_VALUE] if isinstance(value, str) else Decimal(str(value))
