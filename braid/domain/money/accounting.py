"""What a step reports beside its result: operations that gave nothing, and quantities that cost money."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Meter", "MissingOperation", "Usage", "missing_by_reason", "total"]

_ERROR_NAME = re.compile(r"^[A-Z]\w+(Exception|Error): ")


@dataclass(frozen=True)
class MissingOperation:
    """A wanted operation that could not deliver, e.g. ``rekognition:DetectModerationLabels``, and why."""

    operation: str
    reason: str


def missing_by_reason(missing: Iterable[MissingOperation]) -> dict[str, list[str]]:
    """For people: each reason once, without names for machines, with the operations that it holds for."""
    together: dict[str, list[str]] = {}
    for item in missing:
        reason = _ERROR_NAME.sub("", item.reason.removeprefix(f"{item.operation}: "))
        together.setdefault(reason, []).append(item.operation)
    return together


@dataclass(frozen=True)
class Usage:
    """A billed quantity; ``service``, ``operation`` and ``unit`` are those of the price book."""

    service: str
    operation: str
    unit: str
    quantity: float


class Meter:
    """Counts billed quantities; every adapter gets one and counts where the call is made.

    It goes on from ``usage``, where something was counted before.
    """

    def __init__(self, usage: Iterable[Usage] = ()) -> None:
        self._quantities: dict[tuple[str, str, str], float] = defaultdict(float)
        for item in usage:
            self.count(item.service, item.operation, item.unit, item.quantity)

    def count(self, service: str, operation: str, unit: str, quantity: float) -> None:
        """Adds ``quantity`` of ``unit`` for the operation."""
        self._quantities[service, operation, unit] += quantity

    def usage(self) -> tuple[Usage, ...]:
        """Everything counted so far, in a stable order."""
        return tuple(
            Usage(service, operation, unit, round(quantity, 6))
            for (service, operation, unit), quantity in sorted(self._quantities.items())
        )


def total(usage: Iterable[Usage]) -> tuple[Usage, ...]:
    """Equal quantities of several tries, threads or steps added up, in a stable order."""
    return Meter(usage).usage()
