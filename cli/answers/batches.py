"""Batch jobs: many assets with stored evidence asked again at once, by Bedrock's batch inference.

All of a batch lies below ``work/batch/<batch id>/`` of the results bucket; Bedrock knows the rest of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from braid.domain.answer.answer import Answer
from braid.domain.wire import decode
from cli.answers.trials import cost_of, read_folder
from cli.errors import CommandError
from cli.functions import call
from cli.target import Target

__all__ = [
    "MAX_RECORDS",
    "MIN_RECORDS",
    "Batch",
    "Reread",
    "Submitted",
    "batches",
    "find_batch",
    "read_batch",
    "submit_batch",
]

# Bedrock's least and most for one job (Amazon Bedrock endpoints and quotas).
MIN_RECORDS = 100
MAX_RECORDS = 50_000
_ASSETS_OF_A_PART = 10  # the stills of each may have 18 MB, and the function holds them all
_HOURS = 24
# A job that was stopped or ran out of time has answered some of its records.
_WITH_OUTPUT = frozenset({"Completed", "PartiallyCompleted", "Stopped", "Expired"})
_NAME = re.compile(r"[^a-zA-Z0-9]+")
_MAX_NAME = 20
_SHOWN_REFUSALS = 3


@dataclass(frozen=True)
class Submitted:
    """What went to Bedrock; ``refused`` are reasons by asset id."""

    batch_id: str
    model_id: str
    records: int
    refused: dict[str, str]


@dataclass(frozen=True)
class Batch:
    """A batch with Bedrock's status."""

    batch_id: str
    job_arn: str
    status: str
    model_id: str
    submitted_at: datetime
    message: str
    done: int
    total: int


@dataclass(frozen=True)
class Reread:
    """What a batch answered about an asset, or why that doesn't stand; ``changed`` against the stored one."""

    asset_id: str
    answer: Answer | None
    reason: str
    changed: bool


def submit_batch(
    target: Target,
    profile: str,
    assets: Sequence[tuple[str, int]],
    *,
    tier: str | None,
    now: datetime,
    tell: Callable[[str], None],
) -> Submitted:
    """Asks one model of the deployment about assets, by id and attempt, with the profile folder ``profile``.

    Without ``tier`` it is the one that the profile shows pictures to or, if it shows none, gives much text
    to. Raises ``CommandError`` before anything is written where there are too few or too many assets, the
    profile is wrong or the deployment has no batches.
    """
    _refuse_without_batches(target)
    if not MIN_RECORDS <= len(assets) <= MAX_RECORDS:
        raise CommandError(
            f"a Bedrock batch job takes {MIN_RECORDS} to {MAX_RECORDS:,} assets, not {len(assets)}; "
            "`braid try` asks about a single one"
        )
    read, files = read_folder(profile)
    plan = read.inference
    tier = tier or (plan.picture_tier if plan.max_pictures else plan.large_tier)
    batch_id = f"{_NAME.sub('-', read.name)[:_MAX_NAME].strip('-')}-{now:%Y%m%d-%H%M%S}"
    records, refused, model_id = 0, dict[str, str](), ""
    for start in range(0, len(assets), _ASSETS_OF_A_PART):
        tell(f"writing {start} of {len(assets)}")
        chosen = [
            {"asset_id": asset_id, "attempt": attempt}
            for asset_id, attempt in assets[start : start + _ASSETS_OF_A_PART]
        ]
        name = f"{start // _ASSETS_OF_A_PART:05}"
        part = {"batch_id": batch_id, "name": name, "tier": tier, "assets": chosen, **files}
        told = call(target, target.batch_function, {"write": part})
        records, model_id = records + told["records"], told["model_id"]
        refused.update(told["refused"])
    if records < MIN_RECORDS:
        why = "; ".join(
            f"{asset_id}: {reason}" for asset_id, reason in list(refused.items())[:_SHOWN_REFUSALS]
        )
        raise CommandError(
            f"only {records} of {len(assets)} assets have evidence to ask about, a batch job takes at least"
            f" {MIN_RECORDS} ({why}); nothing was submitted"
        )
    folder = f"s3://{target.results_bucket}/work/batch/{batch_id}"
    target.batch_jobs.create_model_invocation_job(
        jobName=_job_name(target, batch_id),
        clientRequestToken=_NAME.sub("-", _job_name(target, batch_id)),
        roleArn=target.batch_role_arn,
        modelId=model_id,
        inputDataConfig={"s3InputDataConfig": {"s3Uri": f"{folder}/input/", "s3InputFormat": "JSONL"}},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": f"{folder}/output/"}},
        modelInvocationType="InvokeModel",
        timeoutDurationInHours=_HOURS,
    )
    return Submitted(batch_id, model_id, records, refused)


