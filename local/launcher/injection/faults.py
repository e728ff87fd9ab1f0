"""Faults that wait for calls: which call of which operation is struck, and how.

Everything that chance decides comes from the fault's own seed, so that a run can be told again by it.
"""

from __future__ import annotations

import itertools
import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

__all__ = ["Fault", "FaultError", "Faults"]

CORRUPTIONS = ("truncate", "null", "wrong_type")
# What Step Functions calls the end of a function's process.
DEATHS = ("Runtime.OutOfMemory", "Runtime.ExitError", "Sandbox.Timedout")


@dataclass(frozen=True)
class Fault:
    """One kind of failure of one service's operation.

    ``service`` as the client names it, ``operation`` as in the service model or ``*``. ``about`` keeps it to
    the calls for executions whose name begins so, and to requests of functions that hold the text; ``holds``
    keeps it to requests that hold that text too, of a state the ARN of what it calls. Of these the first
    ``after`` pass; then ``count`` are struck, or all while it is None, each with ``probability``
    drawn from ``seed``.

    A call that is struck waits ``delay_seconds``, or until the fault is taken back. Then one of these
    happens: ``error_code`` is answered with ``status`` and ``message``; ``kill`` ends the process of the
    function that calls, under that name; or ``corrupt`` damages the answer. None of them: the call is only
    slow. With ``does_work`` the service does what it was asked for before all that: the effect is there, its
    answer is late or lost.
    """

    service: str
    operation: str
    about: str = ""
    holds: str = ""
    after: int = 0
    count: int | None = None
    probability: float = 1.0
    seed: int = 0
    delay_seconds: float = 0.0
    error_code: str | None = None
    status: int = 400
    message: str = "injected by a test"
    kill: str | None = None
    corrupt: str | None = None
    does_work: bool = False


class FaultError(Exception):
    """The request to inject a fault is malformed."""


@dataclass
class _Waiting:
    fault_id: int
    fault: Fault
    chance: random.Random
    met: int = 0  # calls that it could have struck
    struck: int = 0
    names: set[str] = field(default_factory=set)  # operations that it struck
    executions: Counter[str] = field(default_factory=Counter)  # for which the struck calls were made

    def strikes(self) -> bool:
        self.met += 1
        # Drawn for each call that is met, so that the same calls are struck whatever passes before them.
        drawn = self.chance.random() < self.fault.probability
        left = self.fault.count is None or self.struck < self.fault.count
        return drawn and left and self.met > self.fault.after


class Faults:
    """The faults of a run, each with what it met; safe to use from any thread."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        """``aliases`` gives the names that a client uses for a service the one under which it is asked."""
        self._aliases = aliases
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._waiting: list[_Waiting] = []

    def add(self, request: Mapping[str, Any]) -> int:
        """Adds the fault of a control request and returns its id. Raises ``FaultError``."""
        fault = _read(request)
        with self._lock:
            fault_id = next(self._ids)
            self._waiting.append(_Waiting(fault_id, fault, random.Random(fault.seed)))  # not for secrets
        return fault_id

    def take(self, service: str, operation: str, *, execution: str | None, request: bytes) -> Fault | None:
        """The fault that strikes this call; None for the ordinary course. The first that strikes is it."""
        with self._lock:
            for waiting in self._waiting:
                fault = waiting.fault
                if self._aliases.get(fault.service, fault.service) != service:
                    continue
                if fault.operation not in ("*", operation) or not _is_about(fault.about, execution, request):
                    continue
                if fault.holds.encode() not in request:
                    continue
                if waiting.strikes():
                    waiting.struck += 1
                    waiting.names.add(operation)
                    waiting.executions.update([execution] if execution else [])
                    return fault
        return None

    def any(self) -> bool:
        """Whether there is any fault at all."""
        return bool(self._waiting)

    def has(self, fault: Fault) -> bool:
        """Whether this one hasn't been taken back."""
        with self._lock:
            return any(waiting.fault is fault for waiting in self._waiting)

    def report(self) -> list[dict[str, Any]]:
        """Every fault with ``fault_id``, calls ``met`` and ``struck``, the ``operations`` struck, how many
        calls of which ``executions``, and whether it is ``spent``."""
        with self._lock:
            return [
                {
                    "fault_id": waiting.fault_id,
                    **asdict(waiting.fault),
                    "met": waiting.met,
                    "struck": waiting.struck,
                    "operations": sorted(waiting.names),
                    "executions": dict(waiting.executions),
                    "spent": waiting.struck == waiting.fault.count,
                }
                for waiting in self._waiting
            ]

    def remove(self, fault_id: int | None = None) -> None:
        """Takes one back, or all."""
        with self._lock:
            self._waiting = [w for w in self._waiting if fault_id not in (None, w.fault_id)]


def _is_about(text: str, execution: str | None, request: bytes) -> bool:
    return not text or (execution or "").startswith(text) or text.encode() in request


def _read(request: Mapping[str, Any]) -> Fault:
    known = {member.name for member in fields(Fault)}
    unknown = set(request) - known
    if unknown or not request.get("service") or not request.get("operation"):
        raise FaultError(
            f"a fault needs service and operation, and may have {', '.join(sorted(known))}; "
            f"unknown: {sorted(unknown)}"
        )
    fault = Fault(**request)
    if fault.kill is not None and fault.kill not in DEATHS:
        raise FaultError(f"kill is one of {', '.join(DEATHS)}")
    if fault.corrupt is not None and fault.corrupt not in CORRUPTIONS:
        raise FaultError(f"corrupt is one of {', '.join(CORRUPTIONS)}")
    if sum(way is not None for way in (fault.error_code, fault.kill, fault.corrupt)) > 1:
        raise FaultError("a fault has one of error_code, kill and corrupt")
    if fault.does_work and fault.error_code is None and fault.kill is None and not fault.delay_seconds:
        raise FaultError(
            "does_work belongs to error_code, kill or delay_seconds: a corrupted call does its work anyway"
        )
    if not 0 <= fault.probability <= 1:
        raise FaultError("probability is a number from 0 to 1")
    return fault
