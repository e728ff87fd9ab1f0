"""Processing jobs of a deployment: begun, followed, stopped, and what they reported."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from botocore.exceptions import ClientError

from braid.domain.datasets.features import FOLDER, ObjectReport, list_lines, read_lines
from braid.domain.money.price_book import PriceBook
from cli.costs.planning import Knobs
from cli.errors import EXIT_MISUSE, CommandError
from cli.processing.planning import JobPlan
from cli.target import Target

__all__ = ["DeployedProcessing", "find_processing"]

_LISTS = "/opt/ml/processing/input/lists"
_REPORTS = "/opt/ml/processing/output/reports"
_MESSAGE = "/opt/ml/output/message"
_VOLUME_GB = 10  # objects are read in ranges: the volume holds lists, reports and the image
_ENDED = ("Completed", "Failed", "Stopped")
_BETWEEN_LOOKS_SECONDS = 10.0


@dataclass(frozen=True)
class DeployedProcessing:
    """The role and the image's repository of a deployment, and the jobs that they were used for."""

    target: Target
    role_arn: str
    repository_uri: str

    def begin(self, name: str, plan: JobPlan, knobs: Knobs, profile: str, *, again: bool) -> None:
        """Stores the lists and creates the job. Raises ``CommandError`` in SageMaker's words."""
        folder = _folder(name)
        for number, rows in enumerate(plan.lists, 1):
            self.target.s3.put_object(
                Bucket=self.target.results_bucket,
                Key=f"{folder}/lists/part-{number:05d}.jsonl",
                Body=list_lines(rows),
                ContentType="application/x-ndjson",
            )
        arguments = ["--lists", _LISTS, "--reports", _REPORTS, "--message", _MESSAGE]
        place = f"s3://{self.target.results_bucket}/{folder}"
        request = {
            "ProcessingJobName": name,
            "RoleArn": self.role_arn,
            "AppSpecification": {
                "ImageUri": f"{self.repository_uri}:{version('braid-pipeline')}",
                "ContainerEntrypoint": ["python3", "-m", "processing"],
                "ContainerArguments": arguments + (["--again"] if again else []),
            },
            "Environment": self._environment(knobs, profile),
            "ProcessingInputs": [
                {
                    "InputName": "lists",
                    "S3Input": {
                        "S3Uri": f"{place}/lists/",
                        "LocalPath": _LISTS,
                        "S3DataType": "S3Prefix",
                        "S3InputMode": "File",
                        "S3DataDistributionType": "ShardedByS3Key",
                    },
                }
            ],
            "ProcessingOutputConfig": {
                "Outputs": [
                    {
                        "OutputName": "reports",
                        "S3Output": {
                            "S3Uri": f"{place}/reports",
                            "LocalPath": _REPORTS,
                            "S3UploadMode": "Continuous",
                        },
                    }
                ]
            },
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceCount": plan.instance_count,
                    "InstanceType": plan.instance_type,
                    "VolumeSizeInGB": _VOLUME_GB,
                }
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": plan.max_seconds},
        }
        try:
            self._sagemaker.create_processing_job(**request)
        except ClientError as error:
            raise CommandError(
                f"SageMaker refused the job: {error.response['Error'].get('Message', '')}"
            ) from error

    def described(self, name: str) -> dict[str, Any]:
        """The job as SageMaker says it. Raises ``CommandError`` where there is none of that name."""
        try:
            found: dict[str, Any] = self._sagemaker.describe_processing_job(ProcessingJobName=name)
        except ClientError as error:
            if error.response["Error"].get("Code") not in ("ResourceNotFound", "ValidationException"):
                raise
            raise CommandError(f"there is no job {name!r}", exit_code=EXIT_MISUSE) from error
        return found

    def follow(
        self, name: str, *, timeout_seconds: float, sleep: Callable[[float], None] = time.sleep
    ) -> dict[str, Any]:
        """The job once it has ended, or as it stands after ``timeout_seconds``."""
        pause = 1.0 if self.target.is_local else _BETWEEN_LOOKS_SECONDS
        found = self.described(name)
        waited = 0.0
        while found["ProcessingJobStatus"] not in _ENDED and waited < timeout_seconds:
            sleep(pause)
            waited += pause
            found = self.described(name)
        return found

    def stop(self, name: str) -> None:
        """Ends a job. Raises ``CommandError`` where it has ended or there is none."""
        self.described(name)
        try:
            self._sagemaker.stop_processing_job(ProcessingJobName=name)
        except ClientError as error:
            raise CommandError(
                f"{name} can't be stopped: {error.response['Error'].get('Message')}"
            ) from error

    def jobs(self) -> list[dict[str, Any]]:
        """The newest of the deployment, the newest first."""
        found = self._sagemaker.list_processing_jobs(
            NameContains=f"{self.target.deployment_name}-processing-", SortOrder="Descending"
        )
        return list(found["ProcessingJobSummaries"])

    def told(self, found: dict[str, Any], book: PriceBook) -> dict[str, Any]:
        """What `--json` prints of a job: how it ended, what came of the objects, what it cost."""
        name = str(found["ProcessingJobName"])
        counts = Counter(report.outcome for report in self.reports(name))
        status = found["ProcessingJobStatus"]
        return {
            "name": name,
            "status": status,
            "reason": found.get("FailureReason"),
            **({each: counts[each] for each in ("made", "kept", "rejected", "failed")} if counts else {}),
            "cost_usd": _cost(found, book),
            "features_uri": f"s3://{self.target.results_bucket}/{FOLDER}/",
            "reports_uri": f"s3://{self.target.results_bucket}/{_folder(name)}/reports/",
        }

    def reports(self, name: str) -> list[ObjectReport]:
        """What came of each object, as far as it is there."""
        pages = self.target.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.target.results_bucket, Prefix=f"{_folder(name)}/reports/"
        )
        reports = []
        for key in [item["Key"] for page in pages for item in page.get("Contents", [])]:
            body = self.target.s3.get_object(Bucket=self.target.results_bucket, Key=key)["Body"].read()
            reports += read_lines(ObjectReport, body, source=key)
        return reports

    def new_name(self, now: str) -> str:
        """A job's name, by the moment (``20261129T154400``)."""
        return f"{self.target.deployment_name}-processing-{now}"

    @property
    def _sagemaker(self) -> Any:
        return self.target.client("sagemaker")

    def _environment(self, knobs: Knobs, profile: str) -> dict[str, str]:
        limits = knobs.limits
        return {
            "RESULTS_BUCKET": self.target.results_bucket,
            "PROFILE": profile,
            "MAX_OBJECT_BYTES": str(limits.max_object_bytes),
            "MAX_DURATION_SECONDS": str(limits.max_duration_seconds),
            "MAX_PAGES": str(limits.max_pages),
            "MAX_TEXT_CHARACTERS": str(limits.max_text_characters),
            "MAX_IMAGE_PIXELS": str(limits.max_image_pixels),
            "MAX_KEYFRAMES": str(knobs.spending.max_keyframes),
        }


