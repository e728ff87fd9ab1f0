"""The results bucket: JSON documents and blobs by claim check."""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from braid.aws.clients import client
from braid.aws.s3.conditional_writes import delete_unchanged, put_unchanged
from braid.aws.s3.upload import Upload
from braid.aws.service_errors import service_errors
from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.wire import decode_json, encode

__all__ = ["DocumentStore"]

T = TypeVar("T")
JSON = "application/json"
_COPIES_AT_ONCE = 16
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")


class DocumentStore:
    """Writes and reads payloads of one asset's attempt.

    Results live under ``assets/<asset_id>/<attempt>/``, what only later steps need under
    ``work/<asset_id>/<attempt>/``, which expires. Writing the same bytes again gives the same claim.
    """

    def __init__(self, bucket: str, asset_id: str, attempt: int, *, s3: Any = None) -> None:
        self.bucket = bucket
        self._results = f"assets/{asset_id}/{attempt}"
        self._work = f"work/{asset_id}/{attempt}"
        self._s3 = s3 or client("s3")

    @classmethod
    def of(cls, bucket: str, asset: AssetRef) -> DocumentStore:
        """The store of the attempt that ``asset`` names."""
        return cls(bucket, asset.asset_id, asset.attempt)

    @classmethod
    def below(cls, bucket: str, folder: str, *, s3: Any = None) -> DocumentStore:
        """A store of what no attempt made: all of it lies directly below ``folder``."""
        store = cls(bucket, "", 0, s3=s3)
        store._results = store._work = folder
        return store

    def result_key(self, name: str) -> str:
        """The key of a named result of this attempt."""
        return f"{self._results}/{name}"

    def work_key(self, name: str) -> str:
        """The key of an intermediate payload of this attempt."""
        return f"{self._work}/{name}"

    def put_bytes(self, key: str, body: bytes, media_type: str) -> Claim:
        """Stores ``body`` under ``key`` and returns its claim."""
        with service_errors("s3:PutObject"):
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=media_type)
        return Claim(f"s3://{self.bucket}/{key}", media_type, len(body), hashlib.sha256(body).hexdigest())

    def upload(self, key: str, media_type: str) -> Upload:
        """A file to write to in a ``with`` block, which then is the object ``key``, with a claim."""
        return Upload(self._s3, self.bucket, key, media_type)

    def put_document(self, key: str, document: Any) -> Claim:
        """Stores a dataclass of ``braid.domain`` as JSON: UTF-8, stable member order, one trailing newline.

        Half a character, which has no UTF-8 and which a service's JSON may hold all the same, becomes U+FFFD.
        """
        text = json.dumps(encode(document), ensure_ascii=False, separators=(",", ":"))
        try:
            body = text.encode()
        except UnicodeEncodeError:
            body = _HALF_CHARACTERS.sub("\ufffd", text).encode()
        return self.put_bytes(key, body + b"\n", JSON)

    def get_bytes(self, key: str) -> bytes:
        """The stored bytes under ``key`` of the results bucket."""
        with service_errors("s3:GetObject"):
            body: bytes = self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body

    def get_payload(self, claim: Claim) -> bytes:
        """What the claim was given for. Raises ``InvalidInputError`` where other bytes lie there by now.

        They are read once more before that is said: it may be that an answer was cut off, and no more.
        """
        payload = self.get_bytes(claim.key)
        return claim.verified(payload if claim.is_of(payload) else self.get_bytes(claim.key))

    def get_document(self, cls: type[T], claim: Claim) -> T:
        """The dataclass that ``put_document`` stored. Raises as ``get_payload`` does."""
        return decode_json(cls, self.get_payload(claim), source=claim.key)

    def stored_document(self, cls: type[T], key: str) -> T:
        """The document under ``key``, which nobody claimed."""
        return decode_json(cls, self.get_bytes(key), source=key)

    def find_document(self, cls: type[T], key: str) -> T | None:
        """The document under ``key`` if an earlier try of this step left one: how a retry resumes."""
        body = self.find_bytes(key)
        return None if body is None else decode_json(cls, body, source=key)

    def find_bytes(self, key: str) -> bytes | None:
        """The bytes under ``key``, or ``None`` if nothing is there."""
        with service_errors("s3:ListObjectsV2"):
            found = self._s3.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1).get("Contents", [])
        size_bytes = next((int(entry["Size"]) for entry in found if entry["Key"] == key), None)
        if size_bytes is None:
            return None
        body = self.get_bytes(key)
        # One of another length was cut off, or is another by now.
        return body if len(body) == size_bytes else self.get_bytes(key)

    def copy_below(self, folder: str, to: str) -> None:
        """Copies every object below ``folder`` to the same name below ``to``; both end in ``/``."""
        with service_errors("s3:ListObjectsV2"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=folder)
            keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]

        def copy(key: str) -> None:
            source = {"Bucket": self.bucket, "Key": key}
            with service_errors("s3:CopyObject"):
                self._s3.copy_object(Bucket=self.bucket, Key=to + key.removeprefix(folder), CopySource=source)

        with ThreadPoolExecutor(_COPIES_AT_ONCE) as pool:
            list(pool.map(copy, keys))

    def etags_below(self, folder: str) -> dict[str, str]:
        """The ETags of the objects directly below ``folder``, which ends in ``/``, by their names there."""
        with service_errors("s3:ListObjectsV2"):
            found = self._s3.list_objects_v2(Bucket=self.bucket, Prefix=folder, Delimiter="/")
        return {entry["Key"].removeprefix(folder): entry["ETag"] for entry in found.get("Contents", [])}

    def replace_bytes(self, key: str, body: bytes, media_type: str, *, etag: str | None) -> bool:
        """Stores ``body`` in place of what has that ETag, or where nothing is; ``False`` if that changed."""
        return put_unchanged(self._s3, self.bucket, key, body, media_type, etag=etag)

    def remove(self, key: str) -> None:
        """Removes what lies under ``key``, if anything does."""
        with service_errors("s3:DeleteObject"):
            self._s3.delete_object(Bucket=self.bucket, Key=key)

    def delete_unchanged(self, key: str, etag: str) -> bool:
        """Removes what has that ETag, or is gone by now; ``False`` if something else lies there."""
        return delete_unchanged(self._s3, self.bucket, key, etag=etag)
