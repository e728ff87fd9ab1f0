"""What tuning's functions may do with models, as grants."""

from __future__ import annotations

import aws_cdk as cdk

from braid.domain.tuning.plan import Way
from stacks.constructs.grants import Grant

__all__ = ["TuningAccess"]

_MADE_BY_SERVICES = "Bedrock and SageMaker choose the last part of these ARNs; names are the run's"


class TuningAccess:
    """Grants on jobs, models and what serves them, in the stack's account and region."""

    def __init__(self, stack: cdk.Stack) -> None:
        self._stack = stack

    def _arns(self, service: str, *kinds: str) -> tuple[str, ...]:
        return tuple(
            self._stack.format_arn(service=service, resource=kind, resource_name="*") for kind in kinds
        )

    def _foundation_models(self) -> tuple[str, ...]:
        """The base models, as they are asked and as they are tuned."""
        ids = [way.base_model for way in Way] + [f"{Way.TITAN_IMAGE.base_model}:0"]
        return tuple(
            self._stack.format_arn(
                service="bedrock", account="", resource="foundation-model", resource_name=model_id
            )
            for model_id in ids
        )

    def look(self) -> Grant:
        """Jobs, models and what serves them, as they stand."""
        return Grant(
            (
                "bedrock:GetModelCustomizationJob",
                "bedrock:GetCustomModel",
                "bedrock:GetCustomModelDeployment",
                "bedrock:GetProvisionedModelThroughput",
                "bedrock:ListModelInvocationJobs",
                "sagemaker:DescribeTrainingJob",
            ),
            ("*",),
            because="ListModelInvocationJobs has no resource; what is looked at is named after the run",
        )

    def train(self) -> Grant:
        """Begin jobs of both services."""
        return Grant(
            ("bedrock:CreateModelCustomizationJob", "sagemaker:CreateTrainingJob"),
            (
                *self._foundation_models(),
                *self._arns("bedrock", "custom-model", "model-customization-job"),
                *self._arns("sagemaker", "training-job"),
            ),
            because=_MADE_BY_SERVICES,
        )

    def import_models(self) -> Grant:
        """Make custom models of model packages."""
        return Grant(
            ("bedrock:CreateCustomModel", "sagemaker:DescribeModelPackage"),
            (*self._arns("bedrock", "custom-model"), *self._arns("sagemaker", "model-package")),
            because=_MADE_BY_SERVICES,
        )

    def serve(self) -> Grant:
        """Let custom models answer, on demand or by the hour."""
        return Grant(
            ("bedrock:CreateCustomModelDeployment", "bedrock:CreateProvisionedModelThroughput"),
            self._arns("bedrock", "custom-model", "custom-model-deployment", "provisioned-model"),
            because=_MADE_BY_SERVICES,
        )

    def ask(self) -> Grant:
        """Ask base models and tuned ones."""
        return Grant(
            ("bedrock:InvokeModel",),
            (
                *self._foundation_models(),
                *self._arns("bedrock", "custom-model", "custom-model-deployment", "provisioned-model"),
            ),
            because=_MADE_BY_SERVICES,
        )

    def ask_in_batches(self) -> Grant:
        """Begin batch jobs."""
        return Grant(
            ("bedrock:CreateModelInvocationJob",),
            (*self._foundation_models(), *self._arns("bedrock", "custom-model", "model-invocation-job")),
            because=_MADE_BY_SERVICES,
        )

    def delete(self) -> Grant:
        """Stop and delete what runs made."""
        return Grant(
            (
                "bedrock:StopModelCustomizationJob",
                "bedrock:StopModelInvocationJob",
                "bedrock:DeleteProvisionedModelThroughput",
                "bedrock:DeleteCustomModelDeployment",
                "bedrock:DeleteCustomModel",
                "sagemaker:StopTrainingJob",
                "sagemaker:DeleteEndpoint",
                "sagemaker:DeleteEndpointConfig",
                "sagemaker:DeleteModel",
                "sagemaker:DeleteModelPackage",
            ),
            (
                *self._arns(
                    "bedrock",
                    *("model-customization-job", "model-invocation-job", "provisioned-model"),
                    *("custom-model-deployment", "custom-model"),
                ),
                *self._arns(
                    "sagemaker", "training-job", "endpoint", "endpoint-config", "model", "model-package"
                ),
            ),
            because=_MADE_BY_SERVICES,
        )
