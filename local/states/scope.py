"""Work that can be stopped as a whole, and the threads that do it."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import Any

from local.states.errors import StoppedError


class Scope:
    """An execution, one branch of a Parallel state, or one iteration of a Map."""

    def __init__(self, parent: Scope | None = None) -> None:
        self._lock: threading.Lock = parent._lock if parent else threading.Lock()
        self._stopped = parent is not None and parent.stopped
        self._waking: set[threading.Event] = set()
        self._children: list[Scope] = []
        if parent is not None:
            with self._lock:
                parent._children.append(self)
                self._stopped = parent._stopped

    @property
    def stopped(self) -> bool:
        """Whether the work should end."""
        return self._stopped

    def stop(self) -> None:
        """Ends this scope's waits and those of everything below it."""
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        self._stopped = True
        for event in self._waking:
            event.set()
        for child in self._children:
            child._stop()

    def check(self) -> None:
        """Raises ``StoppedError`` when the scope is stopped."""
        if self._stopped:
            raise StoppedError

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        """Waits for the event, and says whether it came; raises ``StoppedError`` once it is stopped."""
        with self._lock:
            if self._stopped:
                raise StoppedError
            self._waking.add(event)
        try:
            came = event.wait(None if seconds is None else max(0.0, min(seconds, threading.TIMEOUT_MAX)))
        finally:
            with self._lock:
                self._waking.discard(event)
        self.check()
        return came

    def sleep(self, seconds: float) -> None:
        """Waits; raises ``StoppedError`` as soon as the scope is stopped."""
        self.wait(threading.Event(), seconds)


def in_thread(work: Callable[[], Any]) -> None:
    """Runs ``work``, which handles its own errors, in a daemon thread with this thread's context."""
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(work,), daemon=True, name="states").start()
