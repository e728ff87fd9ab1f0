"""Every IAM decision of a run: what was refused, and which grants were ever used."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

_KEPT_DENIALS = 1000


@dataclass(frozen=True)
class Denial:
    """One refused call. ``execution`` is the name of the execution that it was made for, where known."""

    at: float  # seconds since the epoch
    principal: str
    action: str
    resource: str
    reason: str
    execution: str | None


class DecisionLog:
    """Remembers denials one by one and allowed calls as counts; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._denials: deque[Denial] = deque(maxlen=_KEPT_DENIALS)
        self._used: dict[tuple[str, str, str], int] = {}

    def allowed(self, principal: str, action: str, resource: str) -> None:
        """Counts one allowed call."""
        with self._lock:
            key = (principal, action, resource)
            self._used[key] = self._used.get(key, 0) + 1

    def denied(
        self, principal: str, action: str, resource: str, reason: str, execution: str | None = None
    ) -> None:
        """Remembers one refused call."""
        with self._lock:
            self._denials.append(Denial(time.time(), principal, action, resource, reason, execution))

    def denials(self) -> list[dict[str, Any]]:
        """The refused calls, oldest first."""
        with self._lock:
            return [asdict(denial) for denial in self._denials]

    def grants(self) -> list[dict[str, Any]]:
        """The grants report: which principal did what, on what, and how often."""
        with self._lock:
            used = sorted(self._used.items())
        return [
            {"principal": principal, "action": action, "resource": resource, "count": count}
            for (principal, action, resource), count in used
        ]
