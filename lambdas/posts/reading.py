"""The posts of a file or a chunk, through ranged reads of the admitted version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from braid.aws.s3.s3_file import S3File
from braid.domain.posts.chunks import Chunk, Line, lines_of
from braid.domain.posts.file import PostsFile
from braid.domain.posts.post import Post, RejectedLine, read_csv_record, read_json_line, too_long

__all__ = ["blocks_of", "open_version", "post_of", "posts_of"]

BLOCK_BYTES = 8 * 1024 * 1024


def open_version(bucket: str, key: str, version_id: str, size_bytes: int) -> BinaryIO:
    """That version, through ranged reads."""
    return cast(BinaryIO, S3File(bucket, key, version_id, size_bytes))  # a raw file reads as a BinaryIO does


def blocks_of(file: BinaryIO, begin: int, end: int) -> Iterator[bytes]:
    """The bytes ``[begin, end)``, a block at a time."""
    file.seek(begin)
    left = end - begin
    while left > 0 and (block := file.read(min(BLOCK_BYTES, left))):
        left -= len(block)
        yield block


def post_of(line: Line, columns: tuple[str, ...], max_characters: int) -> Post | RejectedLine | None:
    """The post in a line, or why there is none; ``None`` for an empty line."""
    if line.raw is None:
        return too_long(line.number)
    if columns:
        return read_csv_record(line.number, line.raw, columns, max_characters=max_characters)
    return read_json_line(line.number, line.raw, max_characters=max_characters)


def posts_of(
    file: PostsFile, chunk: Chunk, *, open_file: Callable[[], BinaryIO], max_characters: int
) -> list[Post | RejectedLine]:
    """Everything that the chunk's lines hold, in order."""
    blocks = blocks_of(open_file(), chunk.begin, chunk.end)
    lines = lines_of(blocks, begin=chunk.begin, first_line=chunk.first_line, is_csv=file.is_csv)
    found = (post_of(line, file.columns, max_characters) for line in lines)
    return [item for item in found if item is not None]
