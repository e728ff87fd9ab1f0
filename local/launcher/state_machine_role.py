"""Checks the state machine's role before each call that a state makes.

Symptom: MiniStack lets a state machine call anything; the missing grant shows only on AWS.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import stepfunctions

from local.launcher.executions import current_work
from local.launcher.iam import role_denial

RELIES_ON = (
    "ministack.services.stepfunctions:_invoke_resource(resource, input_data)",
    "ministack.services.stepfunctions:_ExecutionError(error, cause)",
)

# How Step Functions names a refusal, by the service part of the resource.
_REFUSED_AS = {
    "lambda": "Lambda.AWSLambdaException",
    "states": "StepFunctions.AccessDeniedException",
    "events": "EventBridge.AccessDeniedException",
    "sns": "SNS.AuthorizationErrorException",
    "sqs": "SQS.AccessDeniedException",
    "dynamodb": "DynamoDB.AccessDeniedException",
}


def required_grant(resource: str, data: dict[str, Any]) -> tuple[str, str, str] | None:
    """The service, IAM action and resource ARN that a Task needs; None for resources without a grant.

    ``resource`` is the Task's ``Resource``; ``data`` its resolved parameters.
    """
    region, account_id = get_region(), get_account_id()
    if ":function:" in resource:
        return "lambda", "lambda:InvokeFunction", resource
    if not resource.startswith("arn:aws:states:::"):
        return None
    parts = resource.split(":")
    service, action = (parts[6], parts[7]) if parts[5] == "aws-sdk" else (parts[5], parts[6])
    action = action.split(".")[0]
    if service == "lambda":
        function = str(data.get("FunctionName", ""))
        arn = (
            function
            if function.startswith("arn:")
            else f"arn:aws:lambda:{region}:{account_id}:function:{function}"
        )
        return service, "lambda:InvokeFunction", arn
    if service == "states":
        return service, "states:StartExecution", str(data.get("StateMachineArn", "*"))
    if service == "events":
        buses = {str(entry.get("EventBusName", "default")) for entry in data.get("Entries", [])} or {
            "default"
        }
        bus = sorted(buses)[0]
        arn = bus if bus.startswith("arn:") else f"arn:aws:events:{region}:{account_id}:event-bus/{bus}"
        return service, "events:PutEvents", arn
    if service == "dynamodb":
        table = str(data.get("TableName", ""))
        return service, _action(service, action), f"arn:aws:dynamodb:{region}:{account_id}:table/{table}"
    if service == "sns":
        return service, "sns:Publish", str(data.get("TopicArn", "*"))
    return service, _action(service, action), "*"


def apply() -> None:
    """Puts the check before the one way in which a Task calls out (a wait for a token begins there too)."""
    stock = stepfunctions._invoke_resource

    def invoke(resource: str, data: dict[str, Any]) -> Any:
        _check(resource, data)
        return stock(resource, data)

    stepfunctions._invoke_resource = invoke


def _check(resource: str, data: Any) -> None:
    work = current_work.get()
    grant = required_grant(resource, data if isinstance(data, dict) else {})
    if work is None or grant is None:
        return
    service, action, arn = grant
    reason = role_denial(work.role_arn, work.name, action, arn)
    if reason is not None:
        error = _REFUSED_AS.get(service, f"{service.capitalize()}.AccessDeniedException")
        raise stepfunctions._ExecutionError(error, reason)


def _action(service: str, action: str) -> str:
    return f"{service}:{action[:1].upper()}{action[1:]}"
