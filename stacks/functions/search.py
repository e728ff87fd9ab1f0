"""Search: what indexes assets, rebuilds an index for the command or has it made in batches, and finds."""

from __future__ import annotations

import json
from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from braid.domain.search.space import Space
from braid.domain.wire import encode
from stacks.constructs.batch_role import batch_job_role
from stacks.constructs.grants import Grant
from stacks.constructs.step_lambda import StepLambda
from stacks.constructs.vector_store import VectorStore
from stacks.constructs.work_queue import WorkQueue
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.models import model_registry
from stacks.storage_stack import Storage

__all__ = ["INDEXING_TIMEOUT_SECONDS", "SearchFunctions"]

# A book of 4,000 pieces takes a minute; what isn't through is kept, and the next try goes on from there.
INDEXING_TIMEOUT_SECONDS = 300


class SearchFunctions:
    """``indexing`` works off the queue; the command calls ``rebuild`` and ``search``."""

    def __init__(
        self,
        stack: cdk.Stack,
        *,
        storage: Storage,
        functions: FunctionFactory,
        vectors: VectorStore,
        spaces: Sequence[Space],
        ended: WorkQueue,
        knowledge_base_ids: Sequence[str],
    ) -> None:
        access = Access(storage)
        settings = {
            "RESULTS_BUCKET": storage.results_bucket_name,
            "ASSETS_TABLE": storage.assets_table_name,
            "VECTOR_STORE": vectors.location,
            "SPACES": json.dumps(encode(spaces)),
        }
        invoking = self._invoke_models(stack, spaces)
        self._stack, self._access, self._functions = stack, access, functions
        self._invoking = invoking
        # A switch lets another index be searched, which a rebuild has filled: it writes where indexing does.
        self._writing = writing = [
            access.read_records(),
            access.read_results("assets", "search"),
            access.write_results("search"),
            access.remove_results("search"),
            access.keep_vector_manifests(),
            access.list_results(),
            vectors.write(),
            invoking,
        ]
        self._settings = {**settings, "DEAD_LETTERS_URL": ended.dead_letters.queue_url}
        self.indexing: StepLambda = functions.make(
            "Indexing",
            folder="indexing",
            verb="index",
            description="Brings an asset's vectors in line with what it is now",
            timeout_seconds=INDEXING_TIMEOUT_SECONDS,
            memory_mb=512,
            environment=self._settings,
            grants=[ended.receive_messages(), ended.send_to_dead_letters(), *writing],
        )
        self.rebuild: StepLambda = functions.make(
            "IndexingRebuild",
            folder="indexing",
            verb="rebuild",
            description="Indexes assets again or forgets them, and switches to another index",
            timeout_seconds=900,
            memory_mb=512,
            environment=self._settings,
            grants=[*writing, *vectors.drop()],
        )
        self.search: StepLambda = functions.make(
            "Search",
            folder="search",
            verb="search",
            description="Finds moments, pages and pictures of all assets",
            timeout_seconds=60,
            memory_mb=512,
            environment={**settings, "KNOWLEDGE_BASE_IDS": json.dumps(list(knowledge_base_ids))},
            grants=[
                access.read_records(),
                access.read_results("assets", "search"),
                access.write_results("search"),
                access.list_results(),
                vectors.query(),
                invoking,
                *_retrieve(stack, knowledge_base_ids),
            ],
        )

    def batch(self) -> StepLambda:
        """Behind `braid index --all --batch`: writes what jobs are asked, and indexes what they answered."""
        return self._functions.make(
            "IndexingBatch",
            folder="indexing",
            verb="batch",
            description="Writes what embedding jobs are asked, and indexes what they answered",
            timeout_seconds=900,
            memory_mb=1024,  # the pictures of a part's assets at once
            environment=self._settings,
            grants=[
                *self._writing,
                self._access.read_results("work/embeddings"),
                self._access.write_results("work/embeddings"),
                self._access.remove_results("work/embeddings"),
            ],
        )

    def batch_role(self) -> iam.IRole:
        """What Bedrock runs embedding jobs as."""
        return batch_job_role(
            self._stack,
            "EmbeddingJobs",
            description="Lets batch jobs read what shall be embedded and write its vectors",
            grants=[
                self._access.read_results("work/embeddings"),
                self._access.write_results("work/embeddings"),
                self._access.list_results(),
                self._invoking,
            ],
        )

    def _invoke_models(self, stack: cdk.Stack, spaces: Sequence[Space]) -> Grant:
        """Every embedding model of the registry: until a switch, the one of before is asked as well."""
        registry = model_registry()
        models = {
            model.model_id
            for model in (*registry.embeddings, *registry.joint_embeddings)
            if _is_aws(model.model_id)
        }
        models |= {space.model_id for space in spaces}
        return Grant(
            ("bedrock:InvokeModel",),
            tuple(
                stack.format_arn(
                    service="bedrock", account="", resource="foundation-model", resource_name=model_id
                )
                for model_id in sorted(models)
            ),
        )


def _retrieve(stack: cdk.Stack, knowledge_base_ids: Sequence[str]) -> list[Grant]:
    arns = tuple(
        stack.format_arn(service="bedrock", resource="knowledge-base", resource_name=each)
        for each in knowledge_base_ids
    )
    return [Grant(("bedrock:Retrieve",), arns)] if arns else []


def _is_aws(model_id: str) -> bool:
    """Bedrock's own ids; others are answered by what stands in for a model."""
    return model_id.startswith("amazon.")
