"""An object that is written while it is made, of any length, without a disk and in little memory."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from braid.aws.service_errors import service_errors
from braid.domain.claim_check import PART_BYTES, Claim

__all__ = ["HEAD_BYTES", "Upload"]

# S3 takes at most 10,000 parts of at least 5 MiB: 80 GB.
HEAD_BYTES = PART_BYTES
_FIRST_PART = 1


class Upload(io.RawIOBase):
    """A file to be written from start to end, whose first 8 MiB may be written over until it is closed.

    That is what muxers do: they go back to the head for lengths and check sums. What lies behind the head
    goes to S3 in parts as it comes, by a multipart upload; the head is its last part to be sent. A short file
    is put as one object. In a ``with`` block an exception aborts the upload, so that nothing of it stays;
    without one ``claim`` says afterwards what was stored.
    """

    def __init__(self, s3: Any, bucket: str, key: str, media_type: str) -> None:
        super().__init__()
        self.claim: Claim | None = None
        self._s3 = s3
        self._object = {"Bucket": bucket, "Key": key}
        self._media_type = media_type
        self._head = bytearray()
        self._tail = bytearray()  # of the part that is being filled
        self._sent_bytes = 0  # in the parts behind the head
        self._position = 0
        self._upload_id: str | None = None
        self._parts: list[dict[str, Any]] = []
        self._digests: dict[int, bytes] = {}

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            self._finish()
        else:
            self._abort()
        super().__exit__(*failure)  # type: ignore[arg-type]  # typeshed's three arguments, passed on as they came

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size_bytes}[whence]
        self._position = base + offset
        return self._position

    @property
    def size_bytes(self) -> int:
        """How long the file is by now."""
        return len(self._head) + self._sent_bytes + len(self._tail)

    def write(self, data: Any) -> int:
        """Puts ``data`` where the file stands; ValueError where that has been sent or would leave a gap."""
        view = memoryview(data).cast("B")
        for start in range(0, len(view), HEAD_BYTES):
            self._write(view[start : start + HEAD_BYTES])
        return len(view)

    def _write(self, data: memoryview) -> None:
        if self._position > self.size_bytes:
            raise ValueError(f"nothing lies between {self.size_bytes} and {self._position}")
        if self._position < HEAD_BYTES:
            count = min(len(data), HEAD_BYTES - self._position)
            self._head[self._position : self._position + count] = data[:count]
            self._position += count
            data = data[count:]
        if not data:
            return
        at = self._position - HEAD_BYTES - self._sent_bytes
        if at < 0:
            raise ValueError(f"what lies at {self._position} has been sent")
        self._tail[at : at + len(data)] = data
        self._position += len(data)
        while len(self._tail) > HEAD_BYTES:
            self._send(_FIRST_PART + 1 + len(self._parts), bytes(self._tail[:HEAD_BYTES]))
            del self._tail[:HEAD_BYTES]
            self._sent_bytes += HEAD_BYTES

    def _send(self, number: int, body: bytes) -> None:
        if self._upload_id is None:
            with service_errors("s3:CreateMultipartUpload"):
                answer = self._s3.create_multipart_upload(**self._object, ContentType=self._media_type)
            self._upload_id = answer["UploadId"]
        with service_errors("s3:UploadPart"):
            answer = self._s3.upload_part(
                **self._object, UploadId=self._upload_id, PartNumber=number, Body=body
            )
        # S3 wants back what it calculated, or was told, of each part.
        known = {
            name: value for name, value in answer.items() if name == "ETag" or name.startswith("Checksum")
        }
        self._parts.append({"PartNumber": number, **known})
        self._digests[number] = hashlib.sha256(body).digest()

    def _finish(self) -> None:
        if self._upload_id is None:
            body = bytes(self._head + self._tail)
            with service_errors("s3:PutObject"):
                self._s3.put_object(**self._object, Body=body, ContentType=self._media_type)
            digest = hashlib.sha256(body)
        else:
            try:
                if self._tail:
                    self._send(_FIRST_PART + 1 + len(self._parts), bytes(self._tail))
                self._send(_FIRST_PART, bytes(self._head))
                parts = sorted(self._parts, key=lambda part: int(part["PartNumber"]))
                with service_errors("s3:CompleteMultipartUpload"):
                    self._s3.complete_multipart_upload(
                        **self._object, UploadId=self._upload_id, MultipartUpload={"Parts": parts}
                    )
            except (
                BaseException
            ):  # also an interrupt: parts of an upload that nobody ends are paid for on and on
                self._abort()
                raise
            digest = hashlib.sha256(b"".join(self._digests[number] for number in sorted(self._digests)))
        uri = f"s3://{self._object['Bucket']}/{self._object['Key']}"
        self.claim = Claim(uri, self._media_type, self.size_bytes, digest.hexdigest())

    def _abort(self) -> None:
        if self._upload_id is not None:
            with service_errors("s3:AbortMultipartUpload"):
                self._s3.abort_multipart_upload(**self._object, UploadId=self._upload_id)
            self._upload_id = None