def batches(target: Target, *, named: str = "") -> list[Batch]:
    """The deployment's batches, the newest first; with ``named`` those whose id begins so."""
    _refuse_without_batches(target)
    prefix = _job_name(target, "")
    pages = target.batch_jobs.get_paginator("list_model_invocation_jobs").paginate(
        nameContains=prefix + named, sortBy="CreationTime", sortOrder="Descending"
    )
    return [
        Batch(
            batch_id=job["jobName"].removeprefix(prefix),
            job_arn=job["jobArn"],
            status=job["status"],
            model_id=job["modelId"],
            submitted_at=job["submitTime"],
            message=job.get("message", ""),
            done=job.get("processedRecordCount", 0),
            total=job.get("totalRecordCount", 0),
        )
        for page in pages
        for job in page["invocationJobSummaries"]
        if job["jobName"].startswith(prefix)
    ]


def find_batch(target: Target, batch_id: str) -> Batch:
    """The batch of that id. Raises ``CommandError`` if there is none."""
    for batch in batches(target, named=batch_id):
        if batch.batch_id == batch_id:
            return batch
    raise CommandError(f"no batch {batch_id!r}; `braid batch status` lists them")


def read_batch(target: Target, batch: Batch) -> Iterator[tuple[list[Reread], float]]:
    """What the batch answered, some assets at a time, each time with what asking about them cost in USD.

    Raises ``CommandError`` while it runs, if it failed, and where its files have expired.
    """
    if batch.status not in _WITH_OUTPUT:
        why = f": {batch.message}" if batch.message else ""
        raise CommandError(f"batch {batch.batch_id} is {batch.status}{why}; it has no answers to read")
    folder = f"work/batch/{batch.batch_id}"
    output = f"{folder}/output/{batch.job_arn.rpartition('/')[2]}"
    pages = target.s3.get_paginator("list_objects_v2").paginate(
        Bucket=target.results_bucket, Prefix=f"{folder}/parts/"
    )
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    if not keys:
        raise CommandError(f"batch {batch.batch_id}: its files have expired (knob work_retention_days)")
    for key in keys:
        name = key.rpartition("/")[2].removesuffix(".json")
        asked = {"part_key": key, "output_key": f"{output}/{name}.jsonl.out"}
        told = call(target, target.batch_function, {"read": asked})
        yield [_reread(item) for item in told["assets"]], cost_of(told["usage"])


def _reread(item: dict[str, Any]) -> Reread:
    answer = decode(Answer, item["answer"]) if item.get("answer") else None
    before = decode(Answer, item["before"]) if item.get("before") else None
    changed = (answer and answer.answer) != (before and before.answer)
    return Reread(item["asset"]["asset_id"], answer, item["reason"], changed)


def _job_name(target: Target, batch_id: str) -> str:
    """The job's name in Bedrock, by which two deployments of an account tell theirs apart."""
    return f"{target.deployment_name}.{batch_id}"


def _refuse_without_batches(target: Target) -> None:
    if not (target.batch_function and target.batch_role_arn):
        raise CommandError(
            f"{target.stack_name} has no batch inference; deploy it with the knob batch_inference "
            "(`-c batch_inference=true`; for the embedded AWS in cdk.json)"
        )
