"""Whose turn it is: a lock that serves its waiters in the order in which they came.

``threading.Lock`` lets any waiter in; with dozens of them, one can wait for minutes while others pass.
"""

from __future__ import annotations

import threading
from collections import deque

__all__ = ["Turns"]


class Turns:
    """One holder at a time, first come, first served."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._is_taken = False

    def take(self, timeout_seconds: float | None) -> bool:
        """Waits for its turn, at most so long (``None``: as long as it takes); whether it came."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(timeout_seconds):
            return True
        with self._guard:
            if mine.is_set():
                return True  # it came between the timeout and now
            self._waiting.remove(mine)
            return False

    def give_back(self) -> None:
        """Lets the next one in."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False
