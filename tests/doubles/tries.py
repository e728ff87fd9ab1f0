"""How long a step has been tried: what the state machine says of it on a first and on a last try."""

from __future__ import annotations

from braid.runtime.retries import Retries

__all__ = ["FIRST_TRY", "LAST_TRY"]

FIRST_TRY = Retries("2999-01-01T00:00:00Z", throttled_seconds=7200, unavailable_seconds=600)
LAST_TRY = Retries("2000-01-01T00:00:00Z", throttled_seconds=7200, unavailable_seconds=600)
