"""The price book of this project."""

from __future__ import annotations

from braid.domain.money.price_book import PriceBook
from braid.domain.wire import decode_json
from cli.target import PROJECT_ROOT

__all__ = ["price_book"]

_PRICES = "registry/prices/us-east-1.json"


def price_book() -> PriceBook:
    """What AWS charges, of the day that the book names."""
    return decode_json(PriceBook, (PROJECT_ROOT / _PRICES).read_text("utf-8"), source=_PRICES)
