"""IAM as AWS asks it, over plain http on loopback.

Symptoms that this removes: bucket policies that demand TLS deny every local call; Converse is asked as
``bedrock:Converse`` on a foundation model even for an inference profile, where AWS asks
``bedrock:InvokeModel`` on the profile and on the model behind it; the AI services aren't asked at all, or
about no job and no guardrail; a schedule counts as one of the default group wherever it lies; an unsigned S3
request acts as the account's root; nobody can tell which grants a run needed. Upstream: none filed.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region

from local.launcher.functions.execution_context import current_execution
from local.launcher.functions.lambda_runtime import execution_of
from local.launcher.permissions.decisions import DecisionLog
from local.launcher.permissions.model_resources import guardrail_arn, model_arns, model_of_path
from local.launcher.permissions.tuning_resources import bedrock_arn, sagemaker_arn

RELIES_ON = (
    "ministack.app:AUTH",
    "ministack.app:pin_request_origin(source_ip, secure_transport)",
    "ministack.core.iam_evaluator:_request_origin",
    "ministack.core.iam_evaluator:enforce(access_key_id, iam_action, service, region, resource_arn, "
    "service_context)",
    "ministack.core.iam_evaluator:evaluate(ctx, policies, limits)",
    "ministack.core.iam_evaluator:parse_policy_document(doc)",
    "ministack.core.iam_evaluator:_gather_role_policies(role_name, account_id)",
    "ministack.core.iam_evaluator:resolve_credential(access_key_id, account_id, session_token)",
    "ministack.core.iam_evaluator:EvalContext",
    "ministack.core.iam_evaluator:EvalResult",
    "ministack.core.iam_actions:extract_iam_action(service, method, path, headers, body, query_params)",
    "ministack.core.iam_actions:extract_resource_arn(service, method, path, headers, body, query_params, "
    "region, account_id)",
    "ministack.core.iam_actions:SERVICE_TO_IAM_NAMESPACE",
    "ministack.core.iam_actions:identity_denial_message(action, principal_arn, resource, explicit_deny)",
)

_INVOKE = "bedrock:InvokeModel"
_ASKED_AS = {
    "bedrock:Converse": _INVOKE,
    "bedrock:ConverseStream": "bedrock:InvokeModelWithResponseStream",
    "bedrock:StartAsyncInvoke": _INVOKE,
}
_ASYNC_PATH = "/async-invoke"
_SCHEDULE_PATH = re.compile(r"^/schedules/(?P<name>[^/]+)$")

decisions = DecisionLog()

# What the request being decided says that a policy's condition may ask for, where MiniStack doesn't read it.
_condition_keys: ContextVar[Mapping[str, str]] = ContextVar("condition_keys", default=MappingProxyType({}))


def job_arn(target: str, body: bytes, region: str, account_id: str) -> str | None:
    """The transcription job that AWS asks about; None for starting one, which takes no resource but ``*``.

    Source: the service authorization reference of Amazon Transcribe, November 2026.
    """
    if target.endswith(".StartTranscriptionJob"):
        return None
    name = _json_members(body).get("TranscriptionJobName")
    return f"arn:aws:transcribe:{region}:{account_id}:transcription-job/{name}" if name else None


def schedule_arn(
    path: str, body: bytes, query: Mapping[str, Any], region: str, account_id: str
) -> str | None:
    """The schedule of a request to EventBridge Scheduler, in the group that body or query name."""
    match = _SCHEDULE_PATH.match(unquote(path))
    if match is None:
        return None
    named = _json_members(body).get("GroupName") or query.get("groupName") or "default"
    group = named[0] if isinstance(named, list) else named
    return f"arn:aws:scheduler:{region}:{account_id}:schedule/{group}/{match['name']}"


def vector_store_arn(body: bytes, region: str, account_id: str) -> str | None:
    """The index, else the vector bucket, that a request to S3 Vectors names, by ARN or by name."""
    members = _json_members(body)
    bucket = members.get("vectorBucketArn")
    if not bucket and (name := members.get("vectorBucketName")):
        bucket = f"arn:aws:s3vectors:{region}:{account_id}:bucket/{name}"
    index = members.get("indexArn")
    if not index and bucket and (name := members.get("indexName")):
        index = f"{bucket}/index/{name}"
    return index or bucket


def transcribe_conditions(body: bytes) -> dict[str, str]:
    """The condition keys of a request to Transcribe: where a job's output may go."""
    members = _json_members(body)
    named = [name for name in ("OutputBucketName", "OutputKey") if name in members]
    return {f"transcribe:{name.lower()}": str(members[name]) for name in named}


def _json_members(body: bytes) -> dict[str, Any]:
    try:
        members = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return members if isinstance(members, dict) else {}


def role_denial(role_arn: str, session: str, action: str, resource: str) -> str | None:
    """Why a role may not do this, in AWS's words, or None when it may. Logs the decision."""
    if not app.AUTH:
        return None
    account_id, role = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    principal = f"arn:aws:sts::{account_id}:assumed-role/{role}/{session}"
    context = iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=account_id,
        action=action,
        resource_arn=resource,
        region=get_region(),
    )
    result = iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(role, account_id))
    if result.decision == "Allow":
        decisions.allowed(principal, action, resource)
        return None
    reason = str(iam_actions.identity_denial_message(action, principal, resource, result.decision == "Deny"))
    decisions.denied(principal, action, resource, reason, current_execution.get())
    return reason


