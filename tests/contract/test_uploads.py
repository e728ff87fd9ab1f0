"""Files that are stored while they are written, against S3's own rules for parts."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest

from braid.aws.s3.upload import HEAD_BYTES, Upload
from braid.store.documents import DocumentStore
from tests.contract.conftest import Storage

DATA = random.Random(5).randbytes(2 * HEAD_BYTES + 4321)
MEDIA_TYPE = "audio/flac"


def _upload(storage: Storage, folder: str) -> tuple[Upload, str]:
    store = DocumentStore(storage.results, folder.rpartition("/")[2], 1, s3=storage.s3)
    key = store.work_key("audio.flac")
    return store.upload(key, MEDIA_TYPE), key


def _open_uploads(storage: Storage, key: str) -> list[Any]:
    found = storage.s3.list_multipart_uploads(Bucket=storage.results)
    return [upload for upload in found.get("Uploads", []) if upload["Key"] == key]


def test_parts_are_put_together_with_the_head_that_was_written_over(storage: Storage, folder: str) -> None:
    upload, key = _upload(storage, folder)
    with upload as out:
        for start in range(0, len(DATA), 1_000_003):
            out.write(DATA[start : start + 1_000_003])
        assert len(_open_uploads(storage, key)) == 1
        out.seek(4)
        out.write(b"LENG")

    expected = DATA[:4] + b"LENG" + DATA[8:]
    assert storage.result(key) == expected
    head = storage.s3.head_object(Bucket=storage.results, Key=key)
    assert (head["ContentLength"], head["ContentType"]) == (len(expected), MEDIA_TYPE)
    assert _open_uploads(storage, key) == []
    parts = [expected[start : start + HEAD_BYTES] for start in range(0, len(expected), HEAD_BYTES)]
    assert head["ETag"].strip('"').endswith(f"-{len(parts)}")
    assert out.claim is not None
    assert out.claim.uri == f"s3://{storage.results}/{key}"
    digests = b"".join(hashlib.sha256(part).digest() for part in parts)
    assert (out.claim.size_bytes, out.claim.sha256) == (len(expected), hashlib.sha256(digests).hexdigest())


def test_a_short_file_is_one_object(storage: Storage, folder: str) -> None:
    upload, key = _upload(storage, folder)
    with upload as out:
        out.write(b"short")

    assert storage.result(key) == b"short"
    assert "-" not in storage.s3.head_object(Bucket=storage.results, Key=key)["ETag"]
    assert out.claim is not None
    assert out.claim.sha256 == hashlib.sha256(b"short").hexdigest()


def test_nothing_stays_of_a_file_that_failed(storage: Storage, folder: str) -> None:
    upload, key = _upload(storage, folder)

    def write_and_fail() -> None:
        with upload as out:
            out.write(DATA)
            assert len(_open_uploads(storage, key)) == 1
            raise RuntimeError("the decoder gave up")

    with pytest.raises(RuntimeError, match="decoder"):
        write_and_fail()

    assert _open_uploads(storage, key) == []
    assert storage.keys(key) == []
    assert upload.claim is None
