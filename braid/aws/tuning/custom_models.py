"""Bedrock: customization jobs, custom models, deployments on demand, provisioned throughput, batch jobs.

Names are the run's own. Creating what is there already gives what is there: a step that died after its call
is repeated. ``commitmentDuration`` is never sent: what is committed to can't be deleted before its term.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from braid.aws.clients import client
from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.aws.tuning.states import ItemState, JobState, deleted, found
from braid.domain.errors import BraidError

__all__ = ["CustomModelService"]

_JOB = {
    "InProgress": "running",
    "Submitted": "running",
    "Validating": "running",
    "Scheduled": "running",
    "Stopping": "stopping",
    "Completed": "completed",
    "PartiallyCompleted": "completed",
    "Failed": "failed",
    "Expired": "failed",
    "Stopped": "stopped",
}
_ITEM = {
    "Creating": "creating",
    "Updating": "creating",
    "Active": "ready",
    "InService": "ready",
    "Failed": "failed",
}


class CustomModelService:
    """One client; every method raises as ``service_errors`` does."""

    def __init__(self, bedrock: Any = None) -> None:
        self._bedrock = bedrock or client("bedrock")

    def start_customization(
        self,
        name: str,
        *,
        role_arn: str,
        base_model: str,
        training_uri: str,
        validation_uri: str,
        output_uri: str,
        hyperparameters: Mapping[str, str],
    ) -> None:
        """Begins a job whose model has its name, unless there is one of that name."""
        if self.customization_job(name) is not None:
            return
        with service_errors("bedrock:CreateModelCustomizationJob"):
            self._bedrock.create_model_customization_job(
                jobName=name,
                customModelName=name,
                roleArn=role_arn,
                clientRequestToken=_token("job", name),
                baseModelIdentifier=base_model,
                customizationType="FINE_TUNING",
                trainingDataConfig={"s3Uri": training_uri},
                validationDataConfig={"validators": [{"s3Uri": validation_uri}]},
                outputDataConfig={"s3Uri": output_uri},
                hyperParameters=dict(hyperparameters),
            )

    def customization_job(self, name: str) -> JobState | None:
        """The job of that name; ``None`` where there is none."""
        operation = "bedrock:GetModelCustomizationJob"
        told = found(operation, self._bedrock.get_model_customization_job, jobIdentifier=name)
        if told is None:
            return None
        answer = ServiceAnswer.whole(operation, told, "jobArn")
        made = answer.text("outputModelArn") if "outputModelArn" in answer else ""
        message = answer.text("failureMessage") if "failureMessage" in answer else ""
        return JobState(answer.text("jobArn"), _JOB[answer.one_of("status", tuple(_JOB))], made, message)  # type: ignore[arg-type]  # the table's values

    def stop_customization(self, name: str) -> None:
        """Asks the job to stop; one that has ended in between stays as it is."""
        _ended_already("bedrock:StopModelCustomizationJob", self._bedrock.stop_model_customization_job, name)

    def import_model(self, name: str, *, package_arn: str, role_arn: str) -> None:
        """Makes a custom model of a model package, unless there is one of that name."""
        if self.model(name) is not None:
            return
        with service_errors("bedrock:CreateCustomModel"):
            self._bedrock.create_custom_model(
                modelName=name,
                roleArn=role_arn,
                customModelDataSource={"modelPackageArnDataSource": {"modelPackageArn": package_arn}},
                clientRequestToken=_token("model", name),
            )

    def model(self, name: str) -> ItemState | None:
        """The custom model of that name; ``None`` where there is none."""
        operation = "bedrock:GetCustomModel"
        told = found(operation, self._bedrock.get_custom_model, modelIdentifier=name)
        # A model that a customization job made has no status: it is there once the job has ended.
        return None if told is None else _item(operation, told, "modelArn", "modelStatus", "Active")

    def delete_model(self, name: str) -> bool:
        """``False`` where it is gone. Raises ``PendingError`` while something serves it."""
        return deleted("bedrock:DeleteCustomModel", self._bedrock.delete_custom_model, modelIdentifier=name)

    def deploy(self, name: str, *, model_arn: str) -> None:
        """On demand, paid by the token; unless there is a deployment of that name."""
        if self.deployment(name) is not None:
            return
        with service_errors("bedrock:CreateCustomModelDeployment"):
            self._bedrock.create_custom_model_deployment(
                modelDeploymentName=name, modelArn=model_arn, clientRequestToken=_token("deployment", name)
            )

    def deployment(self, name: str) -> ItemState | None:
        """The deployment of that name; ``None`` where there is none."""
        operation = "bedrock:GetCustomModelDeployment"
        call = self._bedrock.get_custom_model_deployment
        told = found(operation, call, customModelDeploymentIdentifier=name)
        return None if told is None else _item(operation, told, "customModelDeploymentArn", "status")

    def delete_deployment(self, name: str) -> bool:
        """``False`` where it is gone. Raises ``PendingError`` while it is being created."""
        call = self._bedrock.delete_custom_model_deployment
        return deleted("bedrock:DeleteCustomModelDeployment", call, customModelDeploymentIdentifier=name)

    def provision(self, name: str, *, model_arn: str) -> None:
        """One model unit, paid by the hour, without a commitment; unless there is one of that name."""
        if self.throughput(name) is not None:
            return
        with service_errors("bedrock:CreateProvisionedModelThroughput"):
            self._bedrock.create_provisioned_model_throughput(
                provisionedModelName=name,
                modelId=model_arn,
                modelUnits=1,
                clientRequestToken=_token("throughput", name),
            )

    def throughput(self, name: str) -> ItemState | None:
        """The provisioned throughput of that name; ``None`` where there is none."""
        operation = "bedrock:GetProvisionedModelThroughput"
        call = self._bedrock.get_provisioned_model_throughput
        told = found(operation, call, provisionedModelId=name)
        return None if told is None else _item(operation, told, "provisionedModelArn", "status")

    def delete_throughput(self, name: str) -> bool:
        """``False`` where it is gone. Raises ``PendingError`` while it is being created or committed to."""
        call = self._bedrock.delete_provisioned_model_throughput
        return deleted("bedrock:DeleteProvisionedModelThroughput", call, provisionedModelId=name)

    def start_batch(
        self, name: str, *, model_id: str, role_arn: str, input_uri: str, output_uri: str
    ) -> None:
        """Begins a batch job, unless there is one of that name."""
        if self.batch_job(name) is not None:
            return
        with service_errors("bedrock:CreateModelInvocationJob"):
            self._bedrock.create_model_invocation_job(
                jobName=name,
                modelId=model_id,
                roleArn=role_arn,
                clientRequestToken=_token("batch", name),
                inputDataConfig={"s3InputDataConfig": {"s3Uri": input_uri}},
                outputDataConfig={"s3OutputDataConfig": {"s3Uri": output_uri}},
            )

    def batch_job(self, name: str) -> JobState | None:
        """The batch job of that name; ``None`` where there is none. It can be got by its ARN alone."""
        operation = "bedrock:ListModelInvocationJobs"
        with service_errors(operation):
            told = self._bedrock.list_model_invocation_jobs(nameContains=name)
        for job in ServiceAnswer.whole(operation, told, "invocationJobSummaries").objects(
            "invocationJobSummaries"
        ):
            if job.text("jobName") == name:
                message = job.text("message") if "message" in job else ""
                return JobState(job.text("jobArn"), _JOB[job.one_of("status", tuple(_JOB))], "", message)  # type: ignore[arg-type]  # the table's values
        return None

    def stop_batch(self, job_arn: str) -> None:
        """Asks the job to stop; one that has ended in between stays as it is."""
        _ended_already("bedrock:StopModelInvocationJob", self._bedrock.stop_model_invocation_job, job_arn)


def _item(operation: str, told: Any, arn: str, status: str, without: str | None = None) -> ItemState:
    answer = ServiceAnswer.whole(operation, told, arn)
    word = answer.one_of(status, tuple(_ITEM)) if status in answer or without is None else without
    message = answer.text("failureMessage") if "failureMessage" in answer else ""
    return ItemState(answer.text(arn), _ITEM[word], message)  # type: ignore[arg-type]  # the table's values


def _ended_already(operation: str, call: Any, identifier: str) -> None:
    try:
        with service_errors(operation):
            call(jobIdentifier=identifier)
    except BraidError as error:
        code = getattr(error.__cause__, "response", {}).get("Error", {}).get("Code")
        if code not in ("ConflictException", "ResourceNotFoundException"):
            raise


def _token(kind: str, name: str) -> str:
    """The same for the same thing: a request that is repeated makes nothing twice. At least 33 characters."""
    return hashlib.sha256(f"{kind}/{name}".encode()).hexdigest()
