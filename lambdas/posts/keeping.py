"""Keeps what admitting a file of posts found: its admission, its chunks, and what the record says."""

from __future__ import annotations

import json
from dataclasses import dataclass

from braid.admission.posts import AdmittedPosts
from braid.domain.asset.asset import AssetKind
from braid.domain.claim_check import Claim
from braid.domain.posts.file import PostsPlanned, chunk_key
from braid.domain.wire import encode
from braid.runtime.library import profile
from braid.store.admissions import put_on_record
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from braid.store.reservations import Reservation
from lambdas.posts.chunk_judging import COPIES, CopiesElsewhere

__all__ = ["Kept", "keep_admitted"]


@dataclass(frozen=True)
class Kept:
    """The claim of ``admission.json``, and what states carry of an admitted file."""

    claim: Claim
    planned: PostsPlanned | None


def keep_admitted(
    admitted: AdmittedPosts,
    *,
    store: DocumentStore,
    records: AssetRecords,
    execution_arn: str,
    redrive_count: int | None,
    reservation: Reservation | None,
    can_batch: bool,
    now: str,
) -> Kept:
    """The list of chunks first, then the record, PROCESSING from now on.

    Raises ``NoRoomError``, and moves nothing on, where the day has no room for ``reservation``.
    """
    planned = _put_plan(admitted, store, can_batch=can_batch)
    claim = put_on_record(
        admitted.admission,
        records=records,
        store=store,
        execution_arn=execution_arn,
        redrive_count=redrive_count,
        reservation=reservation,
        now=now,
        kind=AssetKind.POSTS,
    )
    return Kept(claim, planned)


def _put_plan(admitted: AdmittedPosts, store: DocumentStore, *, can_batch: bool) -> PostsPlanned | None:
    if admitted.file is None:
        return None
    for number, lines in (admitted.copies or {}).items():
        name = admitted.chunks[number].name
        store.put_document(store.work_key(chunk_key(name, COPIES)), CopiesElsewhere(lines))
    file = store.put_document(store.work_key("posts/file.json"), admitted.file)
    chunks = json.dumps(encode(admitted.chunks), separators=(",", ":")).encode()
    listed = store.put_bytes(store.work_key("posts/chunks.json"), chunks, "application/json")
    return PostsPlanned(
        file,
        store.bucket,
        listed.key,
        len(admitted.chunks),
        admitted.file.lines,
        can_batch and profile(admitted.admission.asset.profile).posts.batch,
    )
