"""A file as if most of what lies before a moment in its midst weren't there.

A live recording has no index: to find a moment, FFmpeg would read all that comes before it. But such a file
is a header and a row of parts, each with its own time, and a part is easily found from any byte on. What is
opened here is the file with all parts before that one declared to be of no use.
"""

from __future__ import annotations

from typing import BinaryIO, cast

from braid.media.containers.blocks import BlockReader
from braid.media.containers.matroska import cluster_behind, first_cluster, void
from braid.media.containers.patched import PatchedFile

__all__ = ["excerpt"]

_READ_BYTES = 64 * 1024


def excerpt(reader: BlockReader, position: int, *, within_bytes: int) -> BlockReader | None:
    """A Matroska or WebM file whose first cluster is the one at or behind ``position``.

    None where the header's end isn't found in the first megabyte, or no cluster ``within_bytes``.
    """
    head_bytes = first_cluster(reader)
    if not head_bytes:
        return None
    start = cluster_behind(reader, max(position, head_bytes), within_bytes=within_bytes)
    if start is None:
        return None
    patched = PatchedFile(reader, {head_bytes: void(start - head_bytes)})
    # What is behind keeps blocks and reads ahead already.
    return BlockReader(
        cast(BinaryIO, patched),
        block_bytes=_READ_BYTES,
        max_read_bytes=_READ_BYTES,
        cached_bytes=2 * _READ_BYTES,
    )
