"""Batches of vectors: what nobody embedded yet, asked for in Bedrock jobs at half the price, within a day.

A batch is a job for each index, since each index has a model. All of it lies below ``work/embeddings/<batch
id>/`` of the results bucket; Bedrock knows the rest. What a job answered is read once, part by part, so that
whoever is stopped while submitting or reading goes on by doing it again.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cli.answers.batches import MIN_RECORDS
from cli.answers.trials import cost_of
from cli.errors import CommandError
from cli.finding.deployed_search import DeployedSearch
from cli.functions import call

__all__ = [
    "EmbeddingBatch",
    "EmbeddingJob",
    "PreparedJob",
    "embedding_batches",
    "prepare",
    "read_batch",
    "submit",
]

_FOLDER = "work/embeddings"
_AT_ONCE = 5
# A job takes 50,000 records, and five assets have 20,000 texts at most: the next ones begin another batch.
_FULL = 30_000
_HOURS = 24
_RUNNING = frozenset({"Submitted", "Validating", "Scheduled", "InProgress", "Stopping"})
_WITH_OUTPUT = frozenset({"Completed", "PartiallyCompleted", "Stopped", "Expired"})
_NAME = re.compile(r"[^a-zA-Z0-9]+")
_DIGITS = 8


@dataclass
class PreparedJob:
    """What would be asked for an index; ``usd`` is its price, by an estimate of the tokens."""

    batch_id: str
    index_name: str
    model_id: str
    records: int = 0
    usd: float = 0.0

    @property
    def is_enough(self) -> bool:
        """Whether Bedrock takes so few."""
        return self.records >= MIN_RECORDS


@dataclass(frozen=True)
class EmbeddingJob:
    """A job of Bedrock's that embeds; ``done`` of ``total`` records as far as it says."""

    index_name: str
    arn: str
    status: str
    message: str
    done: int
    total: int

    @property
    def is_running(self) -> bool:
        """Whether it isn't over yet."""
        return self.status in _RUNNING


@dataclass(frozen=True)
class EmbeddingBatch:
    """The jobs of a batch, and its parts that nobody has read yet: their indexes by name."""

    batch_id: str
    jobs: tuple[EmbeddingJob, ...]
    unread: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Whether one of its jobs isn't over yet."""
        return any(job.is_running for job in self.jobs)


def prepare(
    deployed: DeployedSearch, asset_ids: Sequence[str], *, now: datetime, tell: Callable[[int], None]
) -> list[PreparedJob]:
    """Writes down what isn't embedded yet; nothing is asked and nothing but the writing is paid.

    ``tell`` gets how many assets were read. Raises ``CommandError`` in the function's own words, and where
    the deployment has no batches.
    """
    _refuse_without_batches(deployed)
    batch_ids = [f"{now:%Y%m%d-%H%M%S}"]
    jobs: dict[tuple[str, str], PreparedJob] = {}
    for at in range(0, len(asset_ids), _AT_ONCE):
        if any(job.records > _FULL for (batch_id, _), job in jobs.items() if batch_id == batch_ids[-1]):
            batch_ids.append(f"{batch_ids[0]}-{len(batch_ids) + 1}")
        batch_id = batch_ids[-1]
        asked = {
            "operation": "write",
            "batch_id": batch_id,
            "name": f"{at // _AT_ONCE:05}",
            "asset_ids": list(asset_ids[at : at + _AT_ONCE]),
        }
        for written in call(deployed.target, deployed.batch_function, asked)["written"]:
            index_name = written["index_name"]
            job = jobs.setdefault(
                (batch_id, index_name), PreparedJob(batch_id, index_name, written["model_id"])
            )
            job.records += written["records"]
            job.usd += cost_of(written["usage"])
        tell(min(len(asset_ids), at + _AT_ONCE))
    return list(jobs.values())


