"""An execution's history in the shapes of GetExecutionHistory.

Events of branches are one list; ``previousEventId`` chains those of one branch. As AWS records it, the
first state entered follows no event (0).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from local.states.errors import to_text

_PAYLOADS = ("input", "output", "parameters")


class History:
    """The events so far; safe to use from any thread."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._events: list[dict[str, Any]] = []

    def append(self, event_type: str, previous: int, details: Mapping[str, Any] | None = None) -> int:
        """Adds an event that follows the one with the id ``previous``, and returns its id."""
        with self._lock:
            event_id = len(self._events) + 1
            event = {
                "id": event_id,
                "previousEventId": previous,
                "timestamp": self._now(),
                "type": event_type,
                **({} if details is None else {_member(event_type): dict(details)}),
            }
            self._events.append(event)
        return event_id

    def events(self, *, with_data: bool = True) -> list[dict[str, Any]]:
        """The events in their order; without data, what went in and out is left out."""
        with self._lock:
            found = list(self._events)
        return found if with_data else [_without_data(event) for event in found]

    def __len__(self) -> int:
        return len(self._events)


def incoming(value: Any) -> dict[str, Any]:
    """The input members of an event."""
    return {"input": to_text(value), "inputDetails": {"truncated": False}}


def outgoing(value: Any) -> dict[str, Any]:
    """The output members of an event."""
    return {"output": to_text(value), "outputDetails": {"truncated": False}}


def _member(event_type: str) -> str:
    for suffix in ("StateEntered", "StateExited"):
        if event_type.endswith(suffix):
            event_type = suffix
    return f"{event_type[0].lower()}{event_type[1:]}EventDetails"


def _without_data(event: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {k: v for k, v in value.items() if k not in _PAYLOADS} if isinstance(value, dict) else value
        for name, value in event.items()
    }
