"""Few, large, bounded reads: the reader that stands between every decoder and its file.

Decoders ask for kilobytes and seek back and forth; behind the file object each read may be a request to
S3. ``BlockReader`` turns the first into the second: aligned blocks, a small cache of them, and a
read-ahead that doubles while a decoder reads on and starts small again where it jumps.
"""

from __future__ import annotations

import io
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

__all__ = ["BLOCK_BYTES", "CACHED_BYTES", "MAX_READ_BYTES", "BadOffsetError", "BlockReader"]

# The index of a 2 GB video takes 2 to 3 MB: a head block, then 0.5 + 1 + 2 MiB make four requests, 4 MiB.
BLOCK_BYTES = 512 * 1024
MAX_READ_BYTES = 8 * 1024 * 1024
CACHED_BYTES = 24 * 1024 * 1024
_FOLLOWED_READS = 4


class BadOffsetError(OSError):
    """A decoder was led astray by the file: it asked for a place before its start."""


class BlockReader(io.RawIOBase):
    """A read-only, seekable view of ``file`` that holds at most 24 MiB of it.

    ``read(n)`` returns exactly ``n`` bytes except at the end of the file. The first exception that ``file``
    itself raises is kept in ``error``: decoders written in C swallow it or dress it up as damaged data, and
    whoever calls them must be able to tell a failing network from a failing file. ``fetched_bytes`` counts
    what was read of ``file``, repeats included.
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        block_bytes: int = BLOCK_BYTES,
        max_read_bytes: int = MAX_READ_BYTES,
        cached_bytes: int = CACHED_BYTES,
    ) -> None:
        super().__init__()
        self.error: Exception | None = None
        self.fetched_bytes = 0
        self._fetch_up_to: int | None = None  # of ``fetched_bytes``
        self._file = file
        self._block_bytes = block_bytes
        self._max_blocks_per_read = max(1, max_read_bytes // block_bytes)
        self._max_blocks = max(2 * self._max_blocks_per_read, cached_bytes // block_bytes)
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        # Where recent reads ended, and how long they were: video and audio that lie apart in one file are
        # two readers who each read on.
        self._reads: deque[tuple[int, int]] = deque(maxlen=_FOLLOWED_READS)
        self._position = 0
        self.size_bytes = file.seek(0, io.SEEK_END)
        # Whether nothing of the file is ever fetched twice.
        self.holds_all = self.size_bytes <= self._max_blocks * block_bytes

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size_bytes}[whence]
        if start + offset < 0:
            raise BadOffsetError(f"there is nothing at {start + offset}")
        self._position = start + offset
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self.size_bytes - self._position)
        wanted = left if size is None or size < 0 else min(size, left)
        parts = []
        while wanted > 0:
            index, begin = divmod(self._position, self._block_bytes)
            part = self._block(index)[begin : begin + wanted]
            if not part:
                break  # the file is shorter than it said
            parts.append(part)
            self._position += len(part)
            wanted -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # typeshed's Buffer is no 3.11 type
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    @contextmanager
    def limited(self, more_bytes: int) -> Iterator[None]:
        """Inside, the file seems to end wherever more than ``more_bytes`` would have to be fetched anew.

        A decoder that goes astray, or searches for what isn't there, thus stops by itself. A limit within
        another one doesn't raise that.
        """
        outer = self._fetch_up_to
        ours = self.fetched_bytes + more_bytes
        self._fetch_up_to = ours if outer is None else min(ours, outer)
        try:
            yield
        finally:
            self._fetch_up_to = outer

    def _block(self, index: int) -> bytes:
        if index in self._blocks:
            self._blocks.move_to_end(index)
            return self._blocks[index]
        block_count = 1
        for end, length in list(self._reads):
            if end == index:
                block_count = min(2 * length, self._max_blocks_per_read)
                self._reads.remove((end, length))
        if self._fetch_up_to is not None:
            block_count = min(block_count, (self._fetch_up_to - self.fetched_bytes) // self._block_bytes)
            if block_count < 1:
                return b""
        data = self._fetch(index * self._block_bytes, block_count * self._block_bytes)
        self._reads.append((index + block_count, block_count))
        for number in reversed(range(block_count)):
            block = data[number * self._block_bytes : (number + 1) * self._block_bytes]
            self._blocks[index + number] = block
            self._blocks.move_to_end(index + number)
        while len(self._blocks) > self._max_blocks:
            self._blocks.popitem(last=False)
        return self._blocks[index]

    def _fetch(self, offset: int, size: int) -> bytes:
        size = min(size, self.size_bytes - offset)
        try:
            self._file.seek(offset)
            data = self._file.read(size)
            while len(data) < size and (more := self._file.read(size - len(data))):
                data += more
        except (
            Exception
        ) as error:  # whatever the file raises: who reads through C code only learns of it here
            self.error = self.error or error
            raise
        self.fetched_bytes += len(data)
        return data
