"""What AWS charges, read once per process."""

from __future__ import annotations

import functools
from dataclasses import replace

from braid.domain.money.price_book import PriceBook
from braid.domain.wire import decode_json
from braid.runtime.library import CODE_ROOT

__all__ = ["price_book"]


@functools.cache
def price_book() -> PriceBook:
    """The price book that the deployment was built with; pictures have the prices of their providers."""
    from braid.runtime.provider_library import image_providers  # not before something is priced

    name = "registry/prices/us-east-1.json"
    book = decode_json(PriceBook, (CODE_ROOT / name).read_text("utf-8"), source=name)
    return replace(book, prices=(*book.prices, *image_providers().prices))
