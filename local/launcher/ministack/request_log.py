"""Remembers every request to the services below the AI services: what AWS would bill the account for.

Symptom: MiniStack counts no requests, so that nobody could hold a receipt against them. Upstream: none filed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.router import extract_access_key_id

from local.foreign_json import parse_json
from local.launcher.calls import Call, CallLog, Stopwatch
from local.launcher.functions.lambda_runtime import execution_of

RELIES_ON = (
    "ministack.app:SERVICE_HANDLERS",
    "ministack.core.router:extract_access_key_id(headers, query_params)",
    "ministack.core.iam_evaluator:caller_arn()",
)

Handler = Callable[..., Awaitable[Any]]

_SERVICES = ("s3", "dynamodb", "sqs", "sns", "events", "scheduler")
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
# S3 has no operation in its requests: method, subresource of the query, and whether there is a key.
_OF_BUCKET = {"list-type": "ListObjectsV2", "versions": "ListObjectVersions"}
_OF_OBJECT = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}

requests = CallLog()


def apply() -> None:
    """Puts the log around the services that aren't ours; call before whatever may refuse a request."""
    for service in _SERVICES:
        app.SERVICE_HANDLERS[service] = _logged(service, app.SERVICE_HANDLERS[service])


def _logged(service: str, handler: Handler) -> Handler:
    async def logged(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        watch, principal = Stopwatch(), str(iam_evaluator.caller_arn())
        answer = await handler(method, path, headers, body, query)
        status, payload = answer[0], answer[2]
        requests.record(
            Call(
                at=time.time(),
                service=service,
                operation=_operation(service, method, path, headers, body, query),
                principal=principal,
                execution=execution_of(extract_access_key_id(headers, query)),
                duration_ms=watch.elapsed_ms(),
                error_code=None if int(status) < 400 else str(status),
                capacity_units=_capacity_units(payload) if service == "dynamodb" else 0.0,
            )
        )
        return answer

    return logged


def _operation(
    service: str, method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
) -> str:
    if service == "s3":
        return _s3_operation(method, path, headers, query)
    target = headers.get("x-amz-target", "")
    if target:
        return target.rpartition(".")[2]
    action = _ACTION.search(body)
    return action[1].decode() if action else method


def _s3_operation(method: str, path: str, headers: Mapping[str, str], query: Mapping[str, Any]) -> str:
    """The operation of an S3 request in path style; one that Braid doesn't use comes out as its method."""
    has_key = bool(path.strip("/").partition("/")[2])
    if not has_key:
        return next((name for word, name in _OF_BUCKET.items() if word in query), f"{method} bucket")
    if "tagging" in query:
        return f"{method.capitalize()}ObjectTagging"
    if "uploadId" in query:
        return {"PUT": "UploadPart", "POST": "CompleteMultipartUpload"}.get(method, "AbortMultipartUpload")
    if "uploads" in query:
        return "CreateMultipartUpload"
    return "CopyObject" if "x-amz-copy-source" in headers else _OF_OBJECT.get(method, method)


def _capacity_units(payload: bytes | str) -> float:
    try:
        told = parse_json(payload or b"{}").get("ConsumedCapacity") or []
    except ValueError:
        return 0.0
    tables = told if isinstance(told, list) else [told]
    return float(sum(float(table.get("CapacityUnits") or 0) for table in tables))
