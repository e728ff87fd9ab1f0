"""An S3 client that keeps objects in memory, as far as the adapters use one."""

# ruff: noqa: N803  boto3's parameters are called so

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

MIN_PART_BYTES = 5 * 1024 * 1024  # of every part but the last


@dataclass
class MemoryS3:
    """Objects by bucket and key; every version id reads the newest bytes."""

    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    media_types: dict[tuple[str, str], str] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)

    def put_object(
        self,
        *,
        Bucket: str,
        Key: str,
        Body: Any,
        ContentType: str,
        IfMatch: str | None = None,
        IfNoneMatch: str | None = None,
    ) -> dict[str, Any]:
        if IfNoneMatch == "*" and (Bucket, Key) in self.objects:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")
        self._check_unchanged(Bucket, Key, IfMatch, "PutObject")
        self.objects[Bucket, Key] = Body if isinstance(Body, bytes) else Body.read()
        self.media_types[Bucket, Key] = ContentType
        return {}

    def create_multipart_upload(self, *, Bucket: str, Key: str, ContentType: str) -> dict[str, Any]:
        upload_id = f"upload-{len(self.uploads) + 1}"
        self.uploads[upload_id] = {}
        self.media_types[Bucket, Key] = ContentType
        return {"UploadId": upload_id}

    def upload_part(
        self, *, Bucket: str, Key: str, UploadId: str, PartNumber: int, Body: bytes
    ) -> dict[str, Any]:
        self.uploads[UploadId][PartNumber] = Body
        return {"ETag": f'"{PartNumber}"', "ResponseMetadata": {}}

    def complete_multipart_upload(
        self, *, Bucket: str, Key: str, UploadId: str, MultipartUpload: dict[str, Any]
    ) -> dict[str, Any]:
        parts = self.uploads[UploadId]
        numbers = [part["PartNumber"] for part in MultipartUpload["Parts"]]
        if numbers != sorted(parts) or any(len(parts[number]) < MIN_PART_BYTES for number in numbers[:-1]):
            error = {"Error": {"Code": "InvalidPart", "Message": f"{numbers}"}}
            raise ClientError(error, "CompleteMultipartUpload")
        self.objects[Bucket, Key] = b"".join(parts[number] for number in numbers)
        del self.uploads[UploadId]
        return {}

    def abort_multipart_upload(self, *, Bucket: str, Key: str, UploadId: str) -> dict[str, Any]:
        del self.uploads[UploadId]
        return {}

    def get_object(
        self,
        *,
        Bucket: str,
        Key: str,
        VersionId: str | None = None,
        Range: str | None = None,
    ) -> dict[str, Any]:
        if (Bucket, Key) not in self.objects:
            error = {"Error": {"Code": "NoSuchKey", "Message": "The specified key does not exist."}}
            raise ClientError(error, "GetObject")
        body = self.objects[Bucket, Key]
        if Range is not None:
            first, last = (int(part) for part in re.fullmatch(r"bytes=(\d+)-(\d+)", Range).groups())
            body = body[first : last + 1]
        return {"Body": io.BytesIO(body)}

    def _check_unchanged(self, bucket: str, key: str, etag: str | None, operation: str) -> None:
        if etag is not None and etag != self._etag(bucket, key):
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, operation)

    def _etag(self, bucket: str, key: str) -> str | None:
        body = self.objects.get((bucket, key))
        return None if body is None else f'"{hashlib.md5(body).hexdigest()}"'

    def list_objects_v2(
        self, *, Bucket: str, Prefix: str, MaxKeys: int = 1000, Delimiter: str = ""
    ) -> dict[str, Any]:
        # A copy: steps write from several threads while they look.
        stored = list(self.objects)
        keys = sorted(key for bucket, key in stored if bucket == Bucket and key.startswith(Prefix))
        if Delimiter:
            keys = [key for key in keys if Delimiter not in key.removeprefix(Prefix)]
        found = [
            {"Key": key, "ETag": self._etag(Bucket, key), "Size": len(self.objects[Bucket, key])}
            for key in keys[:MaxKeys]
        ]
        return {"Contents": found} if found else {}

    def delete_object(self, *, Bucket: str, Key: str, IfMatch: str | None = None) -> dict[str, Any]:
        if (Bucket, Key) in self.objects:
            self._check_unchanged(Bucket, Key, IfMatch, "DeleteObject")
        self.objects.pop((Bucket, Key), None)
        return {}
