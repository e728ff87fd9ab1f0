"""What `braid process --list` shows of SageMaker, which gives ten jobs at once, the oldest first."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from cli.processing.jobs import DeployedProcessing
from tests.doubles.service_clients import answered_by

NAMES = [f"braid-dev-processing-{day:02}" for day in range(1, 15)]


def as_sagemaker_lists(request: dict[str, Any]) -> dict[str, Any]:
    names = NAMES[::-1] if request.get("SortOrder", "Ascending") == "Descending" else NAMES
    arn, at = "arn:aws:sagemaker:us-east-1:111122223333:processing-job/", datetime(2026, 11, 29, tzinfo=UTC)
    summaries = [
        {
            "ProcessingJobName": name,
            "ProcessingJobArn": arn + name,
            "CreationTime": at,
            "ProcessingJobStatus": "Completed",
        }
        for name in names
        if request["NameContains"] in name
    ]
    return {"ProcessingJobSummaries": summaries[: request.get("MaxResults", 10)]}


def test_the_newest_jobs_are_listed() -> None:
    sagemaker = answered_by("sagemaker", {"ListProcessingJobs": as_sagemaker_lists})
    target: Any = SimpleNamespace(deployment_name="braid-dev", client=lambda _service: sagemaker)

    listed = DeployedProcessing(target, "role", "repository").jobs()

    assert [job["ProcessingJobName"] for job in listed] == NAMES[:3:-1]
