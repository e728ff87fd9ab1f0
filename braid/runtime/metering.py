"""What one invocation of a function uses: its own time and memory, and the requests that it sends.

A state that passes ``metered`` (``MeteredBefore``) gets the answer's ``metered`` back: what its branch used
so far, this try and those before it among them. So the quantities survive a retry, and reach the receipt
without a request of their own. Tries that failed left nothing to read: each counts as a request, a transition
and ``failed_try``, what such a try asks at least.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from braid.aws.metering import requests
from braid.domain.money.metered import (
    GB_SECONDS,
    INVOCATIONS,
    TRANSITIONS,
    Metered,
    MeteredBefore,
    added,
    times,
)
from braid.domain.wire import decode

__all__ = ["Invocation", "forget_invocation", "seconds_since_import", "used_so_far"]

_MEMBER = "metered"
# A try that only asks whether something is there already.
_FAILED_TRY_SECONDS = 0.1
# From the import of this module, one of the first, to a handler's end: Lambda bills a sandbox's start too.
_imported_at = time.monotonic()
_running: ContextVar[Invocation | None] = ContextVar("running", default=None)


class Invocation:
    """One call of a handler, whose modules took ``init_seconds`` to load: the first call pays for that.

    ``failed_try`` is what a try asks that ends with an error that is waited for.
    """

    def __init__(
        self, event: Mapping[str, Any], context: Any, *, init_seconds: float, failed_try: Metered
    ) -> None:
        self._began_at = time.monotonic() - (init_seconds if _running.get() is None else 0.0)
        self._memory_gb = int(context.memory_limit_in_mb) / 1024
        self._is_asked = isinstance(event.get(_MEMBER), Mapping)
        before = decode(MeteredBefore, event[_MEMBER]) if self._is_asked else MeteredBefore()
        again = {
            INVOCATIONS: 1.0,
            TRANSITIONS: 1.0,
            GB_SECONDS: _FAILED_TRY_SECONDS * self._memory_gb,
            **failed_try,
        }
        self._before = added(before.used, times(before.tries, again))
        requests.restart()
        _running.set(self)

    def used(self) -> dict[str, float]:
        """What the branch used up to now."""
        milliseconds = math.ceil((time.monotonic() - self._began_at) * 1000)
        own = {INVOCATIONS: 1.0, GB_SECONDS: milliseconds / 1000 * self._memory_gb}
        return added(self._before, own, requests.counted())

    def answer(self, answer: Any) -> Any:
        """A step's answer with what was used, where the state asks for it."""
        return {**answer, _MEMBER: self.used()} if self._is_asked and isinstance(answer, dict) else answer


def seconds_since_import() -> float:
    """How long this process has been loading its modules."""
    return time.monotonic() - _imported_at


def used_so_far() -> dict[str, float]:
    """What the running invocation and its branch before it used; nothing outside of one."""
    invocation = _running.get()
    return invocation.used() if invocation else {}


def forget_invocation() -> None:
    """No invocation runs any more."""
    _running.set(None)
