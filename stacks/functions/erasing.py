"""Erasing: what removes all that is kept of an asset whose file was deleted."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from braid.domain.catalogue.tables import FOLDER as CATALOGUE
from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant
from stacks.constructs.step_lambda import StepLambda
from stacks.constructs.vector_store import VectorStore
from stacks.constructs.work_queue import WorkQueue
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.machines import machine_arn, other_machines
from stacks.storage_stack import Storage

__all__ = ["ERASING_TIMEOUT_SECONDS", "ErasingFunction"]

# The table is read through for an asset's marks, and a long recording has hundreds of stills.
ERASING_TIMEOUT_SECONDS = 120
_BY_ASSET = "Names carry the asset's id, which exists only once it arrived"


class ErasingFunction:
    """``erase`` works off the queue."""

    def __init__(
        self,
        stack: cdk.Stack,
        *,
        config: DeploymentConfig,
        storage: Storage,
        functions: FunctionFactory,
        deleted: WorkQueue,
        vectors: VectorStore | None,
        published: s3.Bucket | None,
    ) -> None:
        access = Access(storage)
        names = ("analyze-asset", "moderate-posts")
        machines = (*(f"{config.deployment_name}-{name}" for name in names), *other_machines(config).values())
        executions = tuple(
            machine_arn(stack, name).replace(":stateMachine:", ":execution:") + ":*" for name in machines
        )
        jobs = tuple(
            stack.format_arn(service="transcribe", resource="transcription-job", resource_name=f"{prefix}*")
            # The first are jobs that the version before started.
            for prefix in (f"{config.deployment_name}-", config.job_prefix)
        )
        event_bus_arn = stack.format_arn(service="events", resource="event-bus", resource_name="default")
        folders = ("assets", "work", "by-source", CATALOGUE)
        self.erase: StepLambda = functions.make(
            "Erasing",
            folder="erasing",
            verb="erase",
            description="Removes all that is kept of an asset whose file was deleted for good",
            timeout_seconds=ERASING_TIMEOUT_SECONDS,
            memory_mb=256,
            environment={
                "RESULTS_BUCKET": storage.results_bucket_name,
                "ASSETS_TABLE": storage.assets_table_name,
                "DEAD_LETTERS_URL": deleted.dead_letters.queue_url,
                "PUBLISHED_BUCKET": published.bucket_name if published else "",
                "VECTOR_BUCKET_ARN": vectors.bucket_arn if vectors else "",
            },
            grants=[
                deleted.receive_messages(),
                deleted.send_to_dead_letters(),
                access.change_records(),
                access.remove_records(),
                access.list_results(),
                access.read_results("assets", "by-source"),
                access.remove_results(
                    *folders, *(["search"] if vectors else []), *(["quarantine"] if published else [])
                ),
                access.list_inbox(),
                access.remove_sources(),
                Grant(("states:StopExecution",), executions, because=_BY_ASSET),
                Grant(
                    ("transcribe:ListTranscriptionJobs",),
                    ("*",),
                    because="Jobs are listed for the whole account",
                ),
                Grant(("transcribe:DeleteTranscriptionJob",), jobs, because=_BY_ASSET),
                Grant(("events:PutEvents",), (event_bus_arn,)),
                *([vectors.remove()] if vectors else []),
                *(_take_back(published) if published else []),
            ],
        )


def _take_back(published: s3.Bucket) -> list[Grant]:
    return [
        Grant(("s3:ListBucketVersions",), (published.bucket_arn,)),
        Grant(("s3:DeleteObjectVersion",), (f"{published.bucket_arn}/*",), because=_BY_ASSET),
    ]
