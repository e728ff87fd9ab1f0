"""What lets assets be found again: a consumer of "Asset Processed", an index of vectors, and the search.

Nothing of the pipeline waits for it: an asset that can't be indexed is published all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import aws_cdk as cdk
from aws_cdk import aws_events as events
from constructs import Construct

from braid.domain.search.space import Space
from stacks.config import DeploymentConfig
from stacks.constructs.failure_alarms import FailureAlarms
from stacks.constructs.vector_collection import VectorCollection
from stacks.constructs.vector_store import VectorBucket, VectorStore
from stacks.constructs.work_queue import WorkQueue
from stacks.functions.factory import FunctionFactory
from stacks.functions.search import INDEXING_TIMEOUT_SECONDS, SearchFunctions
from stacks.machines import asset_machines, machine_arn
from stacks.models import search_spaces
from stacks.operations.alarms import failures_of
from stacks.storage_stack import Storage

__all__ = ["SearchStack"]

_AT_ONCE = 2


class SearchStack(cdk.Stack):
    """Its vectors can be made again from the results, at the price of the models."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: DeploymentConfig,
        storage: Storage,
        env: cdk.Environment,
        today: date,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Braid, search: indexes what was processed and finds it again.",
        )
        spaces = search_spaces(config, today)
        self.vectors = vectors = self._vector_store(config, spaces)
        ended = WorkQueue(self, "Ended", consumer_timeout_seconds=INDEXING_TIMEOUT_SECONDS)
        self._listen(ended, config=config, storage=storage)
        functions = SearchFunctions(
            self,
            storage=storage,
            functions=FunctionFactory(self, config=config),
            vectors=vectors,
            spaces=spaces,
            ended=ended,
            knowledge_base_ids=config.knowledge_base_ids,
        )
        ended.deliver_to(functions.indexing.function, max_concurrency=_AT_ONCE)
        if config.operations:
            FailureAlarms(
                self, "Alarms", config=config, failures=failures_of("search"), queues=ended.queue_names
            )
        for name, value, description in (
            ("SearchFunctionName", functions.search.function.function_name, "Finds: `braid search`"),
            ("IndexFunctionName", functions.rebuild.function.function_name, "Rebuilds: `braid index`"),
            ("VectorStore", vectors.location, "Where the vectors of all that can be found are"),
            ("SearchDeadLetterQueueUrl", ended.dead_letters.queue_url, "Assets that could not be indexed"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)
        writing = [functions.indexing]
        if config.batch_inference:
            batch, role_arn = functions.batch(), functions.batch_role().role_arn
            name = batch.function.function_name
            cdk.CfnOutput(self, "BatchFunctionName", value=name, description="`braid index --all --batch`")
            cdk.CfnOutput(self, "BatchRoleArn", value=role_arn, description="What embedding jobs run as")
            writing.append(batch)
        vectors.let_in(writing=writing, dropping=functions.rebuild, reading=functions.search)

    def _vector_store(self, config: DeploymentConfig, spaces: Sequence[Space]) -> VectorStore:
        if config.search_store == "opensearch":
            name = config.deployment_name
            return VectorCollection(
                self, "Collection", spaces=spaces, deployment_name=name, retain_data=config.retain_data
            )
        return VectorBucket(self, "Vectors", spaces=spaces, retain_data=config.retain_data)

    def _listen(self, ended: WorkQueue, *, config: DeploymentConfig, storage: Storage) -> None:
        """To what was published or deleted, and to executions that died, whose asset may have to be taken
        back."""
        events.Rule(
            self,
            "AssetProcessed",
            description="An asset of this deployment was processed or deleted",
            event_pattern=events.EventPattern(
                source=["braid"],
                detail_type=["Asset Processed", "Asset Deleted"],
                # Other deployments of the account tell the same bus.
                detail={"result_uri": [{"prefix": f"s3://{storage.results_bucket_name}/"}]},
            ),
            targets=[ended.target()],
        )
        events.Rule(
            self,
            "ExecutionDied",
            description="An execution ended without a result",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "stateMachineArn": [machine_arn(self, name) for name in asset_machines(config)],
                    "status": ["FAILED", "TIMED_OUT", "ABORTED"],
                },
            ),
            targets=[ended.target()],
        )
