"""The one place where handlers ask for the time; everything behind them gets it as an argument."""

from __future__ import annotations

from datetime import UTC, datetime

from braid.domain.clock import iso

__all__ = ["utc_now"]


def utc_now() -> str:
    """This moment, as records and results write it."""
    return iso(datetime.now(UTC))
