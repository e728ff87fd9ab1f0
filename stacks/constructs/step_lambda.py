"""One function of the pipeline with everything that belongs to it alone: role, log group, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs.grants import Grant, granted_role
from stacks.constructs.own_log_group import OwnLogGroup
from stacks.constructs.platform import StepPlatform, lambda_architecture, lambda_runtime

__all__ = ["StepLambda"]

_RUNTIME = "The runtime is a knob (python_version); 3.13 has a year more of fixes than 3.14"
_TRACING = Grant(
    actions=("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
    resources=("*",),
    because="X-Ray has no resources to name in a grant",
)
# What the rules say of every function, and why that is as it should be.
_ACKNOWLEDGED = {
    "AwsSolutions-L1": _RUNTIME,
    "Serverless::Serverless-LambdaLatestVersion": _RUNTIME,
    "Serverless::Serverless-LambdaDLQ": "What calls a function waits for its answer, or keeps itself what "
    "failed: a queue, a rule's or a schedule's dead letters, an on-failure destination",
    "Serverless::Serverless-LambdaStarPermissions": "Every wildcard has its own reason, beside the grant "
    "(AwsSolutions-IAM5)",
}


class StepLambda(Construct):
    """A step's function; ``function`` is the L2, ``role_arn`` what it runs as.

    It is named ``<deployment>-<name>`` and writes to ``/aws/lambda/<deployment>-<name>``. ``environment``
    holds exactly the fields of the handler's settings. ``grants`` is all that it may do
    beside logging and tracing.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        platform: StepPlatform,
        name: str,
        handler: str,
        description: str,
        timeout_seconds: int,
        memory_mb: int,
        layers: Sequence[lambda_.ILayerVersion],
        environment: Mapping[str, str],
        grants: Sequence[Grant],
    ) -> None:
        super().__init__(scope, construct_id)
        config = platform.config
        function_name = f"{config.deployment_name}-{name}"
        log_group = OwnLogGroup(
            self, "Logs", name=f"/aws/lambda/{function_name}", retention_days=config.log_retention_days
        ).log_group
        logging = Grant(
            actions=("logs:CreateLogStream", "logs:PutLogEvents"), resources=(log_group.log_group_arn,)
        )
        role = granted_role(
            self,
            "Role",
            service="lambda.amazonaws.com",
            description=f"What the function {function_name} may do",
            grants=[*grants, logging, _TRACING],
        )
        self.role_arn = role.role_arn
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=function_name,
            description=description,
            runtime=lambda_runtime(config),
            architecture=lambda_architecture(config),
            code=platform.code,
            handler=handler,
            layers=list(layers),
            role=role,
            timeout=cdk.Duration.seconds(timeout_seconds),
            memory_size=memory_mb,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log_group,
            environment={
                **environment,
                "POWERTOOLS_SERVICE_NAME": name,
                "POWERTOOLS_LOG_LEVEL": config.log_level,
            },
        )
        for rule, reason in _ACKNOWLEDGED.items():
            cdk.Validations.of(self).acknowledge(cdk.Acknowledgment(id=rule, reason=reason))
