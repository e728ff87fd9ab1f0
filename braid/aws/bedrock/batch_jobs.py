"""Bedrock's batch inference: a job that asks a model about every line of a file, within a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.aws.service_errors import service_errors
from braid.domain.errors import InvalidServiceOutputError

__all__ = ["MAX_RECORDS", "MIN_RECORDS", "BatchJob", "create_job", "find_job"]

# "Minimum number of records per batch inference job" and "Records per input file per batch inference job",
# Amazon Bedrock endpoints and quotas.
MIN_RECORDS, MAX_RECORDS = 100, 50_000
_HOURS = 24
_WITH_OUTPUT = ("Completed", "PartiallyCompleted")
_WITHOUT = ("Failed", "Stopped", "Expired")


@dataclass(frozen=True)
class BatchJob:
    """A job as it stands. ``has_output`` once it is through; ``message`` says why it has none."""

    arn: str
    is_over: bool
    has_output: bool
    message: str = ""


def create_job(
    bedrock: Any, name: str, model_id: str, *, role_arn: str, input_uri: str, output_uri: str
) -> str:
    """Submits a job and gives its ARN; asked the same again, with its token, Bedrock gives the same job's.

    Raises the service errors of ``braid.domain.errors``.
    """
    with service_errors("bedrock:CreateModelInvocationJob"):
        answer = bedrock.create_model_invocation_job(
            jobName=name,
            clientRequestToken=name.replace(".", "-")[-256:],
            roleArn=role_arn,
            modelId=model_id,
            inputDataConfig={"s3InputDataConfig": {"s3Uri": input_uri, "s3InputFormat": "JSONL"}},
            outputDataConfig={"s3OutputDataConfig": {"s3Uri": output_uri}},
            modelInvocationType="InvokeModel",
            timeoutDurationInHours=_HOURS,
        )
    return str(answer["jobArn"])


def find_job(bedrock: Any, arn: str) -> BatchJob:
    """How the job stands. Raises ``InvalidServiceOutputError`` for a status that nobody knows."""
    with service_errors("bedrock:GetModelInvocationJob"):
        answer = bedrock.get_model_invocation_job(jobIdentifier=arn)
    status, message = str(answer.get("status")), str(answer.get("message") or "")
    if status in _WITH_OUTPUT:
        return BatchJob(arn, is_over=True, has_output=True, message=message)
    if status in _WITHOUT:
        return BatchJob(arn, is_over=True, has_output=False, message=message or status)
    if status not in ("Submitted", "Validating", "Scheduled", "InProgress", "Stopping"):
        raise InvalidServiceOutputError(f"bedrock:GetModelInvocationJob: an unknown status {status!r}")
    return BatchJob(arn, is_over=False, has_output=False)
