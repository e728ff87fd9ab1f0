"""What was asked of services, so that a test can say which operations an asset needed."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

_KEPT_CALLS = 20_000


@dataclass(frozen=True)
class Call:
    """One call. ``execution`` is the name of the execution it was made for, where known; ``error_code`` is
    None for a success. ``capacity_units`` are those that DynamoDB said it consumed."""

    at: float  # seconds since the epoch
    service: str
    operation: str
    principal: str
    execution: str | None
    duration_ms: int
    error_code: str | None
    capacity_units: float = 0.0


class CallLog:
    """The newest calls in the order in which they ended; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque(maxlen=_KEPT_CALLS)

    def record(self, call: Call) -> None:
        """Remembers one call."""
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._calls.clear()

    def matching(self, **wanted: str) -> list[dict[str, Any]]:
        """The calls whose fields have the wanted values, oldest first."""
        with self._lock:
            calls = [asdict(call) for call in self._calls]
        return [call for call in calls if all(call.get(name) == value for name, value in wanted.items())]


class Stopwatch:
    """Milliseconds since it was made."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def elapsed_ms(self) -> int:
        """Whole milliseconds so far."""
        return round((time.monotonic() - self._started) * 1000)