def caller_denial(
    access_key_id: str,
    action: str,
    service: str,
    resources: Iterable[str],
    conditions: Mapping[str, str] | None = None,
) -> str | None:
    """Why the holder of this key may not do this on one of ``resources``, or None when it may.

    ``conditions`` are values of condition keys, whose names are in lower case.
    """
    if not app.AUTH:
        return None
    for resource in resources:
        refused = iam_evaluator.enforce(
            access_key_id,
            action,
            service,
            get_region(),
            resource_arn=resource,
            service_context=None if conditions is None else dict(conditions),
        )
        if refused is None:
            continue
        if isinstance(refused, iam_evaluator.EvalResult):
            explicit = refused.decision == "Deny"
            return str(iam_actions.identity_denial_message(action, refused.principal_arn, resource, explicit))
        return str(refused.message)
    return None


def apply(namespaces: Mapping[str, str], machine_of: Callable[[str], str | None]) -> None:
    """Patches the decision points; ``namespaces`` maps our services to their IAM prefixes.

    ``machine_of`` gives the state machine whose state waits for a task token: AWS asks on it whether that
    may be answered.
    """
    iam_actions.SERVICE_TO_IAM_NAMESPACE.update(namespaces)
    _trust_loopback()
    _ask_as_aws_does(machine_of)
    _parse_policies_once()
    _log_every_decision()


def _trust_loopback() -> None:
    """Loopback counts as TLS, in requests and in the background threads that deliver events."""
    stock_pin = app.pin_request_origin
    app.pin_request_origin = lambda source_ip, _secure: stock_pin(source_ip, True)
    iam_evaluator._request_origin = ContextVar("request_origin", default=("127.0.0.1", True))


def _ask_as_aws_does(machine_of: Callable[[str], str | None]) -> None:
    stock_action, stock_resource = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def action(*arguments: Any) -> Any:
        service, _method, path = arguments[:3]
        if service == "s3vectors":
            return f"s3vectors:{path.strip('/')}"
        asked = stock_action(*arguments)
        return _ASKED_AS.get(asked, asked)

    def resource(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> Any:
        model = model_of_path(path) if service == "bedrock-runtime" else None
        if service == "bedrock-runtime" and path.startswith(_ASYNC_PATH):
            if invocation := unquote(path).removeprefix(_ASYNC_PATH).lstrip("/"):
                return invocation
            # Who begins one is asked about the model, which stands in the body alone.
            model = _json_members(body).get("modelId")
        if model is not None:
            return model_arns(model, get_region(), get_account_id())[0]
        if service == "bedrock-runtime" and (
            guardrail := guardrail_arn(path, get_region(), get_account_id())
        ):
            return guardrail
        named = None
        target = str(headers.get("x-amz-target", ""))
        if service == "states" and ".SendTask" in target:
            return machine_of(str(_json_members(body).get("taskToken"))) or "*"
        if service == "transcribe":
            named = job_arn(target, body, get_region(), get_account_id())
            _condition_keys.set(transcribe_conditions(body))
        if service == "bedrock":
            named = bedrock_arn(method, path, _json_members(body), get_region(), get_account_id())
        if service == "sagemaker":
            named = sagemaker_arn(target, _json_members(body), get_region(), get_account_id())
        if service == "s3vectors":
            named = vector_store_arn(body, get_region(), get_account_id())
        if service == "scheduler":
            named = schedule_arn(path, body, rest[0], get_region(), get_account_id())
        return named or stock_resource(service, method, path, headers, body, *rest)

    iam_actions.extract_iam_action, iam_actions.extract_resource_arn = action, resource


def _parse_policies_once() -> None:
    """Every request parses all policies of who sends it, two or three times over."""
    stock = iam_evaluator.parse_policy_document
    of_text = functools.lru_cache(maxsize=1024)(stock)

    def parse(document: str | dict[str, Any]) -> Any:
        return list(of_text(document)) if isinstance(document, str) else stock(document)

    iam_evaluator.parse_policy_document = parse


def _log_every_decision() -> None:
    stock_enforce = iam_evaluator.enforce

    def enforce(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        if service == "s3" and not access_key_id:
            # Nobody: MiniStack takes a request without a signature for the account's root.
            refused = iam_evaluator.EvalResult("ImplicitDeny", "anonymous", "", "unsigned request")
            decisions.denied("anonymous", iam_action, resource_arn, "unsigned request")
            return refused
        if service == "transcribe":
            service_context = {**(service_context or {}), **_condition_keys.get()}
        refused = stock_enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        credential = iam_evaluator.resolve_credential(access_key_id, get_account_id())
        principal = getattr(credential, "principal_arn", access_key_id)
        if refused is None:
            decisions.allowed(principal, iam_action, resource_arn)
        else:
            reason = str(getattr(refused, "message", "") or getattr(refused, "reason", ""))
            decisions.denied(principal, iam_action, resource_arn, reason, execution_of(access_key_id))
        return refused

    iam_evaluator.enforce = enforce
