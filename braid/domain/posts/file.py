"""A file of posts as it was admitted: what its chunks are read with."""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.claim_check import Claim

__all__ = ["PostsFile", "PostsPlanned", "chunk_key"]


@dataclass(frozen=True)
class PostsFile:
    """The admitted version; ``columns`` are a CSV file's, whose first record they are."""

    bucket: str
    key: str
    version_id: str
    size_bytes: int
    lines: int
    chunks: int
    columns: tuple[str, ...] = ()

    @property
    def is_csv(self) -> bool:
        """Whether its records are CSV's, and not JSON lines."""
        return bool(self.columns)


@dataclass(frozen=True)
class PostsPlanned:
    """What states carry of it: the file's claim, and the object with the list of chunks."""

    file: Claim
    bucket: str
    chunks_key: str
    chunks: int
    lines: int
    is_batch: bool = False


def chunk_key(name: str, what: str) -> str:
    """Where something of a chunk lies below the attempt's work folder: ``posts/chunk-000017/stats.json``."""
    return f"posts/{name}/{what}"
