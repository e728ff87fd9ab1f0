"""Cuts a file of posts at the ends of its lines, read once and never whole. Pure.

A chunk is a byte range. What a state machine goes over is this list, never lines that strangers wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from braid.domain.posts.post import MAX_LINE_BYTES

__all__ = ["Chunk", "ChunkCutter", "Line", "lines_of"]

_QUOTE = ord('"')


@dataclass(frozen=True)
class Chunk:
    """The bytes ``[begin, end)`` of the file, whose first line is the file's ``first_line``-th from 1."""

    number: int
    begin: int
    end: int
    first_line: int

    @property
    def name(self) -> str:
        """Opens the names of what is kept of it; sorts as the chunks lie in the file."""
        return f"chunk-{self.number:06d}"


@dataclass(frozen=True)
class Line:
    """A line, or a CSV record, without its end; ``raw`` is ``None`` where it is too long to be read.

    ``[begin, end)`` are its bytes in the file, with its end.
    """

    number: int
    begin: int
    end: int
    raw: bytes | None


def lines_of(
    blocks: Iterable[bytes], *, begin: int = 0, first_line: int = 1, is_csv: bool = False
) -> Iterator[Line]:
    """The lines in ``blocks``, which lie at ``begin`` of the file. Memory: a block and a line.

    A line ends with a line feed, before which a carriage return is taken off. In CSV a line feed between
    quotation marks ends no record. A byte order mark at the file's beginning is none of the first line.
    """
    kept, length, start, number, spanned, is_quoted = bytearray(), 0, begin, first_line, 0, False
    for block in blocks:
        at = 0
        while True:
            found = block.find(b"\n", at)
            end = len(block) if found < 0 else found + 1
            piece = block[at:end]
            length += len(piece)
            if len(kept) <= MAX_LINE_BYTES:
                kept += piece[: MAX_LINE_BYTES + 1]
            if is_csv and piece.count(_QUOTE) % 2:
                is_quoted = not is_quoted
            at = end
            if found < 0:
                break
            spanned += 1
            if is_quoted and length <= MAX_LINE_BYTES:
                continue
            yield Line(number, start, start + length, _raw(kept, length, start))
            start, number = start + length, number + spanned
            kept, length, spanned, is_quoted = bytearray(), 0, 0, False
    if length:
        yield Line(number, start, start + length, _raw(kept, length, start))


def _raw(kept: bytearray, length: int, start: int) -> bytes | None:
    if length > MAX_LINE_BYTES:
        return None
    raw = bytes(kept).removesuffix(b"\n").removesuffix(b"\r")
    return raw.removeprefix(b"\xef\xbb\xbf") if start == 0 else raw


class ChunkCutter:
    """Collects lines into chunks of at most ``lines`` lines and ``size_bytes``, or a single longer line."""

    def __init__(self, *, lines: int, size_bytes: int) -> None:
        self._lines, self._bytes = lines, size_bytes
        self._count = 0
        self.chunks: list[Chunk] = []

    def add(self, line: Line) -> int:
        """Puts the line into the last chunk, or into a new one, and gives that chunk's number."""
        last = self.chunks[-1] if self.chunks else None
        if last is None or self._count >= self._lines or line.end - last.begin > self._bytes:
            last = Chunk(len(self.chunks), line.begin, line.end, line.number)
            self.chunks.append(last)
            self._count = 0
        self.chunks[-1] = replace(last, end=line.end)
        self._count += 1
        return last.number
