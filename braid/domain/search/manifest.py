"""Which vectors stand for an asset: the shape of ``vectors.json``, written before the first of them."""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.money.accounting import MissingOperation, Usage

__all__ = ["VectorManifest", "manifest_key"]


@dataclass(frozen=True)
class VectorManifest:
    """Keys by index. S3 Vectors lists by no prefix and deletes by no filter: without this, nothing could be
    taken back.

    ``digest`` tells what the vectors were made of; ``is_complete`` that all of them are there and none too
    many. ``embedding_keys`` are the kept vectors of the results bucket that a second indexing reads.
    ``left_out`` counts what no model gave a vector for; ``usage`` is what all indexing of the asset has used.
    """

    asset_id: str
    attempt: int
    digest: str
    is_complete: bool
    keys: dict[str, tuple[str, ...]]
    embedding_keys: tuple[str, ...] = ()
    left_out: int = 0
    missing: tuple[MissingOperation, ...] = ()
    usage: tuple[Usage, ...] = ()
    schema_version: str = "1"


def manifest_key(asset_id: str) -> str:
    """Where the manifest lies in the results bucket."""
    return f"assets/{asset_id}/vectors.json"
