"""The price book: what AWS charges per unit, from where and of which day."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PriceBook", "PriceEntry"]


@dataclass(frozen=True)
class PriceEntry:
    """The price of one ``unit`` of an operation in USD; ``operation`` ``*`` stands for every other one."""

    service: str
    operation: str
    unit: str
    unit_price_usd: float
    source: str
    note: str = ""


@dataclass(frozen=True)
class PriceBook:
    """All prices of one region as of one day (ISO date)."""

    region: str
    as_of: str
    prices: tuple[PriceEntry, ...]
    schema_version: str = "1"

    def find(self, service: str, operation: str, unit: str) -> PriceEntry | None:
        """The entry for the operation, else the service's ``*`` entry with that unit, else nothing."""
        fitting = [entry for entry in self.prices if entry.service == service and entry.unit == unit]
        exact = [entry for entry in fitting if entry.operation == operation]
        general = [entry for entry in fitting if entry.operation == "*"]
        return next(iter(exact or general), None)
