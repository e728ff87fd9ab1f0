"""Judge Chunk: decides about the posts of one chunk of the file."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any

from braid.domain.asset.asset import AssetRef
from braid.domain.money.accounting import Meter
from braid.domain.money.metered import MeteredBefore
from braid.domain.posts.chunks import Chunk
from braid.domain.posts.file import PostsFile, PostsPlanned
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.metering import used_so_far
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.posts.chunk_judging import judge_chunk
from lambdas.posts.judges import judge_of
from lambdas.posts.reading import open_version

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where record, results and verdicts lie, and the model of each tier."""

    assets_table: str
    results_bucket: str
    verdicts_table: str
    model_ids: dict[str, str]


@dataclass(frozen=True)
class Request:
    """The child execution's input: the file, and which part of it."""

    asset: AssetRef
    posts: PostsPlanned
    chunk: Chunk
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: the chunk's number and a summary. What came of it is kept beside its decisions."""
    AssetRecords(settings.assets_table).check_current(request.asset)
    store = DocumentStore.of(settings.results_bucket, request.asset)
    file = store.get_document(PostsFile, request.posts.file)
    meter = Meter()
    stats = judge_chunk(
        file,
        request.chunk,
        judge_of(profile(request.asset.profile), meter, settings.model_ids, settings.verdicts_table),
        store=store,
        open_file=functools.partial(open_version, file.bucket, file.key, file.version_id, file.size_bytes),
        meter=meter,
        used=used_so_far,
    )
    return {
        "chunk": request.chunk.number,
        "summary": f"lines {request.chunk.first_line} and on: {stats.lines} lines, {stats.calls} calls",
    }
