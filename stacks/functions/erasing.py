"""Erasing: what removes all that is kept of an asset whose file was deleted."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk

from braid.domain.catalogue.tables import FOLDER as CATALOGUE
from braid.domain.datasets.features import FOLDER as FEATURES
from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant
from stacks.constructs.step_lambda import StepLambda
from stacks.constructs.vector_collection import WRITES, data_access
from stacks.constructs.work_queue import WorkQueue
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.machines import machine_arn, other_machines
from stacks.storage_stack import Storage

__all__ = ["ERASING_TIMEOUT_SECONDS", "ErasingFunction", "Vectors"]

# The table is read through for an asset's marks, and a long recording has hundreds of stills.
ERASING_TIMEOUT_SECONDS = 120
_BY_ASSET = "Names carry the asset's id, which exists only once it arrived"


@dataclass(frozen=True)
class Vectors:
    """Where search keeps what goes too; ``collection`` names one of OpenSearch, which has to let it in."""

    location: str
    arn: str
    collection: str = ""


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
        vectors: Vectors | None,
        published_bucket_name: str,
        published_bucket_arn: str,
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
        others = {
            "published_bucket": published_bucket_name,
            "vector_store": vectors.location if vectors else "",
        }
        folders = ("assets", "work", "by-source", FEATURES, CATALOGUE)
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
                "OF_OTHER_STACKS": functions.as_json(
                    {name: value for name, value in others.items() if value}
                ),
            },
            grants=[
                deleted.receive_messages(),
                deleted.send_to_dead_letters(),
                access.change_records(),
                access.remove_records(),
                access.list_results(),
                access.read_results("assets", "by-source", "tuning"),
                access.remove_results(*folders),
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
                *(_forget_vectors(access, vectors) if vectors else []),
                *(_take_back(access, published_bucket_arn) if published_bucket_arn else []),
            ],
        )
        if vectors and vectors.collection:
            data_access(
                stack,
                "ForgettingVectors",
                policy_name=f"{config.deployment_name}-erase",
                collection=vectors.collection,
                roles=[self.erase.role_arn],
                permissions=WRITES,
            )


def _forget_vectors(access: Access, vectors: Vectors) -> list[Grant]:
    because = "Vectors of an index that was searched before a switch go too"
    deleting = (
        Grant(("aoss:APIAccessAll",), (vectors.arn,))
        if vectors.collection
        else Grant(("s3vectors:DeleteVectors",), (f"{vectors.arn}/index/*",), because=because)
    )
    return [deleting, access.remove_results("search")]


def _take_back(access: Access, bucket_arn: str) -> list[Grant]:
    return [
        Grant(("s3:ListBucketVersions",), (bucket_arn,)),
        Grant(("s3:DeleteObjectVersion",), (f"{bucket_arn}/*",), because=_BY_ASSET),
        access.remove_results("quarantine"),
    ]
