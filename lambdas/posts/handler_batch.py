"""Ask in Batch: waits for the batch jobs that judge a file's posts."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any

from braid.domain.asset.asset import AssetRef, execution_name
from braid.domain.errors import ConfigError
from braid.domain.money.accounting import Meter
from braid.domain.money.metered import MeteredBefore
from braid.domain.posts.file import PostsFile, PostsPlanned
from braid.models.batch_jobs import BatchJobs
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.posts.batch_asking import Jobs, ask_in_batch
from lambdas.posts.collecting import read_chunks
from lambdas.posts.judges import judge_of
from lambdas.posts.reading import open_version

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where record, results and verdicts lie, how jobs are named, and the role that they run as, if any."""

    assets_table: str
    results_bucket: str
    verdicts_table: str
    model_ids: dict[str, str]
    job_prefix: str
    batch_role_arns: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    posts: PostsPlanned
    metered: MeteredBefore = field(default_factory=MeteredBefore)


# A try that finds a job running has read what was submitted.
@handles(Settings, Request, failed_try={"s3:ListObjectsV2": 2, "s3:GetObject": 3})
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: what happened, in words. The verdicts are kept where the chunks look for them."""
    asset = request.asset
    AssetRecords(settings.assets_table).check_current(asset)
    if not settings.batch_role_arns:
        raise ConfigError("the deployment has no batch inference (knob batch_inference)")
    store = DocumentStore.of(settings.results_bucket, asset)
    file = store.get_document(PostsFile, request.posts.file)
    judge = judge_of(profile(asset.profile), Meter(), settings.model_ids, settings.verdicts_table)
    jobs = BatchJobs(settings.batch_role_arns[0])
    name = f"{settings.job_prefix}{execution_name(asset.asset_id, asset.attempt)}"

    def create(part: str, input_uri: str, output_uri: str) -> str:
        return jobs.create(f"{name}.{part}"[-63:], judge.route, input_uri=input_uri, output_uri=output_uri)

    summary = ask_in_batch(
        file,
        read_chunks(store.get_bytes(request.posts.chunks_key)),
        judge,
        jobs=Jobs(create, jobs.find),
        store=store,
        open_file=functools.partial(open_version, file.bucket, file.key, file.version_id, file.size_bytes),
    )
    return {"summary": summary}
