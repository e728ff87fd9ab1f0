"""A file some of whose bytes are others: how decoders are shown a file without what leads them astray."""

from __future__ import annotations

import io
from collections.abc import Mapping

from braid.media.containers.blocks import BlockReader

__all__ = ["PatchedFile"]


class PatchedFile(io.RawIOBase):
    """What ``reader`` reads, with each of ``patches`` written over the bytes from its position on."""

    def __init__(self, reader: BlockReader, patches: Mapping[int, bytes]) -> None:
        super().__init__()
        self._reader = reader
        self._patches = patches
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._reader.size_bytes}[whence]
        self._position = base + offset
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        self._reader.seek(self._position)
        data = bytearray(self._reader.read(size))
        for patch_at, patch in self._patches.items():
            begin = max(patch_at, self._position)
            end = min(patch_at + len(patch), self._position + len(data))
            if begin < end:
                piece = patch[begin - patch_at : end - patch_at]
                data[begin - self._position : end - self._position] = piece
        self._position += len(data)
        return bytes(data)
