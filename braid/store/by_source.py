"""Copies of the newest outcome under the source's own key, where an editor finds it without knowing an id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from braid.store.documents import DocumentStore

__all__ = ["Copy", "put_copies"]

_MAX_KEY_BYTES = 1024
# What an editor may find there; a copy that the newest outcome doesn't have is removed.
_NAMES = ("report.html", "answer.json", "reason.txt")


@dataclass(frozen=True)
class Copy:
    """The bytes of one copy."""

    body: bytes
    media_type: str


def put_copies(store: DocumentStore, source_key: str, asset_id: str, copies: Mapping[str, Copy]) -> str:
    """Stores ``copies`` under ``by-source/<source_key>/`` and returns that folder.

    Names that ``copies`` lacks are removed: no old answer stands beside a new reason. A source key that
    leaves no room for a name below it gives way to the asset's id.
    """
    folder = f"by-source/{source_key}"
    if len(f"{folder}/{max(_NAMES, key=len)}".encode()) > _MAX_KEY_BYTES:
        folder = f"by-source/{asset_id}"
    for name in _NAMES:
        if copy := copies.get(name):
            store.put_bytes(f"{folder}/{name}", copy.body, copy.media_type)
        else:
            store.delete(f"{folder}/{name}")
    return folder
