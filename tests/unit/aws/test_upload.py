"""A file that is stored while it is written: any length, its head open to the last."""

from __future__ import annotations

import hashlib
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from braid.aws.s3.upload import HEAD_BYTES, Upload
from braid.domain.errors import BraidError
from braid.store.documents import DocumentStore
from tests.doubles.memory_s3 import MemoryS3

KEY = "work/a/1/audio.flac"


def _upload(s3: MemoryS3) -> Upload:
    return DocumentStore("results", "a", 1, s3=s3).upload(KEY, "audio/flac")


@pytest.mark.parametrize("size", [0, 1, HEAD_BYTES, 2 * HEAD_BYTES, 2 * HEAD_BYTES + 1, 4 * HEAD_BYTES + 77])
def test_what_is_written_is_stored(size: int) -> None:
    s3, data = MemoryS3(), random.Random(size).randbytes(size)

    with _upload(s3) as out:
        for start in range(0, size, 1_000_003):
            out.write(data[start : start + 1_000_003])
        if size > 8:
            out.seek(4)
            out.write(b"LENG")
            out.seek(0, io.SEEK_END)

    expected = data if size <= 8 else data[:4] + b"LENG" + data[8:]
    assert s3.objects["results", KEY] == expected
    assert s3.media_types["results", KEY] == "audio/flac"
    assert s3.uploads == {}
    assert out.claim is not None
    assert out.claim.size_bytes == size
    if size <= 2 * HEAD_BYTES:
        assert out.claim.sha256 == hashlib.sha256(expected).hexdigest()
    else:
        parts = [expected[start : start + HEAD_BYTES] for start in range(0, size, HEAD_BYTES)]
        digests = b"".join(hashlib.sha256(part).digest() for part in parts)
        assert out.claim.sha256 == hashlib.sha256(digests).hexdigest()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=30)), max_size=12))
def test_it_writes_as_a_file_does(writes: list[tuple[int, bytes]]) -> None:
    s3, plain = MemoryS3(), io.BytesIO()

    with _upload(s3) as out:
        for position, data in writes:
            at = min(position, len(plain.getvalue()))
            for file in (out, plain):
                file.seek(at)
                file.write(data)
            assert out.tell() == plain.tell()

    assert s3.objects["results", KEY] == plain.getvalue()


def _write_and_fail(s3: MemoryS3) -> None:
    with _upload(s3) as out:
        out.write(bytes(4 * HEAD_BYTES))
        assert s3.uploads
        raise ZeroDivisionError


def test_a_failure_leaves_nothing() -> None:
    s3 = MemoryS3()

    with pytest.raises(ZeroDivisionError):
        _write_and_fail(s3)

    assert (s3.objects, s3.uploads) == ({}, {})


def test_an_upload_that_cannot_be_completed_is_aborted(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = MemoryS3()
    monkeypatch.setattr("tests.doubles.memory_s3.MIN_PART_BYTES", 2 * HEAD_BYTES)
    out = _upload(s3)
    out.write(bytes(4 * HEAD_BYTES))

    with pytest.raises(BraidError, match="CompleteMultipartUpload"):
        out.__exit__(None, None, None)

    assert (s3.objects, s3.uploads) == ({}, {})


@pytest.mark.parametrize(("position", "reason"), [(HEAD_BYTES + 1, "has been sent"), (10**9, "nothing lies")])
def test_what_was_sent_is_not_written_over_and_no_gap_is_left(position: int, reason: str) -> None:
    out = _upload(MemoryS3())
    out.write(bytes(4 * HEAD_BYTES))
    out.seek(position)

    with pytest.raises(ValueError, match=reason):
        out.write(b"late")
