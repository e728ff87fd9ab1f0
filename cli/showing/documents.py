"""Reads what lies in the results bucket; what is damaged, or was altered, is said by its address."""

from __future__ import annotations

from typing import TypeVar

from braid.domain.asset.result import Result
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.wire import decode_json
from cli.errors import CommandError
from cli.target import Target

__all__ = ["read_claim", "read_document", "read_stored"]

T = TypeVar("T")


def read_stored(target: Target, cls: type[T], bucket: str, key: str) -> T:
    """The document at that address as ``cls``. Raises ``CommandError`` where it is damaged or too new."""
    return _decoded(cls, _body(target, bucket, key), f"s3://{bucket}/{key}")


def read_document(target: Target, result: Result, name: str, cls: type[T]) -> T | None:
    """A named JSON result, or ``None`` where the asset has none. Raises as ``read_stored`` does."""
    claim = result.results.get(name)
    return None if claim is None else _decoded(cls, read_claim(target, claim), claim.uri)


def read_claim(target: Target, claim: Claim) -> bytes:
    """What the claim was given for. Raises ``CommandError`` where other bytes lie there by now.

    A claim without a digest is of what waits for a decision, which nobody has vouched for yet.
    """
    body = _body(target, claim.bucket, claim.key)
    try:
        return claim.verified(body) if claim.sha256 else body
    except InvalidInputError as error:
        raise CommandError(str(error)) from error


def _body(target: Target, bucket: str, key: str) -> bytes:
    body: bytes = target.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def _decoded(cls: type[T], body: bytes, source: str) -> T:
    try:
        return decode_json(cls, body, source=source)
    except InvalidInputError as error:
        raise CommandError(f"{error}; `braid rerun` writes an asset's documents anew") from error