def submit(deployed: DeployedSearch, job: PreparedJob) -> None:
    """Has Bedrock begin with it."""
    folder = f"s3://{deployed.target.results_bucket}/{_FOLDER}/{job.batch_id}/{job.index_name}"
    # A job's name has 63 characters at most, which is too little for an index's.
    digest = hashlib.sha256(job.index_name.encode()).hexdigest()[:_DIGITS]
    name = f"{_prefix(deployed)}{job.batch_id}.{digest}"
    deployed.target.batch_jobs.create_model_invocation_job(
        jobName=name,
        clientRequestToken=_NAME.sub("-", name),
        roleArn=deployed.batch_role_arn,
        modelId=job.model_id,
        inputDataConfig={"s3InputDataConfig": {"s3Uri": f"{folder}/input/", "s3InputFormat": "JSONL"}},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": f"{folder}/output/"}},
        modelInvocationType="InvokeModel",
        timeoutDurationInHours=_HOURS,
    )


def embedding_batches(deployed: DeployedSearch) -> list[EmbeddingBatch]:
    """The batches that run, or that nobody has read whole; the oldest first."""
    _refuse_without_batches(deployed)
    prefix = _prefix(deployed)
    pages = deployed.target.batch_jobs.get_paginator("list_model_invocation_jobs").paginate(
        nameContains=prefix, sortBy="CreationTime", sortOrder="Descending"
    )
    jobs: dict[str, list[EmbeddingJob]] = defaultdict(list)
    for page in pages:
        for told in page["invocationJobSummaries"]:
            if told["jobName"].startswith(prefix):
                batch_id, job = _job(told)
                jobs[batch_id].append(job)
    found = [EmbeddingBatch(each, tuple(jobs[each]), _unread(deployed, each)) for each in sorted(jobs)]
    return [batch for batch in found if batch.is_running or batch.unread]


def read_batch(deployed: DeployedSearch, batch: EmbeddingBatch) -> Iterator[dict[str, Any]]:
    """Indexes what a batch answered, part by part: what the function says of each."""
    outputs = {
        job.index_name: f"{_FOLDER}/{batch.batch_id}/{job.index_name}/output/{job.arn.rpartition('/')[2]}"
        for job in batch.jobs
        if job.status in _WITH_OUTPUT
    }
    for name, index_names in batch.unread.items():
        asked = {
            "operation": "read",
            "batch_id": batch.batch_id,
            "name": name,
            "outputs": {
                each: f"{outputs[each]}/{name}.jsonl.out" if each in outputs else "" for each in index_names
            },
        }
        yield call(deployed.target, deployed.batch_function, asked)


def _unread(deployed: DeployedSearch, batch_id: str) -> dict[str, tuple[str, ...]]:
    pages = deployed.target.s3.get_paginator("list_objects_v2").paginate(
        Bucket=deployed.target.results_bucket, Prefix=f"{_FOLDER}/{batch_id}/"
    )
    found: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        for entry in page.get("Contents", []):
            index_name, kind, name = entry["Key"].removeprefix(f"{_FOLDER}/{batch_id}/").split("/")[:3]
            if kind == "parts":
                found[name.removesuffix(".json")].append(index_name)
    return {name: tuple(found[name]) for name in sorted(found)}


def _job(told: dict[str, Any]) -> tuple[str, EmbeddingJob]:
    """The batch and the index are told by where the job writes: its name has no room for them."""
    uri = str(told["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]).rstrip("/")
    try:
        batch_id, index_name, _ = uri.rsplit("/", 3)[1:]
    except ValueError as error:
        message = f"the job {told['jobName']} writes to {uri}, which isn't where a batch's job writes"
        raise CommandError(message) from error
    return batch_id, EmbeddingJob(
        index_name,
        told["jobArn"],
        told["status"],
        told.get("message", ""),
        told.get("processedRecordCount", 0),
        told.get("totalRecordCount", 0),
    )


def _prefix(deployed: DeployedSearch) -> str:
    """By which two deployments of an account tell their jobs apart."""
    return f"{deployed.target.deployment_name}.embed."


def _refuse_without_batches(deployed: DeployedSearch) -> None:
    if not (deployed.batch_function and deployed.batch_role_arn):
        raise CommandError(
            "this deployment's search has no batches: deploy it with the knob batch_inference, as in"
            " `npx cdk deploy --all -c search=true -c batch_inference=true`"
        )
