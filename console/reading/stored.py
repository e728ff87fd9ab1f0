"""Documents and parts of objects in the results bucket, which may not be there yet, or any more."""

from __future__ import annotations

from typing import TypeVar

from botocore.exceptions import ClientError

from cli.showing.documents import read_stored
from cli.showing.records import Record
from cli.target import Target

__all__ = ["attempt_key", "find_bytes", "find_document", "work_key"]

T = TypeVar("T")
_ABSENT = frozenset({"NoSuchKey", "404"})


def attempt_key(record: Record, name: str) -> str:
    """The key of a result of the record's attempt."""
    return f"assets/{record.asset_id}/{record.attempt}/{name}"


def work_key(record: Record, name: str) -> str:
    """The key of an intermediate payload of the record's attempt."""
    return f"work/{record.asset_id}/{record.attempt}/{name}"


def find_document(target: Target, cls: type[T], key: str) -> T | None:
    """The document under a key; ``None`` where there is none. Raises ``CommandError`` for a damaged one."""
    try:
        return read_stored(target, cls, target.results_bucket, key)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _ABSENT:
            raise
        return None


def find_bytes(target: Target, key: str, *, start: int = 0, length: int | None = None) -> bytes | None:
    """The object's bytes from ``start`` on, at most ``length``; ``None`` where there is no such object.

    Behind its end there are none: the answer is empty.
    """
    asked = {} if length is None else {"Range": f"bytes={start}-{start + length - 1}"}
    try:
        found = target.s3.get_object(Bucket=target.results_bucket, Key=key, **asked)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("InvalidRange", "416"):
            return b""
        if code not in _ABSENT:
            raise
        return None
    body: bytes = found["Body"].read()
    return body
