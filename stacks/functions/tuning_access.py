"""What tuning's functions may do with models, as grants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from braid.domain.tuning.plan import Way
from stacks.constructs.grants import Grant, granted_role

__all__ = ["TuningAccess"]

_MADE_BY_SERVICES = "Bedrock and SageMaker choose the last part of these ARNs; names are the run's"
_LOOKING = {
    "custom-model": "GetCustomModel",
    "custom-model-deployment": "GetCustomModelDeployment",
    "provisioned-model": "GetProvisionedModelThroughput",
}


class TuningAccess:
    """Grants on jobs, models and what serves them, in the stack's account and region."""

    def __init__(self, stack: cdk.Stack) -> None:
        self._stack = stack

    def _arns(self, service: str, *kinds: str) -> tuple[str, ...]:
        return tuple(
            self._stack.format_arn(service=service, resource=kind, resource_name="*") for kind in kinds
        )

    def _foundation_model(self, model_id: str) -> str:
        return self._stack.format_arn(
            service="bedrock", account="", resource="foundation-model", resource_name=model_id
        )

    def _each(self, service: str, actions: Mapping[str, tuple[str, ...]]) -> tuple[Grant, ...]:
        """By kind of resource what may be done with it: no action is granted where it means nothing."""
        return tuple(
            Grant(
                tuple(f"{service}:{action}" for action in named),
                self._arns(service, kind),
                because=_MADE_BY_SERVICES,
            )
            for kind, named in actions.items()
        )

    def look_at_jobs(self) -> tuple[Grant, ...]:
        """Training jobs of both services, as they stand."""
        return (
            *self._each("bedrock", {"model-customization-job": ("GetModelCustomizationJob",)}),
            *self._each("sagemaker", {"training-job": ("DescribeTrainingJob",)}),
        )

    def look_at_batches(self) -> Grant:
        """Batch jobs, as they stand."""
        return Grant(("bedrock:ListModelInvocationJobs",), ("*",), because="a list has no resource")

    def look_at(
        self, *kinds: Literal["custom-model", "custom-model-deployment", "provisioned-model"]
    ) -> tuple[Grant, ...]:
        """Models and what serves them, as they stand."""
        return self._each("bedrock", {kind: (_LOOKING[kind],) for kind in kinds})

    def train(self) -> tuple[Grant, ...]:
        """Begin jobs of both services."""
        return (
            Grant(
                ("bedrock:CreateModelCustomizationJob",),
                (
                    self._foundation_model(f"{Way.TITAN_IMAGE.base_model}:0"),
                    *self._arns("bedrock", "custom-model"),
                ),
                because=_MADE_BY_SERVICES,
            ),
            *self._each("sagemaker", {"training-job": ("CreateTrainingJob",)}),
        )

    def import_models(self) -> tuple[Grant, ...]:
        """Make custom models of model packages."""
        return (
            Grant(
                ("bedrock:CreateCustomModel",), ("*",), because="there is no model yet that could be named"
            ),
            *self._each("sagemaker", {"model-package": ("DescribeModelPackage",)}),
        )

    def serve_on_demand(self) -> tuple[Grant, ...]:
        """Let custom models answer, paid by what they are asked."""
        return self._each("bedrock", {"custom-model": ("CreateCustomModelDeployment",)})

    def serve_by_the_hour(self) -> tuple[Grant, ...]:
        """Let custom models answer, paid by the hour."""
        return self._each("bedrock", {"custom-model": ("CreateProvisionedModelThroughput",)})

    def ask_tuned(self) -> Grant:
        """Ask tuned text models, which answer on demand."""
        return Grant(
            ("bedrock:InvokeModel",),
            self._arns("bedrock", "custom-model-deployment"),
            because=_MADE_BY_SERVICES,
        )

    def ask_base(self) -> Grant:
        """Ask the text model that tuned ones come from."""
        return Grant(("bedrock:InvokeModel",), (self._foundation_model(Way.NOVA_TEXT.base_model),))

    def ask_in_batches(self) -> Grant:
        """Begin batch jobs, which compare picture models."""
        return Grant(
            ("bedrock:CreateModelInvocationJob",),
            (
                self._foundation_model(Way.TITAN_IMAGE.base_model),
                *self._arns("bedrock", "custom-model", "model-invocation-job"),
            ),
            because=_MADE_BY_SERVICES,
        )

    def delete(self) -> tuple[Grant, ...]:
        """Stop and delete what runs made."""
        return (
            *self._each(
                "bedrock",
                {
                    "model-customization-job": ("StopModelCustomizationJob",),
                    "model-invocation-job": ("StopModelInvocationJob",),
                    "provisioned-model": ("DeleteProvisionedModelThroughput",),
                    "custom-model-deployment": ("DeleteCustomModelDeployment",),
                    "custom-model": ("DeleteCustomModel",),
                },
            ),
            *self._each(
                "sagemaker",
                {
                    "training-job": ("StopTrainingJob",),
                    "endpoint": ("DeleteEndpoint",),
                    "endpoint-config": ("DeleteEndpointConfig",),
                    "model": ("DeleteModel",),
                    "model-package": ("DeleteModelPackage",),
                },
            ),
        )

    def training_role(self, deployment_name: str, grants: Sequence[Grant]) -> iam.IRole:
        """As whom Bedrock and SageMaker train: ``grants`` are on the folders of runs alone."""
        # https://docs.aws.amazon.com/bedrock/latest/userguide/custom-model-job-iam-role.html
        return granted_role(
            self._stack,
            "TrainingRole",
            service="bedrock.amazonaws.com",
            also=("sagemaker.amazonaws.com",),
            description=f"Lets tuning jobs of {deployment_name} read their data and write metrics",
            grants=grants,
            only_for={"StringEquals": {"aws:SourceAccount": self._stack.account}},
        )
