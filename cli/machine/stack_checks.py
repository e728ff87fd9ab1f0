"""What `braid doctor --stack` asks AWS, in the order in which things are needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cli.errors import EXIT_MISUSE, CommandError
from cli.machine.account import (
    access_findings,
    bootstrap_findings,
    concurrency_findings,
    credential_findings,
    quota_findings,
    subscription_findings,
)
from cli.machine.alarms import alarms_of_stack
from cli.machine.doctor import Finding
from cli.machine.guardrails_in_use import guardrails_of_stack
from cli.machine.image_models_in_use import image_models_of_stack
from cli.machine.input_bucket import input_bucket_of_stack
from cli.machine.models_in_use import deployed_models, models_of_stack
from cli.services_in_region import services_of_stack
from cli.target import PROJECT_ROOT, Target, aws_session, find_target

__all__ = ["stack_findings"]


def stack_findings(stack_name: str) -> Iterator[Finding]:
    """Findings about the account, then about the deployment, which needn't stand yet.

    Raises ``CommandError`` for a name that is none, botocore's errors where AWS fails otherwise.
    """
    if not stack_name.strip():
        raise CommandError("--stack takes a stack's name, such as braid-dev-pipeline", exit_code=EXIT_MISUSE)
    session = aws_session()
    credentials = list(credential_findings(lambda: session.client("sts")))
    yield from credentials
    if not all(finding.ok for finding in credentials):
        return
    if session.region_name is None:
        yield Finding("Region", False, "no region is set", "export AWS_REGION=us-east-1, or yours")
        return
    account_id = credentials[0].detail.split(":")[4]
    yield from bootstrap_findings(session.client("ssm"), account_id, session.region_name)
    try:
        target = find_target(stack_name)
    except CommandError as error:
        yield from concurrency_findings(session.client("lambda"), _committed_assets_at_once())
        yield Finding("Stack", False, str(error), "npx cdk deploy --all")
        return
    yield from concurrency_findings(target.lambda_, _assets_at_once(target))
    yield from input_bucket_of_stack(stack_name)
    yield from models_of_stack(stack_name)
    yield from _models(target)
    yield from image_models_of_stack(stack_name)
    yield from guardrails_of_stack(stack_name)
    yield from alarms_of_stack(stack_name)
    yield from _reviewers(target)
    yield from services_of_stack(stack_name)


def _models(target: Target) -> Iterator[Finding]:
    profile_ids, bedrock = deployed_models(target), target.bedrock(target.session.region_name)
    yield from access_findings(profile_ids, bedrock)
    yield from quota_findings(profile_ids, bedrock, target.session.client("service-quotas"))


def _reviewers(target: Target) -> Iterator[Finding]:
    if topic := (target.outputs_beside("pipeline") or {}).get("ReviewTopicArn"):
        yield from subscription_findings(target.client("sns"), topic)


def _assets_at_once(target: Target) -> int:
    """The knob as the dispatching function has it."""
    name = f"{target.stack_name.removesuffix('-pipeline')}-dispatch"
    found: dict[str, Any] = target.lambda_.get_function_configuration(FunctionName=name)
    return int(found["Environment"]["Variables"]["MAX_ASSETS_AT_ONCE"])


def _committed_assets_at_once() -> int:
    """The knob as cdk.json has it."""
    return int(json.loads((PROJECT_ROOT / "cdk.json").read_text("utf-8"))["context"]["max_assets_at_once"])
