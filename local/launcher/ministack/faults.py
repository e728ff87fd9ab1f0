"""Errors on demand: the next calls of an operation fail as a test says, after IAM has let them pass.

Symptom: nothing here ever throttles or breaks. Upstream: none filed.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ministack import app
from ministack.core import iam_actions
from ministack.core.responses import new_uuid

RELIES_ON = (
    "ministack.app:SERVICE_HANDLERS",
    "ministack.app:SERVICE_NAME_ALIASES",
    "ministack.core.iam_actions:access_denied_response",
)

Handler = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Fault:
    """``service`` as the client names it, ``operation`` as in the service model or ``*``; ``count`` calls
    fail, or all while it is None. ``delay_seconds`` alone (no ``error_code``) only slows the call."""

    fault_id: int
    service: str
    operation: str
    error_code: str | None
    status: int
    message: str
    count: int | None
    delay_seconds: float


class FaultError(Exception):
    """The request to inject a fault is malformed."""


class Faults:
    """The faults that wait to happen; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._faults: list[Fault] = []

    def add(self, request: Mapping[str, Any]) -> Fault:
        """Adds the fault of a control request; raises ``FaultError`` saying what is wrong with it."""
        unknown = set(request) - {f for f in Fault.__dataclass_fields__ if f != "fault_id"}
        if unknown or not request.get("service") or not request.get("operation"):
            raise FaultError(
                "a fault needs service and operation, and may have error_code, status, message, count and "
                f"delay_seconds; unknown: {sorted(unknown)}"
            )
        service = str(request["service"])
        fault = Fault(
            fault_id=next(self._ids),
            service=str(app.SERVICE_NAME_ALIASES.get(service, service)),
            operation=str(request["operation"]),
            error_code=request.get("error_code"),
            status=int(request.get("status", 400)),
            message=str(request.get("message", "injected by a test")),
            count=None if request.get("count") is None else int(request["count"]),
            delay_seconds=float(request.get("delay_seconds", 0)),
        )
        with self._lock:
            self._faults.append(fault)
        return fault

    def take(self, service: str, operation: str) -> Fault | None:
        """The fault that this call meets, used up by one; None for the ordinary course."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.service != service or fault.operation not in ("*", operation):
                    continue
                if fault.count is not None and fault.count <= 1:
                    del self._faults[index]
                elif fault.count is not None:
                    self._faults[index] = Fault(**{**asdict(fault), "count": fault.count - 1})
                return fault
        return None

    def waiting(self) -> list[dict[str, Any]]:
        """The faults that haven't happened yet."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def clear(self) -> None:
        """Takes all back."""
        with self._lock:
            self._faults.clear()


faults = Faults()


def apply() -> None:
    """Puts the check before every service; call after our own services are registered."""
    for service, handler in list(app.SERVICE_HANDLERS.items()):
        app.SERVICE_HANDLERS[service] = _guarded(service, handler)


def _guarded(service: str, handler: Handler) -> Handler:
    async def guarded(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        if faults.waiting():
            action = iam_actions.extract_iam_action(service, method, path, headers, body, query) or ""
            fault = faults.take(service, action.partition(":")[2])
            if fault is not None:
                await asyncio.sleep(fault.delay_seconds)
                if fault.error_code:
                    return _answer(fault, action, headers)
        return await handler(method, path, headers, body, query)

    return guarded


def _answer(fault: Fault, action: str, headers: Any) -> Any:
    """The error in the service's own wire format."""
    _, answer_headers, body = iam_actions.access_denied_response(
        fault.service,
        action,
        "",
        new_uuid(),
        error_code=fault.error_code,
        message=fault.message,
        headers=headers,
    )
    return fault.status, answer_headers, body
