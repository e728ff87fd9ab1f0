"""SageMaker: serverless fine-tuning jobs of Nova, and the model packages that they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from braid.aws.clients import client
from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.aws.tuning.states import JobState, deleted, found
from braid.domain.errors import BraidError

__all__ = ["HUB_MODELS", "TrainingJobService"]

_STATUS = {
    "InProgress": "running",
    "Stopping": "stopping",
    "Completed": "completed",
    "Failed": "failed",
    "Stopped": "stopped",
    "Deleting": "stopped",
}
# Base models as SageMaker's public hub names them.
HUB_MODELS = {
    "amazon.nova-micro-v1:0": "nova-textgeneration-micro",
    "amazon.nova-lite-v1:0": "nova-textgeneration-lite",
    "amazon.nova-pro-v1:0": "nova-textgeneration-pro",
    "amazon.nova-2-lite-v1:0": "nova-textgeneration-lite-v2",
}


class TrainingJobService:
    """One client; every method raises as ``service_errors`` does."""

    def __init__(self, sagemaker: Any = None) -> None:
        self._sagemaker = sagemaker or client("sagemaker")

    def start(
        self,
        name: str,
        *,
        role_arn: str,
        base_model_arn: str,
        package_group_arn: str,
        training_uri: str,
        validation_uri: str,
        output_uri: str,
        hyperparameters: Mapping[str, str],
    ) -> None:
        """Begins a job, unless there is one of that name."""
        if self.job(name) is not None:
            return
        channels = [("train", training_uri), ("validation", validation_uri)]
        with service_errors("sagemaker:CreateTrainingJob"):
            self._sagemaker.create_training_job(
                TrainingJobName=name,
                RoleArn=role_arn,
                HyperParameters=dict(hyperparameters),
                InputDataConfig=[
                    {
                        "ChannelName": channel,
                        "DataSource": {"S3DataSource": {"S3DataType": "Converse", "S3Uri": uri}},
                    }
                    for channel, uri in channels
                ],
                OutputDataConfig={"S3OutputPath": output_uri},
                ServerlessJobConfig={
                    "BaseModelArn": base_model_arn,
                    "AcceptEula": True,
                    "JobType": "FineTuning",
                    "CustomizationTechnique": "SFT",
                    "Peft": "LORA",
                },
                ModelPackageConfig={"ModelPackageGroupArn": package_group_arn},
            )

    def job(self, name: str) -> JobState | None:
        """The job of that name; ``None`` where there is none."""
        operation = "sagemaker:DescribeTrainingJob"
        told = found(operation, self._sagemaker.describe_training_job, TrainingJobName=name)
        if told is None:
            return None
        answer = ServiceAnswer.whole(operation, told, "TrainingJobArn")
        made = answer.text("OutputModelPackageArn") if "OutputModelPackageArn" in answer else ""
        message = answer.text("FailureReason") if "FailureReason" in answer else ""
        status = _STATUS[answer.one_of("TrainingJobStatus", tuple(_STATUS))]
        return JobState(answer.text("TrainingJobArn"), status, made, message)  # type: ignore[arg-type]  # the table's values

    def stop(self, name: str) -> None:
        """Asks the job to stop; one that has ended in between stays as it is."""
        try:
            with service_errors("sagemaker:StopTrainingJob"):
                self._sagemaker.stop_training_job(TrainingJobName=name)
        except BraidError as error:
            code = getattr(error.__cause__, "response", {}).get("Error", {}).get("Code")
            if code not in ("ValidationException", "ResourceNotFound"):
                raise

    def delete_package(self, package_arn: str) -> bool:
        """``False`` where it is gone."""
        call = self._sagemaker.delete_model_package
        return deleted("sagemaker:DeleteModelPackage", call, ModelPackageName=package_arn)

    def delete_endpoint(self, name: str) -> bool:
        """``False`` where it is gone; deleted before its configuration, and that before its model."""
        return deleted("sagemaker:DeleteEndpoint", self._sagemaker.delete_endpoint, EndpointName=name)

    def delete_endpoint_config(self, name: str) -> bool:
        """``False`` where it is gone."""
        call = self._sagemaker.delete_endpoint_config
        return deleted("sagemaker:DeleteEndpointConfig", call, EndpointConfigName=name)

    def delete_model(self, name: str) -> bool:
        """``False`` where it is gone."""
        return deleted("sagemaker:DeleteModel", self._sagemaker.delete_model, ModelName=name)
