"""What one asset cost: the shape of ``receipt.json`` and its arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from braid.domain.money.accounting import Usage, total
from braid.domain.money.price_book import PriceBook

__all__ = ["Receipt", "ReceiptLine", "price"]


@dataclass(frozen=True)
class ReceiptLine:
    """One priced quantity; an unpriced one has no price and says so in ``price_source``."""

    service: str
    operation: str
    quantity: float
    unit: str
    unit_price_usd: float | None
    price_source: str
    cost_usd: float


@dataclass(frozen=True)
class Receipt:
    """All lines; ``priced_as`` names region and date of the price book."""

    lines: tuple[ReceiptLine, ...]
    total_usd: float
    priced_as: str
    schema_version: str = "1"


def price(usage: Iterable[Usage], book: PriceBook) -> Receipt:
    """Prices every usage; equal lines are added up; amounts are rounded to a millionth of a dollar."""
    lines = []
    for item in total(usage):
        entry = book.find(item.service, item.operation, item.unit)
        lines.append(
            ReceiptLine(
                service=item.service,
                operation=item.operation,
                quantity=item.quantity,
                unit=item.unit,
                unit_price_usd=entry.unit_price_usd if entry else None,
                price_source=entry.source if entry else "not in the price book",
                cost_usd=round(item.quantity * entry.unit_price_usd, 6) if entry else 0.0,
            )
        )
    total_usd = round(sum(line.cost_usd for line in lines), 6)
    return Receipt(tuple(lines), total_usd, f"{book.region}, {book.as_of}")
