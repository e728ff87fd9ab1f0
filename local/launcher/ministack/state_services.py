"""What states call: MiniStack's services in this process, as the machine's role.

Symptoms of MiniStack's own way to call: a state machine may call anything, so that a missing grant shows
only on AWS; an event that the bus refuses counts as sent. Upstream: none filed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextvars import copy_context
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, s3, stepfunctions

from local.launcher.functions.execution_context import current_execution, task_began
from local.launcher.ministack.faults import faults
from local.launcher.monitoring.service_metrics import count_execution
from local.launcher.permissions.iam import role_denial
from local.states.errors import StateError
from local.states.services import Caller, Machine

RELIES_ON = (
    "ministack.services.stepfunctions:_invoke_resource(resource, input_data)",
    "ministack.services.stepfunctions:_resolve_state_machine_arn(arn)",
    "ministack.services.stepfunctions:_state_machines",
    "ministack.services.stepfunctions:_ExecutionError(error, cause)",
    "ministack.services.eventbridge:_put_events(data, allow_aws_source)",
    "ministack.services.s3:handle_request",
)

_SERVICE_ARN = "arn:aws:states:::"
# How Step Functions names a refusal, by the service part of the resource.
_REFUSED_AS = {
    "lambda": "Lambda.AWSLambdaException",
    "states": "StepFunctions.AccessDeniedException",
    "events": "EventBridge.AccessDeniedException",
    "sns": "SNS.AuthorizationErrorException",
    "sqs": "SQS.AccessDeniedException",
    "dynamodb": "DynamoDB.AccessDeniedException",
    "s3": "S3.AccessDeniedException",
}


class MiniStackServices:
    """See ``local.states.services.Services``."""

    def machine(self, arn: str) -> Machine | None:
        """See ``Services``."""
        base = stepfunctions._resolve_state_machine_arn(arn)
        record = stepfunctions._state_machines.get(base) if base else None
        if record is None:
            return None
        definition, is_express = json.loads(record["definition"]), record.get("type") == "EXPRESS"
        return Machine(str(base), str(record["name"]), definition, str(record["roleArn"]), is_express)

    def call(self, caller: Caller, resource: str, parameters: Any, began: Callable[[], None]) -> Any:
        """See ``Services``."""
        current_execution.set(caller.works_for)
        grant = required_grant(resource, parameters if isinstance(parameters, dict) else {})
        if grant is not None:
            service, action, arn = grant
            self._allow(caller, service, action, arn)
            _strike(caller, action, arn)
        if "lambda" in resource:
            task_began.set(began)
        else:
            began()
        try:
            result = stepfunctions._invoke_resource(resource, parameters)
        except stepfunctions._ExecutionError as error:
            raise StateError(error.error, error.cause) from error
        if resource == f"{_SERVICE_ARN}events:putEvents" and result.get("FailedEntryCount"):
            raise StateError("EventBridge.FailedEntry", json.dumps(result))
        return result

    def allow(self, caller: Caller, action: str, resource: str) -> None:
        """See ``Services``."""
        self._allow(caller, action.partition(":")[0], action, resource)

    def read_object(self, caller: Caller, bucket: str, key: str) -> bytes:
        """See ``Services``."""
        self._allow(caller, "s3", "s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")
        return _s3("GET", f"/{bucket}/{key}", "States.ItemReaderFailed")

    def list_objects(self, caller: Caller, bucket: str, prefix: str) -> list[dict[str, Any]]:
        """See ``Services``."""
        self._allow(caller, "s3", "s3:ListBucket", f"arn:aws:s3:::{bucket}")
        found: list[dict[str, Any]] = []
        query = {"list-type": ["2"], "prefix": [prefix]}
        while True:
            root = ElementTree.fromstring(_s3("GET", f"/{bucket}/", "States.ItemReaderFailed", query=query))
            members = {element.tag.rpartition("}")[2]: element for element in root}
            found += [_listed(entry) for entry in root if entry.tag.endswith("Contents")]
            token = members.get("NextContinuationToken")
            if token is None or not token.text:
                return found
            query["continuation-token"] = [token.text]

    def write_object(self, caller: Caller, bucket: str, key: str, body: bytes) -> None:
        """See ``Services``."""
        self._allow(caller, "s3", "s3:PutObject", f"arn:aws:s3:::{bucket}/{key}")
        _s3("PUT", f"/{bucket}/{key}", "States.ResultWriterFailed", body=body)

    def announce(self, detail: Mapping[str, Any]) -> None:
        """See ``Services``."""
        count_execution(detail)
        entry = {
            "Source": "aws.states",
            "DetailType": "Step Functions Execution Status Change",
            "Detail": json.dumps(detail),
            "Resources": [detail["executionArn"]],
        }
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    def _allow(self, caller: Caller, service: str, action: str, arn: str) -> None:
        current_execution.set(caller.works_for)
        reason = role_denial(caller.role_arn, caller.execution, action, arn)
        if reason is not None:
            raise StateError(
                _REFUSED_AS.get(service, f"{service.capitalize()}.AccessDeniedException"), reason
            )


def _strike(caller: Caller, action: str, arn: str) -> None:
    """Fails the call as an injected fault says, under the name that Step Functions gives the error."""
    service, _, operation = action.partition(":")
    operation = "Invoke" if operation == "InvokeFunction" else operation
    fault = faults.take(service, operation, execution=caller.works_for, request=arn.encode())
    if fault is not None and fault.error_code is not None:
        prefix = _REFUSED_AS.get(service, service.capitalize()).partition(".")[0]
        raise StateError(f"{prefix}.{fault.error_code}", fault.message)


def required_grant(resource: str, data: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """The service, IAM action and resource ARN that a Task needs; None for resources without a grant.

    ``resource`` is the Task's ``Resource``; ``data`` its resolved parameters.
    """
    region, account_id = get_region(), get_account_id()
    if ":function:" in resource:
        return "lambda", "lambda:InvokeFunction", resource
    if not resource.startswith(_SERVICE_ARN):
        return None
    parts = resource.split(":")
    service, action = (parts[6], parts[7]) if parts[5] == "aws-sdk" else (parts[5], parts[6])
    action = action.split(".")[0]
    if service == "lambda":
        function = str(data.get("FunctionName", ""))
        local = f"arn:aws:lambda:{region}:{account_id}:function:{function}"
        return service, "lambda:InvokeFunction", function if function.startswith("arn:") else local
    if service == "states":
        return service, "states:StartExecution", str(data.get("StateMachineArn", "*"))
    if service == "events":
        bus = min(
            (str(entry.get("EventBusName", "default")) for entry in data.get("Entries", [])),
            default="default",
        )
        arn = bus if bus.startswith("arn:") else f"arn:aws:events:{region}:{account_id}:event-bus/{bus}"
        return service, "events:PutEvents", arn
    if service == "dynamodb":
        table = str(data.get("TableName", ""))
        return service, _action(service, action), f"arn:aws:dynamodb:{region}:{account_id}:table/{table}"
    if service == "sns":
        return service, "sns:Publish", str(data.get("TopicArn", "*"))
    return service, _action(service, action), "*"


def _action(service: str, action: str) -> str:
    return f"{service}:{action[:1].upper()}{action[1:]}"


def _s3(
    method: str, path: str, failure: str, *, body: bytes = b"", query: Mapping[str, list[str]] | None = None
) -> bytes:
    """One request to MiniStack's S3, which is async only in name."""
    headers = {"content-length": str(len(body))} if method == "PUT" else {}
    request = s3.handle_request(method, path, headers, body, dict(query or {}), internal=True)
    status, _, content = copy_context().run(asyncio.run, request)
    if status >= 300:
        raise StateError(failure, bytes(content).decode(errors="replace"))
    return bytes(content)


def _listed(entry: ElementTree.Element) -> dict[str, Any]:
    found = {member.tag.rpartition("}")[2]: member.text or "" for member in entry}
    modified = datetime.fromisoformat(found["LastModified"]).timestamp()
    return {
        "Etag": found.get("ETag", ""),
        "Key": found["Key"],
        "LastModified": int(modified),
        "Size": int(found.get("Size", 0)),
        "StorageClass": found.get("StorageClass", "STANDARD"),
    }
