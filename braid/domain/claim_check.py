"""Claim checks: what states pass between steps instead of payloads."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Claim"]

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

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self.uri[len("s3://") :].split("/", 1)[0]

    @property
    def key(self) -> str:
        """The object's key."""
        return self.uri[len("s3://") :].split("/", 1)[1]
