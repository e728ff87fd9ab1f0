"""A file of which only some parts are here: who reads another part gets to know which one to fetch.

A browser doesn't say where a dropped file lies, but it gives any part of it. Planning reads a file's
beginning, and of a film its index, which may lie at the end: a few blocks, whatever the file's size.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import BinaryIO, cast

__all__ = ["BLOCK_BYTES", "BrowserFile", "RangeNeededError", "RangedFile", "Ranges"]

BLOCK_BYTES = 2 * 1024 * 1024


class RangeNeededError(OSError):
    """A part was read that isn't here; ``Ranges.needed`` says which."""


@dataclass
class Ranges:
    """The blocks of one file given so far; ``needed`` is the first byte of the one to give next."""

    size_bytes: int
    blocks: dict[int, bytes] = field(default_factory=dict)
    needed: int | None = None

    @property
    def held_bytes(self) -> int:
        """How much of it is in memory."""
        return sum(map(len, self.blocks.values()))

    def length_at(self, start: int) -> int:
        """How many bytes the block that begins at ``start`` has."""
        return min(BLOCK_BYTES, self.size_bytes - start)

    def give(self, start: int, body: bytes) -> bool:
        """Keeps the block that was needed; ``False`` for any other."""
        if start != self.needed or len(body) != self.length_at(start):
            return False
        self.blocks[start], self.needed = body, None
        return True


class RangedFile(io.RawIOBase):
    """The file over its ranges, for readers who seek."""

    def __init__(self, ranges: Ranges) -> None:
        self._ranges, self._at = ranges, 0

    def readable(self) -> bool:
        """It is read."""
        return True

    def seekable(self) -> bool:
        """It is read in any order."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As files do; the end is where it would be if all of it were here."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._ranges.size_bytes}[whence]
        if base + offset < 0:
            raise ValueError("a file has no place before its beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed asks for less
        """Reads up to the block's end. Raises ``RangeNeededError`` where the block isn't here."""
        if self._at >= self._ranges.size_bytes or not len(buffer):
            return 0
        start = self._at - self._at % BLOCK_BYTES
        block = self._ranges.blocks.get(start)
        if block is None:
            self._ranges.needed = start
            raise RangeNeededError(f"the bytes from {start} on aren't here yet")
        part = block[self._at - start : self._at - start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


@dataclass(frozen=True)
class BrowserFile:
    """A file that a browser holds, as planning opens files."""

    name: str
    ranges: Ranges

    def __str__(self) -> str:
        return self.name

    def open(self, mode: str = "rb") -> BinaryIO:  # noqa: ARG002  # as paths do
        """A reader of what was given of it so far."""
        return cast(BinaryIO, io.BufferedReader(RangedFile(self.ranges)))

    def stat(self) -> SimpleNamespace:
        """Its size, under the name that paths' have."""
        return SimpleNamespace(st_size=self.ranges.size_bytes)
