"""A chain's next stage: a request of its own, dropped once the stage before it is approved and public.

So each stage has a record, a receipt and a review of its own, and what fails later takes nothing back.
"""

from __future__ import annotations

from braid.aws.s3.source_objects import SourceObjects
from braid.domain.asset.asset import AssetRef
from braid.domain.generation.compose import compose
from braid.domain.generation.draft import Draft
from braid.domain.generation.request import next_request
from braid.store.documents import DocumentStore

__all__ = ["drop_next_stage", "next_key"]

_DRAFT = "draft.json"
_SUFFIX = ".toml"


def drop_next_stage(asset: AssetRef, store: DocumentStore) -> str | None:
    """Puts the next stage's request into the inbox and gives its key; nothing where this was the last.

    A repeated step finds the key taken: an asset's next stage begins once.
    """
    draft = store.stored_document(Draft, store.result_key(_DRAFT))
    following = next_request(draft.plan.request, draft.file.key)
    if following is None:
        return None
    key = next_key(asset)
    SourceObjects(asset.source.bucket).put_new(key, compose(following).encode(), "application/toml")
    return key


def next_key(asset: AssetRef) -> str:
    """Beside the request, named after this asset: ``<name>.<8 digits>-<attempt>.next.toml``."""
    stem = asset.source.key.removesuffix(_SUFFIX)
    return f"{stem}.{asset.asset_id[-8:]}-{asset.attempt}.next{_SUFFIX}"
