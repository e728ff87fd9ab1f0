"""A file as if most of what lies before a moment in its midst weren't there.

A live recording has no index: to find a moment, FFmpeg would read all that comes before it. But such a file
is a header and a row of parts, each with its own time, and a part is easily found from any byte on. What is
opened here is the file with all parts before that one declared to be of no use.
"""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from braid.media.blocks import BlockReader
from braid.media.matroska import cluster_behind, first_cluster, void

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
    patched = _Patched(reader, head_bytes, void(start - head_bytes))
    # What is behind keeps blocks and reads ahead already.
    return BlockReader(
        cast(BinaryIO, patched),
        block_bytes=_READ_BYTES,
        max_read_bytes=_READ_BYTES,
        cached_bytes=2 * _READ_BYTES,
    )


class _Patched(io.RawIOBase):
    """A file in which ``patch`` stands at ``patch_at``."""

    def __init__(self, reader: BlockReader, patch_at: int, patch: bytes) -> None:
        super().__init__()
        self._reader = reader
        self._patch_at = patch_at
        self._patch = patch
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._reader.size_bytes}[whence]
        self._position = base + offset
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        self._reader.seek(self._position)
        data = bytearray(self._reader.read(size))
        begin = max(self._patch_at, self._position)
        end = min(self._patch_at + len(self._patch), self._position + len(data))
        if begin < end:
            piece = self._patch[begin - self._patch_at : end - self._patch_at]
            data[begin - self._position : end - self._position] = piece
        self._position += len(data)
        return bytes(data)
