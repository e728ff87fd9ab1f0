"""Pictures that a data set names, opened on this machine or in S3."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from botocore.exceptions import ClientError

from braid.domain.datasets.rules.images import ImageFacts
from braid.domain.datasets.rules.role_policy import bucket_and_key
from braid.domain.errors import InvalidAssetError
from braid.media.pictures.training_pictures import picture_facts

__all__ = ["find_below", "in_folder", "in_s3"]

# What is larger breaks a bound anyway, and isn't worth its memory.
_MOST_BYTES = 64 * 1024 * 1024


def in_folder(folder: Path) -> Callable[[str], ImageFacts | str]:
    """Opens an address by the end of its key: the longest that is there below ``folder``."""

    def look(uri: str) -> ImageFacts | str:
        found = find_below(folder, uri)
        return _facts(found.read_bytes()) if found else f"nothing below {folder} has its name"

    return look


def in_s3(s3: Any) -> Callable[[str], ImageFacts | str]:
    """Opens an address in S3."""

    def look(uri: str) -> ImageFacts | str:
        bucket, key = bucket_and_key(uri)
        try:
            answer = s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            return "there is no such object" if code in ("NoSuchKey", "404") else f"it can't be read ({code})"
        if answer["ContentLength"] > _MOST_BYTES:
            return f"it has {answer['ContentLength']:,} bytes"
        return _facts(answer["Body"].read())

    return look


def find_below(folder: Path, uri: str) -> Path | None:
    """The file that stands for an object, ``None`` where there is none."""
    try:
        _, key = bucket_and_key(uri)
    except ValueError:
        return None
    parts = [part for part in PurePosixPath(key).parts if part not in ("..", ".", "/")]
    ends = (folder.joinpath(*parts[start:]) for start in range(len(parts)))
    return next((path for path in ends if path.is_file()), None)


def _facts(content: bytes) -> ImageFacts | str:
    try:
        return picture_facts(content)
    except InvalidAssetError as error:
        return str(error)
