"""When two objects count as the same bytes."""

from __future__ import annotations

from typing import Any

import pytest

from braid.aws.s3.source_objects import SourceObjects

HEAD = {"VersionId": "v1", "ContentLength": 12, "ETag": '"0f343b0931126a20f133d67c2b018a3b"'}


class Heads:
    """An S3 that answers every head alike, with checksums only where they are asked for."""

    def __init__(self, **members: str) -> None:
        self._members = members

    def head_object(self, ChecksumMode: str = "", **_: str) -> dict[str, Any]:  # noqa: N803  # boto3's name
        return {**HEAD, **(self._members if ChecksumMode == "ENABLED" else {})}


@pytest.mark.parametrize(
    ("members", "fingerprint"),
    [
        ({"ChecksumCRC64NVME": "AbC=", "ChecksumType": "FULL_OBJECT"}, "CRC64NVME:AbC=:12"),
        ({"ChecksumSHA256": "xyz=", "ChecksumType": "FULL_OBJECT"}, "SHA256:xyz=:12"),
        ({"ChecksumSHA256": "xyz=-3", "ChecksumType": "COMPOSITE"}, "SHA256:xyz=-3:12"),
        (
            {"ChecksumCRC32": "Q1w2", "ChecksumSHA256": "xyz=", "ChecksumType": "FULL_OBJECT"},
            "SHA256:xyz=:12",
        ),
        # Of a hundred thousand files of one size two have the same.
        (
            {"ChecksumCRC32": "Q1w2", "ChecksumType": "FULL_OBJECT"},
            "ETag:0f343b0931126a20f133d67c2b018a3b:12",
        ),
        (
            {"ChecksumCRC32C": "Q1w2", "ChecksumType": "FULL_OBJECT"},
            "ETag:0f343b0931126a20f133d67c2b018a3b:12",
        ),
        (
            {"ChecksumCRC64NVME": "AbC=-2", "ChecksumType": "COMPOSITE"},
            "ETag:0f343b0931126a20f133d67c2b018a3b:12",
        ),
        # A checksum of the parts' checksums depends on how the uploader cut the file.
        (
            {"ChecksumCRC32": "Q1w2-3", "ChecksumType": "COMPOSITE"},
            "ETag:0f343b0931126a20f133d67c2b018a3b:12",
        ),
        ({}, "ETag:0f343b0931126a20f133d67c2b018a3b:12"),
    ],
)
def test_the_fingerprint_is_the_strongest_that_s3_has_of_the_content(
    members: dict[str, str], fingerprint: str
) -> None:
    head = SourceObjects("bucket", s3=Heads(**members)).head("inbox/a.txt", "v1")

    assert head.fingerprint == fingerprint
