"""The code asset's data files: profiles, prices, models, read once per process."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from domain.price_book import PriceBook
from domain.wire import decode

__all__ = ["CODE_ROOT", "price_book"]

# lambdas/runtime/library.py -> the root that holds lambdas, domain, profiles, pricing, models, schemas.
CODE_ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def price_book() -> PriceBook:
    """The price book that the deployment was built with."""
    return decode(PriceBook, json.loads((CODE_ROOT / "pricing" / "us-east-1.json").read_text("utf-8")))
