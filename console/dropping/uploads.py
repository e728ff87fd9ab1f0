"""A request's body becomes an object in S3, part by part: nothing on disk, one part in memory."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Any

from starlette.concurrency import run_in_threadpool

from cli.errors import EXIT_MISUSE, CommandError

__all__ = ["PART_BYTES", "upload_stream"]

# The smallest part that S3 takes; of 10,000 at most, so that 5 GiB, the most that is dropped, have 1,024:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
PART_BYTES = 5 * 1024 * 1024


async def upload_stream(
    s3: Any, bucket: str, key: str, chunks: AsyncIterable[bytes], *, size_bytes: int
) -> str:
    """Puts exactly ``size_bytes`` under ``key`` and gives the version's id.

    What is cut off or goes on too long leaves nothing behind: raises ``CommandError``.
    """
    if size_bytes <= PART_BYTES:
        body = bytearray()
        async for chunk in chunks:
            body += chunk
            _check_length(len(body), size_bytes, is_end=False)
        _check_length(len(body), size_bytes, is_end=True)
        # With the checksum by which the same content is recognised when it is dropped again.
        answer = await run_in_threadpool(
            s3.put_object, Bucket=bucket, Key=key, Body=body, ChecksumAlgorithm="SHA256"
        )
        return str(answer["VersionId"])
    started = await run_in_threadpool(
        s3.create_multipart_upload, Bucket=bucket, Key=key, ChecksumAlgorithm="SHA256"
    )
    upload = {"Bucket": bucket, "Key": key, "UploadId": started["UploadId"]}
    try:
        parts = await _send_parts(s3, upload, chunks, size_bytes)
        answer = await run_in_threadpool(
            s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": parts}
        )
    except BaseException:  # also where the browser has gone: its task is cancelled
        s3.abort_multipart_upload(**upload)
        raise
    return str(answer["VersionId"])


async def _send_parts(
    s3: Any, upload: dict[str, str], chunks: AsyncIterable[bytes], size_bytes: int
) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    buffer, received = bytearray(), 0

    async def send() -> None:
        number = len(parts) + 1
        answer = await run_in_threadpool(
            s3.upload_part, **upload, PartNumber=number, Body=buffer, ChecksumAlgorithm="SHA256"
        )
        part = {"PartNumber": number, "ETag": answer["ETag"]}
        if "ChecksumSHA256" in answer:
            part["ChecksumSHA256"] = answer["ChecksumSHA256"]
        parts.append(part)

    async for chunk in chunks:
        received += len(chunk)
        _check_length(received, size_bytes, is_end=False)
        buffer += chunk
        if len(buffer) >= PART_BYTES:
            await send()
            buffer.clear()
    _check_length(received, size_bytes, is_end=True)
    if buffer:
        await send()
    return parts


def _check_length(received: int, size_bytes: int, *, is_end: bool) -> None:
    if received > size_bytes or (is_end and received < size_bytes):
        raise CommandError(
            f"the file changed while it was sent ({received} of {size_bytes} bytes); drop it again",
            exit_code=EXIT_MISUSE,
        )
