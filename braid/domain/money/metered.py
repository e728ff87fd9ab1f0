"""What steps use of the platform below them, in the short names under which it travels through states.

A name is ``service:what``, such as ``s3:PutObject`` or ``lambda:gb_second``; a quantity is a number of those.
What AI services are asked is ``Usage`` of the documents that hold their answers, and isn't in here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from braid.domain.money.accounting import Usage

__all__ = [
    "GB_SECONDS",
    "INVOCATIONS",
    "READ_UNITS",
    "STORED_BYTES",
    "TRANSITIONS",
    "WRITE_UNITS",
    "Metered",
    "MeteredBefore",
    "added",
    "platform_usage",
    "times",
]

Metered = Mapping[str, float]

INVOCATIONS = "lambda:request"
GB_SECONDS = "lambda:gb_second"
READ_UNITS = "dynamodb:read_unit"
WRITE_UNITS = "dynamodb:write_unit"
STORED_BYTES = "s3:stored_byte"
TRANSITIONS = "states:transition"

_BYTES_PER_GB = 1024**3
_DIGITS = 4
# Operation and unit of the price book, where a name isn't an operation that is billed by the request.
_BILLED_AS = {
    INVOCATIONS: ("lambda", "Invoke", "request", 1),
    GB_SECONDS: ("lambda", "Invoke", "gb_second", 1),
    READ_UNITS: ("dynamodb", "Read", "read_unit", 1),
    WRITE_UNITS: ("dynamodb", "Write", "write_unit", 1),
    STORED_BYTES: ("s3", "Storage", "gb_month", _BYTES_PER_GB),
    TRANSITIONS: ("stepfunctions", "StateTransition", "transition", 1),
}


@dataclass(frozen=True)
class MeteredBefore:
    """What a state says of the time before this try: how often it was tried, what its branch used so far."""

    tries: int = 0
    used: dict[str, float] = field(default_factory=dict)


def added(*parts: Metered) -> dict[str, float]:
    """Everything together, in a stable order, rounded as it travels."""
    sums: dict[str, float] = defaultdict(float)
    for part in parts:
        for name, quantity in part.items():
            sums[name] += quantity
    return {name: round(quantity, _DIGITS) for name, quantity in sorted(sums.items()) if quantity}


def times(count: float, part: Metered) -> dict[str, float]:
    """The same again and again."""
    return {name: count * quantity for name, quantity in part.items()}


def platform_usage(metered: Metered) -> tuple[Usage, ...]:
    """The lines of a receipt; what is stored is billed for the first month."""
    usage = []
    for name, quantity in metered.items():
        service, _, operation = name.partition(":")
        service, operation, unit, per_unit = _BILLED_AS.get(name, (service, operation, "request", 1))
        usage.append(Usage(service, operation, unit, quantity / per_unit))
    return tuple(usage)
