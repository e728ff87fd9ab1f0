"""Batch jobs of a model: submitted, and looked at until they are over."""

from __future__ import annotations

from typing import Any

from braid.aws.bedrock.batch_jobs import MAX_RECORDS, MIN_RECORDS, BatchJob, create_job, find_job
from braid.aws.clients import client
from braid.models.routing import Route

__all__ = ["MAX_RECORDS", "MIN_RECORDS", "BatchJob", "BatchJobs"]


class BatchJobs:
    """The jobs that a deployment runs as ``role_arn``; ``bedrock`` is a client other than the process's."""

    def __init__(self, role_arn: str, *, bedrock: Any = None) -> None:
        self._role_arn = role_arn
        self._bedrock = bedrock or client("bedrock")

    def create(self, name: str, route: Route, *, input_uri: str, output_uri: str) -> str:
        """Has the route's model asked about every line below ``input_uri``; the job's ARN.

        Raises the service errors of ``braid.domain.errors``.
        """
        return create_job(
            self._bedrock,
            name,
            route.profile_id,
            role_arn=self._role_arn,
            input_uri=input_uri,
            output_uri=output_uri,
        )

    def find(self, arn: str) -> BatchJob:
        """How the job stands."""
        return find_job(self._bedrock, arn)
