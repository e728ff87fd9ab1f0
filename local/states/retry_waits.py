"""Waits between tries, which end early where they are shortened anyway and what they wait for has ended."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from typing import Any

from local.states.scope import Scope


class RetryWaits:
    """Safe to use from any thread.

    On AWS a state asks for a job again when its interval is over. Here intervals are shortened by a factor,
    as nothing is billed, and a job's end is known: who waits for it asks at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[threading.Event, str] = {}

    def sleep(self, scope: Scope, seconds: float, scale: float, about: Any) -> float:
        """Waits ``seconds`` × ``scale``; returns the seconds that AWS would have waited meanwhile.

        Less where ``end_for`` names what stands in ``about``, the state's input. Raises ``StoppedError``.
        """
        if scale >= 1 or not seconds * scale:
            scope.sleep(seconds * scale)
            return seconds
        event, began = threading.Event(), time.monotonic()
        with self._lock:
            self._waiting[event] = json.dumps(about)
        try:
            ended_early = scope.wait(event, seconds * scale)
        finally:
            with self._lock:
                del self._waiting[event]
        return min(seconds, (time.monotonic() - began) / scale) if ended_early else seconds

    def end_for(self, names: Iterable[str]) -> None:
        """Ends the waits of states whose input holds one of these names as a value."""
        wanted = [json.dumps(name) for name in names]
        with self._lock:
            for event, about in self._waiting.items():
                if any(name in about for name in wanted):
                    event.set()
