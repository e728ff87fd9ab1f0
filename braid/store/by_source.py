"""Copies of the newest outcome under the source's own key, where an editor finds it without knowing an id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from braid.domain.errors import ServiceUnavailableError
from braid.store.documents import DocumentStore

__all__ = ["Copy", "put_copies"]

_MAX_KEY_BYTES = 1024
# What an editor may find there; a copy that the newest outcome doesn't have is removed.
_NAMES = ("report.html", "answer.json", "reason.txt")
# Who writes in between is another version of the file, and seldom there are two of them.
_TRIES = 5


@dataclass(frozen=True)
class Copy:
    """The bytes of one copy."""

    body: bytes
    media_type: str


def put_copies(
    store: DocumentStore,
    source_key: str,
    asset_id: str,
    copies: Mapping[str, Copy],
    *,
    is_newest: Callable[[], bool],
) -> str | None:
    """Stores ``copies`` under ``by-source/<source_key>/`` and returns that folder.

    Names that ``copies`` lacks are removed: no old answer stands beside a new reason. A source key that
    leaves no room for a name below it gives way to the asset's id.

    Nothing is written, and nothing returned, where ``is_newest`` says that a newer version of the source is
    there. One that comes after that was asked, and is through before this one has written, isn't written
    over: each write holds only if what lay there when it was asked still does.
    """
    folder = f"by-source/{source_key}"
    if len(f"{folder}/{max(_NAMES, key=len)}".encode()) > _MAX_KEY_BYTES:
        folder = f"by-source/{asset_id}"
    for _ in range(_TRIES):
        seen = store.etags_below(f"{folder}/")
        if not is_newest():
            return None
        if all(_put(store, f"{folder}/{name}", copies.get(name), seen.get(name)) for name in _NAMES):
            return folder
    raise ServiceUnavailableError(f"the copies under {folder}/ are being changed by others again and again")


def _put(store: DocumentStore, key: str, copy: Copy | None, etag: str | None) -> bool:
    """Puts one copy, or none, in place of the one with that ETag; ``False`` where another lies there now."""
    if copy is not None:
        return store.replace_bytes(key, copy.body, copy.media_type, etag=etag)
    return etag is None or store.delete_unchanged(key, etag)
