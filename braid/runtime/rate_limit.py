"""Keeps a step's calls of one operation under the rate that the account is allowed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

__all__ = ["RateLimit"]


class RateLimit:
    """Spreads calls evenly: at most ``per_second`` a second, from however many threads."""

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if per_second <= 0:
            raise ValueError(f"a rate must be above 0 a second, not {per_second}")
        self._interval_seconds = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next_at = float("-inf")

    def wait(self) -> None:
        """Returns when the next call may be made."""
        with self._lock:
            now = self._clock()
            call_at = max(now, self._next_at)
            self._next_at = call_at + self._interval_seconds
        if call_at > now:
            self._sleep(call_at - now)
