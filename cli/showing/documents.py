"""Reads JSON documents of the results bucket; one that can't be read is said by its address."""

from __future__ import annotations

from typing import TypeVar

from braid.domain.asset.result import Result
from braid.domain.errors import InvalidInputError
from braid.domain.wire import decode_json
from cli.errors import CommandError
from cli.target import Target

__all__ = ["read_document", "read_stored"]

T = TypeVar("T")


def read_stored(target: Target, cls: type[T], bucket: str, key: str) -> T:
    """The document at that address as ``cls``. Raises ``CommandError`` where it is damaged or too new."""
    body = target.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    try:
        return decode_json(cls, body, source=f"s3://{bucket}/{key}")
    except InvalidInputError as error:
        raise CommandError(f"{error}; `braid rerun` writes an asset's documents anew") from error


def read_document(target: Target, result: Result, name: str, cls: type[T]) -> T | None:
    """A named JSON result, or ``None`` where the asset has none. Raises as ``read_stored`` does."""
    claim = result.results.get(name)
    return None if claim is None else read_stored(target, cls, claim.bucket, claim.key)
