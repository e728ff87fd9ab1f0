"""Who may deliver to whom: rules to targets, queues to functions, and which messages a mapping takes.

Symptoms: EventBridge delivers into a queue whose policy doesn't allow it, to a function without a
permission, and starts executions without a role; an event source mapping reads a queue that its function
may not read; an unknown operator in a mapping's FilterCriteria lets every message through; a function that
a rule invokes is tried once, without retries and without its failure destination. Upstream: none filed.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, lambda_svc, sqs
from ministack.services.cloudformation import provisioners

from local.launcher.monitoring.service_metrics import count_failed_delivery
from local.launcher.permissions.iam import decisions, role_denial

RELIES_ON = (
    "ministack.services.eventbridge:_invoke_target(target, event, rule, view)",
    "ministack.services.eventbridge:_matches_detail(detail, pattern)",
    "ministack.services.eventbridge:_dispatch_to_lambda(arn, payload)",
    "ministack.services.lambda_svc:invoke_async_with_retry(func, event)",
    "ministack.services.lambda_svc:_get_func_record_for_ref",
    "ministack.services.lambda_svc:_execution_record_for_config(func, config)",
    "ministack.services.lambda_svc:_match_esm_filter(record, pattern)",
    "ministack.services.lambda_svc:function_policy_for_arn(resource_arn)",
    "ministack.services.lambda_svc:_functions",
    "ministack.services.sqs:queue_policy_allows(queue_arn, service, source_arn, source_account)",
    "ministack.services.cloudformation.provisioners:_lambda_function_for_cfn_ref",
)

logger = logging.getLogger("braid.delivery")

_QUEUE_READS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_RULES = "events.amazonaws.com"


def apply(*, enforce: bool) -> None:
    """Patches the filters; with ``enforce``, also checks who may deliver."""
    lambda_svc._match_esm_filter = eventbridge._matches_detail
    _retry_functions()
    if enforce:
        _check_targets()
        _check_mappings()


def delivery_denial(target: dict[str, Any], rule_arn: str) -> str | None:
    """Why EventBridge may not deliver to this target of the rule, or None when it may."""
    arn = str(target.get("Arn", ""))
    try:
        service = parse_arn(arn).service
    except ArnParseError:
        return None  # the stock code reports it
    account_id = get_account_id()
    if service == "sqs" and not sqs.queue_policy_allows(arn, _RULES, rule_arn, account_id):
        return f"the queue's policy doesn't allow {_RULES} to send for {rule_arn}"
    if service == "lambda" and not _function_allows(arn, rule_arn):
        return f"the function has no permission for {_RULES} with source {rule_arn}"
    if service == "states":
        role = str(target.get("RoleArn", ""))
        if not role:
            return "a state machine target needs a role"
        return role_denial(role, "EventBridge", "states:StartExecution", arn)
    return None


def mapping_denial(role_arn: str, queue_arn: str) -> str | None:
    """Why a function with this role can't read the queue, as CreateEventSourceMapping words it."""
    for action in _QUEUE_READS:
        if role_denial(role_arn, "event-source-mapping", action, queue_arn):
            name = action.removeprefix("sqs:")
            return (
                f"The function execution role does not have permissions to call {name} on SQS ({queue_arn})"
            )
    return None


def _retry_functions() -> None:
    """A rule invokes a function asynchronously, with all that this means."""
    stock = eventbridge._dispatch_to_lambda

    def dispatch(arn: str, payload: str) -> None:
        function, config, _ = lambda_svc._get_func_record_for_ref(arn)
        if not function or not config:
            stock(arn, payload)  # says that there is none
            return
        record = lambda_svc._execution_record_for_config(function, config)
        lambda_svc.invoke_async_with_retry(record, json.loads(payload))

    eventbridge._dispatch_to_lambda = dispatch


def _check_targets() -> None:
    stock = eventbridge._invoke_target

    def invoke(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None) -> Any:
        rule_arn = str(rule.get("Arn", ""))
        reason = delivery_denial(target, rule_arn)
        if reason is None:
            return stock(target, event, rule, view)
        logger.warning("rule %s didn't deliver to %s: %s", rule_arn, target.get("Arn"), reason)
        count_failed_delivery(rule_arn.rpartition("/")[2])
        decisions.denied(_RULES, "deliver", str(target.get("Arn")), reason)
        return None

    eventbridge._invoke_target = invoke


def _check_mappings() -> None:
    """AWS refuses to create a mapping whose function may not read the queue."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]
    stock = handlers["create"]

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        queue_arn = str(properties.get("EventSourceArn", ""))
        if queue_arn.startswith("arn:aws:sqs:"):
            function = provisioners._lambda_function_for_cfn_ref(properties.get("FunctionName", ""))[0]
            role_arn = str((function or {}).get("config", {}).get("Role", ""))
            reason = mapping_denial(role_arn, queue_arn) if role_arn else None
            if reason:
                raise ValueError(reason)
        return stock(logical_id, properties, stack)

    handlers["create"] = create


def _function_allows(function_arn: str, rule_arn: str) -> bool:
    found = lambda_svc.function_policy_for_arn(function_arn)
    policy = found[0] if found else None
    if isinstance(policy, str):
        policy = json.loads(policy or "{}")
    context = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="lambda:InvokeFunction",
        resource_arn=function_arn,
        region=get_region(),
        service_context={"aws:sourcearn": rule_arn, "aws:sourceaccount": get_account_id()},
    )
    return bool(evaluate_resource_policy(policy, context, service=_RULES).decision == "Allow")
