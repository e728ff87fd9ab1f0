"""An S3 client that keeps objects in memory, as far as the adapters use one."""

# ruff: noqa: N803  boto3's parameters are called so

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError


@dataclass
class MemoryS3:
    """Objects by bucket and key; every version id reads the newest bytes."""

    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    media_types: dict[tuple[str, str], str] = field(default_factory=dict)

    def put_object(self, *, Bucket: str, Key: str, Body: Any, ContentType: str) -> dict[str, Any]:
        self.objects[Bucket, Key] = Body if isinstance(Body, bytes) else Body.read()
        self.media_types[Bucket, Key] = ContentType
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

    def list_objects_v2(self, *, Bucket: str, Prefix: str, MaxKeys: int = 1000) -> dict[str, Any]:
        # A copy: steps write from several threads while they look.
        stored = list(self.objects)
        keys = sorted(key for bucket, key in stored if bucket == Bucket and key.startswith(Prefix))
        return {"Contents": [{"Key": key} for key in keys[:MaxKeys]]} if keys else {}
