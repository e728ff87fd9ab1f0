"""The bucket of what is public: written once a key, read again, taken back where the record says so."""

from __future__ import annotations

import hashlib
from typing import Any

from botocore.exceptions import ClientError

from braid.aws.clients import client
from braid.aws.service_errors import error_code, service_errors
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError

__all__ = ["PublishedObjects"]

_TAKEN = frozenset({"PreconditionFailed", "412"})


class PublishedObjects:
    """One deployment's."""

    def __init__(self, bucket: str, *, s3: Any = None) -> None:
        self.bucket = bucket
        self._s3 = s3 or client("s3")

    def put(self, key: str, body: bytes, media_type: str) -> Claim:
        """Stores ``body`` where nothing is, or where the same bytes are (a repeated step); nothing else.

        Raises ``InvalidInputError`` where other bytes have the key: what is public never changes under it.
        """
        claim = Claim(f"s3://{self.bucket}/{key}", media_type, len(body), hashlib.sha256(body).hexdigest())
        with service_errors("s3:PutObject"):
            try:
                self._s3.put_object(
                    Bucket=self.bucket, Key=key, Body=body, ContentType=media_type, IfNoneMatch="*"
                )
            except ClientError as error:
                if error_code(error) not in _TAKEN:
                    raise
                if not claim.is_of(self.read(key)):
                    raise InvalidInputError(f"other bytes are published under {key} already") from error
        return claim

    def read(self, key: str) -> bytes:
        """The bytes as whoever serves them would get them."""
        with service_errors("s3:GetObject"):
            body: bytes = self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body

    def take_back(self, key: str) -> None:
        """Removes what must not be public after all."""
        with service_errors("s3:DeleteObject"):
            self._s3.delete_object(Bucket=self.bucket, Key=key)
