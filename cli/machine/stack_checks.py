"""What `braid doctor --stack` asks AWS, in the order in which things are needed."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from braid.domain.errors import ConfigError
from cli.errors import EXIT_MISUSE, CommandError
from cli.machine.account import (
    access_findings,
    bootstrap_findings,
    concurrency_findings,
    credential_findings,
    quota_findings,
    subscription_findings,
)
from cli.machine.alarms import alarm_findings
from cli.machine.doctor import Finding
from cli.machine.guardrails_in_use import guardrails_of
from cli.machine.image_models_in_use import image_models_of
from cli.machine.input_bucket import input_bucket_of
from cli.machine.models_in_use import committed_models, deployed_models, models_in_use
from cli.machine.refusals import guarded, refused
from cli.machine.tuned_models import tuned_models_of
from cli.services_in_region import services_of
from cli.target import PROJECT_ROOT, Target, aws_session, find_target

if TYPE_CHECKING:
    from boto3 import Session

__all__ = ["stack_findings"]

_MODELS, _ASKING = "Bedrock's models", "bedrock:GetInferenceProfile and bedrock:GetFoundationModel"
_SETTINGS = "lambda:GetFunctionConfiguration"


def stack_findings(stack_name: str) -> Iterator[Finding]:
    """Findings about the account, then about the deployment, which needn't stand yet.

    What AWS refuses is a finding too. Raises ``CommandError`` for a name that is none.
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
    bootstrap = functools.partial(bootstrap_findings, session.client("ssm"), account_id, session.region_name)
    yield from guarded("CDK bootstrap", "ssm:GetParameter", bootstrap)
    try:
        target = find_target(stack_name)
    except CommandError as error:
        yield from _before_deployment(session)
        yield Finding("Stack", False, str(error), "npx cdk deploy --all")
    except (ClientError, BotoCoreError) as error:
        yield from _before_deployment(session)
        yield refused("Stack", error, "cloudformation:DescribeStacks")
    else:
        for name, needs, check in _CHECKS:
            yield from guarded(name, needs, functools.partial(check, target))


def _before_deployment(session: Session) -> Iterator[Finding]:
    """What decides whether a deployment will work, asked for the knobs in ``cdk.json``."""
    knobs = json.loads((PROJECT_ROOT / "cdk.json").read_text("utf-8"))["context"]
    concurrency = functools.partial(
        concurrency_findings, session.client("lambda"), int(knobs["max_assets_at_once"])
    )
    yield from guarded("Lambda concurrency", "lambda:GetAccountSettings", concurrency)
    try:
        profile_ids = committed_models(knobs, session.region_name)
    except ConfigError as error:
        yield Finding(_MODELS, False, str(error), "set AWS_REGION to another one, or the knob model_prefix")
    else:
        yield from guarded(_MODELS, _ASKING, functools.partial(_asked_models, profile_ids, session))
    yield from guarded("Services", "ssm:GetParametersByPath", functools.partial(services_of, session))


def _asked_models(profile_ids: Sequence[str], session: Session) -> Iterator[Finding]:
    """How long they will live, whether the account may call them, and how often."""
    region, bedrock = session.region_name, session.client("bedrock")
    yield from models_in_use(profile_ids, region, lambda name: session.client("bedrock", region_name=name))
    yield from access_findings(profile_ids, bedrock)
    yield from quota_findings(profile_ids, bedrock, session.client("service-quotas"))


def _models(target: Target) -> Iterator[Finding]:
    yield from _asked_models(deployed_models(target), target.session)


def _concurrency(target: Target) -> Iterator[Finding]:
    """For the knob as the dispatching function has it."""
    found: dict[str, Any] = target.lambda_.get_function_configuration(
        FunctionName=f"{target.deployment_name}-dispatch"
    )
    assets_at_once = int(found["Environment"]["Variables"]["MAX_ASSETS_AT_ONCE"])
    yield from concurrency_findings(target.lambda_, assets_at_once)


def _alarms(target: Target) -> Iterator[Finding]:
    yield from alarm_findings(target.cloudwatch, target.deployment_name)


def _reviewers(target: Target) -> Iterator[Finding]:
    if topic := (target.outputs_beside("pipeline") or {}).get("ReviewTopicArn"):
        yield from subscription_findings(target.client("sns"), topic)


def _services(target: Target) -> Iterator[Finding]:
    yield from services_of(target.session)


# Each with what it is called where it can't be made, and the permission without which it can't begin.
_CHECKS: Sequence[tuple[str, str, Callable[[Target], Iterator[Finding]]]] = (
    ("Lambda concurrency", f"{_SETTINGS} on the dispatching function", _concurrency),
    ("input bucket", "s3:GetBucketVersioning", input_bucket_of),
    (_MODELS, f"{_SETTINGS} on the function of TrialFunctionName", _models),
    ("Models that make pictures", f"{_SETTINGS} on generation's functions", image_models_of),
    ("Guardrails", f"{_SETTINGS} on the function of TrialFunctionName", guardrails_of),
    ("Alarms", "cloudwatch:DescribeAlarms", _alarms),
    ("Review notifications", "cloudformation:DescribeStacks", _reviewers),
    ("Services", "ssm:GetParametersByPath", _services),
    ("Tuned models", "to read the tuning's stack, runs and executions", tuned_models_of),
)
