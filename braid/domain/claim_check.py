"""Claim checks: what states pass between steps instead of payloads."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from braid.domain.errors import InvalidInputError

__all__ = ["PART_BYTES", "Claim"]

PART_BYTES = 8 * 1024 * 1024  # of a payload that is stored in parts, the last one may be shorter

_S3_URI = re.compile(r"s3://([^/]+)/(.+)", re.DOTALL)


@dataclass(frozen=True)
class Claim:
    """A pointer to a stored payload. ``uri`` is ``s3://bucket/key``.

    ``sha256`` is lower-case hex: of the payload, or, where that was stored in parts of 8 MiB, of the parts'
    digests put together.
    """

    uri: str
    media_type: str
    size_bytes: int
    sha256: str

    def __post_init__(self) -> None:
        if not _S3_URI.fullmatch(self.uri):
            raise ValueError(f"a claim's uri is s3://bucket/key, not {self.uri!r}")

    def is_of(self, payload: bytes) -> bool:
        """Whether ``payload`` is what the claim was given for."""
        if len(payload) != self.size_bytes:
            return False
        parts = (payload[start : start + PART_BYTES] for start in range(0, len(payload), PART_BYTES))
        digests = b"".join(hashlib.sha256(part).digest() for part in parts)
        return self.sha256 in (hashlib.sha256(payload).hexdigest(), hashlib.sha256(digests).hexdigest())

    def verified(self, payload: bytes) -> bytes:
        """``payload``, read from the claim's key. Raises ``InvalidInputError`` where it isn't the claim's."""
        if not self.is_of(payload):
            raise InvalidInputError(
                f"{self.key} was changed or cut off after it was stored: it has {len(payload)} bytes, not"
                f" the {self.size_bytes} bytes with the sha256 {self.sha256[:12]}…. Restore that version,"
                " or drop the asset again."
            )
        return payload

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self.uri[len("s3://") :].split("/", 1)[0]

    @property
    def key(self) -> str:
        """The object's key."""
        return self.uri[len("s3://") :].split("/", 1)[1]
