"""Hosts our AI services on MiniStack's port: wire format, identity, permission, log.

MiniStack asks IAM for the operation before it calls us (the namespace is registered); we ask once more
where an operation needs a second grant, as an inference profile does.

Symptom: MiniStack lacks these services or has canned answers for them. Upstream: none filed.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from ministack import app
from ministack.core import iam_evaluator, router
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id

from local.launcher.calls import Call, CallLog, Stopwatch
from local.launcher.functions.lambda_runtime import execution_of
from local.launcher.ministack import guardrails
from local.launcher.permissions.iam import caller_denial
from local.launcher.permissions.model_resources import model_arns
from local.launcher.wire import HttpResponse, Wire, WireError, wire
from local.services.protocol import Caller, Service, ServiceError, not_offered
from local.services.s3vectors.service import vectors_are_read
from local.services.s3vectors.vector_buckets import resource_arn

RELIES_ON = (
    "ministack.app:SERVICE_HANDLERS",
    "ministack.core.router:SERVICE_PATTERNS",
    "ministack.core.router:extract_access_key_id(headers, query_params)",
    "ministack.core.iam_evaluator:caller_arn()",
)

_THREADS = 32
_PASSED_TO = {
    "CreateModelCustomizationJob": {"iam:passedtoservice": "bedrock.amazonaws.com"},
    "CreateTrainingJob": {"iam:passedtoservice": "sagemaker.amazonaws.com"},
    "CreateProcessingJob": {"iam:passedtoservice": "sagemaker.amazonaws.com"},
    "CreateModelInvocationJob": {"iam:passedtoservice": "bedrock.amazonaws.com"},
    "StartTranscriptionJob": {"iam:passedtoservice": "transcribe.amazonaws.com"},
}

logger = logging.getLogger("braid.services")
calls = CallLog()


def namespaces(services: Iterable[Service]) -> dict[str, str]:
    """MiniStack's name of each service and the IAM prefix of its actions."""
    return {service.name: str(wire(service.name).model.signing_name) for service in services}


def apply(services: Iterable[Service]) -> None:
    """Registers the services; what MiniStack has canned answers for is replaced."""
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="braid-service")
    for service in services:
        prefix = wire(service.name).model.metadata.get("targetPrefix")
        app.SERVICE_HANDLERS[service.name] = _handler(service, threads)
        pattern = router.SERVICE_PATTERNS.setdefault(service.name, {"host_patterns": []})
        pattern.setdefault("credential_scope", service.name)
        if prefix:
            pattern["target_prefixes"] = [f"{prefix}."]


def _handler(service: Service, threads: ThreadPoolExecutor) -> Any:
    stock = app.SERVICE_HANDLERS[service.name] if service.adds else None

    async def handle(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        if (
            stock is not None
            and wire(service.name).operation_of(method, path, headers) not in service.operations
        ):
            return await stock(method, path, headers, body, query)
        # The context carries the caller's account and region, which MiniStack keeps per request.
        work = partial(_answer, service, method, path, headers, body, query)
        return await asyncio.get_running_loop().run_in_executor(threads, contextvars.copy_context().run, work)

    return handle


def _answer(service: Service, method: str, path: str, headers: Any, body: bytes, query: Any) -> HttpResponse:
    spoken, watch = wire(service.name), Stopwatch()
    caller = Caller(extract_access_key_id(headers, query), get_account_id(), get_region())
    name, error_code = "?", None
    try:
        operation, members = spoken.parse(method, path, headers, query, body)
        name = operation.name
        return spoken.respond(operation, _run(service, name, members, caller))
    except (ServiceError, WireError) as error:
        error_code = error.code
        return spoken.error(error.code, error.message, error.status)
    except Exception as error:  # a defect of a service is answered as AWS answers its own: with a 500
        logger.exception("%s.%s failed", service.name, name)
        error_code = _internal_error(spoken)
        return spoken.error(error_code, f"{type(error).__name__}: {error}", 500)
    finally:
        calls.record(
            Call(
                at=time.time(),
                service=service.name,
                operation=name,
                principal=str(iam_evaluator.caller_arn()),
                execution=execution_of(caller.access_key_id),
                duration_ms=watch.elapsed_ms(),
                error_code=error_code,
            )
        )


def _run(service: Service, name: str, members: dict[str, Any], caller: Caller) -> Any:
    function = service.operations.get(name)
    if function is None:
        message = f"the embedded AWS has nothing that could answer {service.name} {name} honestly"
        raise not_offered(message)
    if service.name == "bedrock-runtime" and "modelId" in members:
        behind = model_arns(str(members["modelId"]), caller.region, caller.account_id)[1:]
        reason = caller_denial(caller.access_key_id, "bedrock:InvokeModel", service.name, behind)
        if reason is not None:
            raise ServiceError("AccessDeniedException", reason, status=403)
        guardrails.check(members, caller)
    if service.name == "s3vectors" and vectors_are_read(name, members):
        arn = resource_arn(caller, members) or "*"
        reason = caller_denial(caller.access_key_id, "s3vectors:GetVectors", service.name, (arn,))
        if reason is not None:
            raise ServiceError("AccessDeniedException", reason, status=403)
    if (passed := _passed_role(name, members)) is not None:
        reason = caller_denial(caller.access_key_id, "iam:PassRole", "iam", (passed,), _PASSED_TO[name])
        if reason is not None:
            raise ServiceError("AccessDeniedException", reason, status=403)
    return function(members, caller)


def _passed_role(name: str, members: dict[str, Any]) -> str | None:
    """The role as which the service shall work later, which the caller must be allowed to pass."""
    if name in ("CreateModelInvocationJob", "CreateModelCustomizationJob"):
        return str(members["roleArn"])
    if name in ("CreateTrainingJob", "CreateProcessingJob"):
        return str(members["RoleArn"])
    if name == "StartTranscriptionJob":
        arn = (members.get("JobExecutionSettings") or {}).get("DataAccessRoleArn")
        return None if arn is None else str(arn)
    return None


def _internal_error(spoken: Wire) -> str:
    """The service's own name for a failure of its side."""
    shapes = [
        shape.name for shape in spoken.model.operation_model(spoken.model.operation_names[0]).error_shapes
    ]
    return next((name for name in shapes if name.startswith("Internal")), "InternalServerError")