def find_processing(target: Target) -> DeployedProcessing:
    """The processing beside a pipeline. Raises ``CommandError`` that says how to get one if there is none."""
    name = target.name_beside("processing")
    try:
        (stack,) = target.cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in error.response["Error"].get("Message", ""):
            raise
        knob = "processing=true"
        how = f"`braid up --knob {knob}`" if target.is_local else f"`npx cdk deploy --all -c {knob}`"
        raise CommandError(f"this deployment has no stack {name!r}: {how} adds it") from error
    outputs = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
    return DeployedProcessing(target, outputs["ProcessingRoleArn"], outputs["ProcessingRepositoryUri"])


def _folder(name: str) -> str:
    """Where a job's lists and reports lie, which expire."""
    return f"work/processing/{name}"


def _cost(found: dict[str, Any], book: PriceBook) -> float | None:
    """What a job's instances cost at AWS prices; nothing while it runs."""
    began, ended = found.get("ProcessingStartTime"), found.get("ProcessingEndTime")
    cluster = found["ProcessingResources"]["ClusterConfig"]
    entry = book.find("sagemaker", f"ProcessingJob:{cluster['InstanceType']}", "instance_hour")
    if began is None or ended is None or entry is None:
        return None
    hours: float = (ended - began).total_seconds() / 3600 * int(cluster["InstanceCount"])
    return round(hours * entry.unit_price_usd, 6)
