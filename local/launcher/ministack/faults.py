"""Puts injected faults and quotas before every service, after IAM has let the call pass.

Symptom: nothing here ever throttles or breaks. Upstream: none filed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app
from ministack.core import iam_actions
from ministack.core.responses import new_uuid
from ministack.core.router import extract_access_key_id

from local.launcher.functions import lambda_runtime
from local.launcher.injection.corruption import corrupted
from local.launcher.injection.faults import Fault, Faults
from local.launcher.injection.quotas import Quotas

RELIES_ON = (
    "ministack.app:SERVICE_HANDLERS",
    "ministack.app:SERVICE_NAME_ALIASES",
    "ministack.core.iam_actions:access_denied_response",
    "ministack.core.router:extract_access_key_id(headers, query_params)",
)

Handler = Callable[..., Awaitable[Any]]

faults = Faults(app.SERVICE_NAME_ALIASES)
quotas = Quotas(app.SERVICE_NAME_ALIASES)

# The end of their path; nothing else that a client calls ends so, S3 apart, whose keys have suffixes here.
_MODEL_CALLS = {"converse": "Converse", "converse-stream": "ConverseStream"}

_POLL_SECONDS = 0.1

# Of the changed body they would be wrong; of the one that a broken service makes they are right.
_SUMS = ("x-amz-crc32", "x-amz-checksum", "content-md5", "etag")


def apply() -> None:
    """Puts the check before every service; call after our own services are registered."""
    for service, handler in list(app.SERVICE_HANDLERS.items()):
        app.SERVICE_HANDLERS[service] = _guarded(service, handler)


def _guarded(service: str, handler: Handler) -> Handler:
    async def guarded(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        if not faults.any() and not quotas.any():
            return await handler(method, path, headers, body, query)
        action = iam_actions.extract_iam_action(service, method, path, headers, body, query) or ""
        operation = _operation(action, path)
        refused = quotas.refusal(service, operation)
        if refused is not None:
            return _error(service, action, refused[0], refused[1], "Rate exceeded", headers)
        key = extract_access_key_id(headers, query)
        # Only functions make calls about an asset; whoever watches one isn't struck.
        request = f"{path} ".encode() + (body or b"") if lambda_runtime.is_function(key) else b""
        execution = lambda_runtime.execution_of(key)
        fault = faults.take(service, operation, execution=execution, request=request)
        if fault is None:
            return await handler(method, path, headers, body, query)
        answer = await handler(method, path, headers, body, query) if fault.does_work else None
        await _delayed(fault)
        if not (fault.does_work or fault.error_code or fault.kill):
            answer = await handler(method, path, headers, body, query)
        if fault.corrupt and method == "HEAD":
            return answer  # without a body there is nothing to damage
        return _struck(fault, service, action, key, headers, answer)

    return guarded


async def _delayed(fault: Fault) -> None:
    until = time.monotonic() + fault.delay_seconds
    while (left := until - time.monotonic()) > 0 and faults.has(fault):
        await asyncio.sleep(min(left, _POLL_SECONDS))


def _operation(action: str, path: str) -> str:
    """The operation of an IAM action. Models are asked in several ways for which IAM has one name."""
    return _MODEL_CALLS.get(path.rpartition("/")[2], "") or action.partition(":")[2]


def _struck(fault: Fault, service: str, action: str, key: str, headers: Any, answer: Any) -> Any:
    if fault.kill is not None:
        lambda_runtime.kill_worker(key, fault.kill)
        return _error(service, action, "InternalError", 500, "the caller is dead", headers)
    if fault.error_code is not None:
        return _error(service, action, fault.error_code, fault.status, fault.message, headers)
    if fault.corrupt is None or answer is None:
        return answer
    status, answer_headers, body = answer
    if not isinstance(body, bytes | str):
        return answer
    damaged = corrupted(body.encode() if isinstance(body, str) else body, fault.corrupt)
    kept = {n: v for n, v in answer_headers.items() if not n.lower().startswith(_SUMS)}
    return (
        status,
        {n: str(len(damaged)) if n.lower() == "content-length" else v for n, v in kept.items()},
        damaged,
    )


def _error(service: str, action: str, code: str, status: int, message: str, headers: Any) -> Any:
    """The error in the service's own wire format."""
    _, answer_headers, body = iam_actions.access_denied_response(
        service, action, "", new_uuid(), error_code=code, message=message, headers=headers
    )
    return status, answer_headers, body
