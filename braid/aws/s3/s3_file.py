"""A seekable file over ranged reads of one object version: no step downloads a large object whole."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, cast

from braid.aws.clients import client
from braid.aws.s3.source_objects import reading_source
from braid.domain.asset.admission import Member
from braid.domain.errors import InvalidAssetError

__all__ = ["S3File", "open_member"]

# A small object comes whole with the first read: one request, whatever a decoder jumps about in it.
_WHOLE_UP_TO_BYTES = 1024 * 1024
# A version never changes: what is too short may be an answer that was cut off.
_READS = 2


class S3File(io.RawIOBase):
    """One request per read, of exactly what is read.

    Who reads small pieces of a large object puts ``braid.media.containers.blocks.BlockReader`` in front; it
    knows what is worth keeping and reading ahead; a second cache here would fetch everything twice as large.
    """

    def __init__(self, bucket: str, key: str, version_id: str, size_bytes: int, *, s3: Any = None) -> None:
        super().__init__()
        self._s3 = s3 or client("s3")
        self._object = {"Bucket": bucket, "Key": key, "VersionId": version_id}
        self._size_bytes = size_bytes
        self._whole: bytes | None = None
        self._position = 0

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
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def read(self, size: int | None = -1) -> bytes:
        """Exactly ``size`` bytes unless the object ends; a negative size reads to the end."""
        left = max(0, self._size_bytes - self._position)
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted == 0:
            return b""
        begin, end = self._position, self._position + wanted
        if self._size_bytes <= _WHOLE_UP_TO_BYTES:
            if self._whole is None:
                self._whole = self._fetch(0, self._size_bytes)
            data = self._whole[begin:end]
        else:
            data = self._fetch(begin, end)
        self._position += len(data)
        return data

    def _fetch(self, begin: int, end: int) -> bytes:
        for _ in range(_READS):
            with reading_source(self._s3, self._object):
                answer = self._s3.get_object(**self._object, Range=f"bytes={begin}-{end - 1}")
                data: bytes = answer["Body"].read()
            if len(data) == end - begin:
                return data
        raise InvalidAssetError(
            f"'{self._object['Key']}' ends after {begin + len(data)} bytes, not {self._size_bytes} as it"
            " was admitted. Upload it again."
        )


def open_member(member: Member) -> BinaryIO:
    """The admitted version of a member, to be read in ranges."""
    file = S3File(member.bucket, member.key, member.version_id, member.size_bytes)
    return cast(BinaryIO, file)  # a raw file has every method that decoders use of a BinaryIO
