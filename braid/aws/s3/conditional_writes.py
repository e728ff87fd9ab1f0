"""Writes to S3 that hold only while nobody else has written there: two writers never mix what they leave.

Source: "Conditional requests" in Amazon S3's user guide. Besides the write, S3 asks for ``s3:GetObject``.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from braid.aws.service_errors import error_code, service_errors

__all__ = ["delete_unchanged", "put_unchanged"]

# The object is another by now, or gone.
_CHANGED = frozenset({"PreconditionFailed", "NoSuchKey"})


def put_unchanged(s3: Any, bucket: str, key: str, body: bytes, media_type: str, *, etag: str | None) -> bool:
    """Puts ``body`` where an object with ``etag`` lies, or none at all; ``False`` where that has changed."""
    condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
    with service_errors("s3:PutObject"):
        try:
            s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=media_type, **condition)
        except ClientError as error:
            if error_code(error) in _CHANGED:
                return False
            raise
    return True


def delete_unchanged(s3: Any, bucket: str, key: str, *, etag: str) -> bool:
    """Deletes the object that has ``etag``; ``False`` where it is another by now, not where none is left."""
    with service_errors("s3:DeleteObject"):
        try:
            s3.delete_object(Bucket=bucket, Key=key, IfMatch=etag)
        except ClientError as error:
            if error_code(error) == "NoSuchKey":
                return True
            if error_code(error) in _CHANGED:
                return False
            raise
    return True
