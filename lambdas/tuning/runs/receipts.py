"""What a run cost so far: each step that spends adds its lines to the receipt, and a retry adds none."""

from __future__ import annotations

from collections.abc import Iterable

from braid.domain.money.accounting import Usage
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import Receipt, price
from lambdas.tuning.runs.run import Run

__all__ = ["RECEIPT", "count_spending"]

RECEIPT = "receipt.json"


def count_spending(run: Run, usage: Iterable[Usage], book: PriceBook) -> Receipt:
    """Stores and returns the receipt with these quantities, in place of what it had of the same kind."""
    known = run.find(Receipt, RECEIPT)
    quantities = {
        (line.service, line.operation, line.unit): line.quantity for line in (known.lines if known else ())
    }
    quantities |= {(item.service, item.operation, item.unit): item.quantity for item in usage}
    receipt = price((Usage(*kind, quantity) for kind, quantity in quantities.items()), book)
    run.put(RECEIPT, receipt)
    return receipt
