"""What lets an asset go with the file that it came from: a consumer of S3's "Object Deleted"."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from constructs import Construct

from braid.domain.asset.asset import INBOX_PREFIX
from stacks.config import DeploymentConfig
from stacks.constructs.failure_alarms import FailureAlarms
from stacks.constructs.vector_collection import collection_name
from stacks.constructs.work_queue import WorkQueue
from stacks.functions.erasing import ERASING_TIMEOUT_SECONDS, ErasingFunction, Vectors
from stacks.functions.factory import FunctionFactory
from stacks.generation_stack import GenerationStack
from stacks.operations.alarms import failures_of
from stacks.search_stack import SearchStack
from stacks.storage_stack import Storage

__all__ = ["ErasingStack"]

_AT_ONCE = 2


class ErasingStack(cdk.Stack):
    """It holds nothing. What it erases of search and generation is theirs: they are deployed before it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: DeploymentConfig,
        storage: Storage,
        search: SearchStack | None,
        generation: GenerationStack | None,
        env: cdk.Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Braid, erasing: an asset goes with the file that it came from.",
        )
        deleted = WorkQueue(self, "Deleted", consumer_timeout_seconds=ERASING_TIMEOUT_SECONDS)
        events.Rule(
            self,
            "ObjectDeleted",
            description="A version below inbox/ of the input bucket was deleted for good",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Deleted"],
                detail={
                    "bucket": {"name": [storage.input_bucket_name]},
                    "object": {"key": [{"prefix": INBOX_PREFIX}]},
                    # A delete marker hides a version, which is still there: deleting the marker undoes it.
                    "deletion-type": ["Permanently Deleted"],
                },
            ),
            targets=[deleted.target()],
        )
        erasing = ErasingFunction(
            self,
            config=config,
            storage=storage,
            functions=FunctionFactory(self, config=config),
            deleted=deleted,
            # Exported, so that they are resolved names: policies with a wildcard are acknowledged by them.
            vectors=_vectors_of(search, config) if search else None,
            published_bucket_name=generation.export_value(generation.published.bucket_name)
            if generation
            else "",
            published_bucket_arn=generation.export_value(generation.published.bucket_arn)
            if generation
            else "",
        )
        deleted.deliver_to(erasing.erase.function, max_concurrency=_AT_ONCE)
        if config.operations:
            FailureAlarms(
                self, "Alarms", config=config, failures=failures_of("erasing"), queues=deleted.queue_names
            )
        for name, value, description in (
            ("ErasingQueueUrl", deleted.queue_url, "Deletions wait here to be followed"),
            (
                "ErasingDeadLetterQueueUrl",
                deleted.dead_letters.queue_url,
                "Deletions that could not be followed: `braid redrive --dead-letters`",
            ),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)


def _vectors_of(search: SearchStack, config: DeploymentConfig) -> Vectors:
    location, arn = search.vectors.location, search.vectors.arn
    exported = search.export_value(arn)
    if config.search_store == "opensearch":
        return Vectors(search.export_value(location), exported, collection_name(config.deployment_name))
    return Vectors(exported, exported)
