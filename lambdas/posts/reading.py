"""The posts of a file or a chunk, through ranged reads of the admitted version."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, cast

from braid.admission.posts import blocks_of, post_of
from braid.aws.s3.s3_file import S3File
from braid.domain.posts.chunks import Chunk, lines_of
from braid.domain.posts.file import PostsFile
from braid.domain.posts.post import Post, RejectedLine

__all__ = ["open_version", "posts_of"]


def open_version(bucket: str, key: str, version_id: str, size_bytes: int) -> BinaryIO:
    """That version, through ranged reads."""
    return cast(BinaryIO, S3File(bucket, key, version_id, size_bytes))  # a raw file reads as a BinaryIO does


def posts_of(
    file: PostsFile, chunk: Chunk, *, open_file: Callable[[], BinaryIO], max_characters: int
) -> list[Post | RejectedLine]:
    """Everything that the chunk's lines hold, in order."""
    blocks = blocks_of(open_file(), chunk.begin, chunk.end)
    lines = lines_of(blocks, begin=chunk.begin, first_line=chunk.first_line, is_csv=file.is_csv)
    found = (post_of(line, file.columns, max_characters) for line in lines)
    return [item for item in found if item is not None]
