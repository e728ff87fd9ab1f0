"""What passes through the console on its way into the inbox takes no more memory than its parts."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import pytest

from console.dropping.uploads import PART_BYTES, upload_stream

SIZE = 2 * 1000**3
CHUNK = bytes(128 * 1024)


class Counting:
    """An S3 that counts what it is given and keeps nothing."""

    def __init__(self) -> None:
        self.received, self.parts = 0, 0

    def create_multipart_upload(self, **_: Any) -> dict[str, Any]:
        return {"UploadId": "one"}

    def upload_part(self, *, Body: bytearray, **_: Any) -> dict[str, Any]:  # noqa: N803  # as boto3 has it
        self.received += len(Body)
        self.parts += 1
        return {"ETag": str(self.parts)}

    def complete_multipart_upload(self, **_: Any) -> dict[str, Any]:
        return {"VersionId": "v1"}


async def film() -> AsyncIterator[bytes]:
    left = SIZE
    while left:
        yield CHUNK[:left]
        left -= min(left, len(CHUNK))


@pytest.mark.slow
def test_two_gigabytes_take_a_few_parts_of_memory() -> None:
    s3 = Counting()
    tracemalloc.start()
    try:
        version = asyncio.run(upload_stream(s3, "inbox", "inbox/general/film.mp4", film(), size_bytes=SIZE))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (version, s3.received) == ("v1", SIZE)
    assert s3.parts <= 10_000
    assert peak < 4 * PART_BYTES, f"{peak:,} bytes"
