"""A seekable file over ranged reads of one object version: no step downloads a large object whole."""

from __future__ import annotations

import io
from collections import OrderedDict
from typing import Any, BinaryIO, cast

from domain.admission import Member
from domain.errors import InvalidAssetError
from lambdas.aws.clients import client
from lambdas.aws.service_errors import service_errors

__all__ = ["S3File", "open_member"]

_BLOCK_BYTES = 8 * 1024 * 1024
_KEPT_BLOCKS = 4


class S3File(io.RawIOBase):
    """Reads ``block_bytes`` at a time and keeps the ``kept_blocks`` used last.

    Decoders read in pieces of some 80 KB and jump between index and data, so large blocks with a small LRU
    turn thousands of requests into a few. A small object costs one request.
    """

    def __init__(
        self,
        bucket: str,
        key: str,
        version_id: str,
        size_bytes: int,
        *,
        block_bytes: int = _BLOCK_BYTES,
        kept_blocks: int = _KEPT_BLOCKS,
        s3: Any = None,
    ) -> None:
        super().__init__()
        self._s3 = s3 or client("s3")
        self._object = {"Bucket": bucket, "Key": key, "VersionId": version_id}
        self._size_bytes = size_bytes
        self._block_bytes = block_bytes
        self._kept_blocks = kept_blocks
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._position = 0
        self.requests_count = 0
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fills ``buffer`` from one block at most, as raw files may; 0 at the end of the object."""
        if self._position >= self._size_bytes:
            return 0
        index, begin = divmod(self._position, self._block_bytes)
        piece = self._block(index)[begin : begin + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def read(self, size: int | None = -1) -> bytes:
        """Exactly ``size`` bytes unless the object ends; a negative size reads to the end."""
        wanted = self._size_bytes - self._position if size is None or size < 0 else size
        pieces = []
        while wanted > 0:
            piece = bytearray(min(wanted, self._block_bytes))
            count = self.readinto(piece)
            if not count:
                break
            pieces.append(bytes(piece[:count]))
            wanted -= count
        return b"".join(pieces)

    def _block(self, index: int) -> bytes:
        if index in self._blocks:
            self._blocks.move_to_end(index)
            return self._blocks[index]
        first = index * self._block_bytes
        last = min(first + self._block_bytes, self._size_bytes) - 1
        with service_errors(
            "s3:GetObject", {"NoSuchVersion": InvalidAssetError, "NoSuchKey": InvalidAssetError}
        ):
            block: bytes = self._s3.get_object(**self._object, Range=f"bytes={first}-{last}")["Body"].read()
        self.requests_count += 1
        self.read_bytes += len(block)
        self._blocks[index] = block
        if len(self._blocks) > self._kept_blocks:
            self._blocks.popitem(last=False)
        return block


def open_member(member: Member) -> BinaryIO:
    """The admitted version of a member, to be read in ranges."""
    file = S3File(member.bucket, member.key, member.version_id, member.size_bytes)
    return cast(BinaryIO, file)  # a raw file has every method that decoders use of a BinaryIO
