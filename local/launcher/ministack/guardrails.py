"""Guardrails in CloudFormation, and asked of before a model is called through one.

Symptoms: ``AWS::Bedrock::Guardrail`` and its versions can't be deployed, though MiniStack has the API; a
Converse through a guardrail which isn't there, or which the caller may not apply, is answered all the same.
Upstream: none filed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import bedrock
from ministack.services.cloudformation import provisioners

from local.launcher.permissions.iam import caller_denial
from local.services.protocol import Caller, ServiceError

RELIES_ON = (
    "ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "ministack.services.bedrock:_create_guardrail(body)",
    "ministack.services.bedrock:_update_guardrail(identifier, body)",
    "ministack.services.bedrock:_delete_guardrail(identifier, query_params)",
    "ministack.services.bedrock:_create_guardrail_version(identifier, body)",
    "ministack.services.bedrock:_get_guardrail(identifier, query_params)",
    "ministack.services.bedrock:_guardrail_versions",
)

Properties = Mapping[str, Any]


def apply() -> None:
    """Registers the two resource types."""
    provisioners._RESOURCE_HANDLERS["AWS::Bedrock::Guardrail"] = {
        "create": _create,
        "update": _update,
        "delete": lambda arn, _properties: bedrock._delete_guardrail(_id(arn), {}),
    }
    provisioners._RESOURCE_HANDLERS["AWS::Bedrock::GuardrailVersion"] = {
        "create": _create_version,
        "delete": lambda version, _properties: bedrock._guardrail_versions.pop(
            version.replace("|", "/"), None
        ),
    }


def check(request: Properties, caller: Caller) -> None:
    """Raises ``ServiceError`` where the guardrail that a request names isn't there or isn't the caller's."""
    named = request.get("guardrailConfig") or request
    identifier = str(named.get("guardrailIdentifier") or "")
    if not identifier:
        return
    version = str(named.get("guardrailVersion") or "DRAFT")
    status, _, body = bedrock._get_guardrail(_id(identifier), {"guardrailVersion": [version]})
    if status != 200:
        message = f"The guardrail identifier or version provided in the request does not exist: {identifier}"
        raise ServiceError("ValidationException", f"{message} {version}")
    arn = _camel(json.loads(body))["guardrailArn"]
    reason = caller_denial(caller.access_key_id, "bedrock:ApplyGuardrail", "bedrock-runtime", (arn,))
    if reason is not None:
        raise ServiceError("AccessDeniedException", reason, status=403)


def _create(logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, str]]:
    body = {"name": f"{stack}-{logical_id}", **_camel(properties)}
    body["tags"] = [{"key": tag["Key"], "value": tag["Value"]} for tag in properties.get("Tags", [])]
    made = _answered(bedrock._create_guardrail(json.dumps(body).encode()))
    return made["guardrailArn"], _attributes(made["guardrailArn"])


def _update(arn: str, _old: Properties, new: Properties, *_rest: Any) -> tuple[str, dict[str, str]]:
    body = {name: value for name, value in _camel(new).items() if name != "tags"}
    _answered(bedrock._update_guardrail(_id(arn), json.dumps(body).encode()))
    return arn, _attributes(arn)


def _create_version(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, dict[str, str]]:
    guardrail_id = _id(str(properties["GuardrailIdentifier"]))
    body = json.dumps({"description": properties.get("Description", "")}).encode()
    version = _answered(bedrock._create_guardrail_version(guardrail_id, body))["version"]
    arn = f"arn:aws:bedrock:{get_region()}:{get_account_id()}:guardrail/{guardrail_id}"
    return f"{guardrail_id}|{version}", {
        "Version": version,
        "GuardrailId": guardrail_id,
        "GuardrailArn": arn,
    }


def _attributes(arn: str) -> dict[str, str]:
    return {"GuardrailId": _id(arn), "GuardrailArn": arn, "Version": "DRAFT", "Status": "READY"}


def _id(arn_or_id: str) -> str:
    return arn_or_id.rsplit("/", 1)[-1]


def _answered(answer: tuple[int, Any, bytes | str]) -> dict[str, Any]:
    """Fails the resource, and with it the deployment, when the API refuses."""
    status, _, body = answer
    found: dict[str, Any] = _camel(json.loads(body))
    if status >= 300:
        raise ValueError(str(found.get("message", found)))
    return found


def _camel(value: Any) -> Any:
    """CloudFormation spells ``ContentPolicyConfig`` what the API spells ``contentPolicyConfig``."""
    if isinstance(value, Mapping):
        return {key[:1].lower() + key[1:]: _camel(item) for key, item in value.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value
