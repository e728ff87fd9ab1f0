"""Reads the ``Bytes`` or ``S3Object`` that Rekognition and Textract take, with their errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.services.protocol import Caller, Objects, ServiceError


def read_input(
    source: Mapping[str, Any],
    caller: Caller,
    objects: Objects,
    *,
    max_inline_bytes: int,
    max_stored_bytes: int,
    too_large: str,
) -> bytes:
    """The bytes given inline or the object read as the caller.

    Raises ``ServiceError``: InvalidParameterException unless exactly one source is given and not empty,
    InvalidS3ObjectException, AccessDeniedException, or ``too_large`` (the service's name for it).
    """
    inline: bytes | None = source.get("Bytes")
    stored: Mapping[str, Any] | None = source.get("S3Object")
    if (inline is None) == (stored is None):
        raise ServiceError("InvalidParameterException", "Give exactly one of Bytes and S3Object.")
    if stored is not None:
        data, limit = _read_object(stored, caller, objects), max_stored_bytes
    else:
        data, limit = inline or b"", max_inline_bytes
    if not data:
        raise ServiceError("InvalidParameterException", "The input has no bytes.")
    if len(data) > limit:
        raise ServiceError(too_large, f"The input has {len(data):,} bytes; the limit is {limit:,}.")
    return data


def _read_object(stored: Mapping[str, Any], caller: Caller, objects: Objects) -> bytes:
    bucket, key = stored.get("Bucket"), stored.get("Name")
    if not bucket or not key:
        raise ServiceError("InvalidParameterException", "S3Object needs Bucket and Name.")
    try:
        return objects.read(caller, bucket, key, stored.get("Version"))
    except ServiceError as error:
        if error.code == "AccessDeniedException":
            raise
        raise ServiceError(
            "InvalidS3ObjectException",
            f"Unable to get object metadata from S3. Check object key, region and/or permissions. ({error})",
        ) from error
