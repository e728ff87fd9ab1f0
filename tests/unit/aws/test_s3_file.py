"""Ranged reads of one object version: exactly what is read, one request a read."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.aws.s3.s3_file import S3File
from braid.domain.errors import InvalidAssetError


class Ranges:
    """S3 with one object, which remembers the ranges that it was asked for."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.asked: list[tuple[int, int]] = []

    def get_object(self, **request: Any) -> dict[str, Any]:
        first, last = map(int, request["Range"].removeprefix("bytes=").split("-"))
        self.asked.append((first, last))
        return {"Body": io.BytesIO(self.body[first : last + 1])}


@given(st.binary(max_size=300), st.lists(st.tuples(st.integers(0, 320), st.integers(-1, 320)), max_size=8))
def test_it_reads_like_any_file(body: bytes, moves: list[tuple[int, int]]) -> None:
    file, plain = S3File("b", "k", "v", len(body), s3=Ranges(body)), io.BytesIO(body)
    for offset, size in moves:
        assert file.seek(offset) == plain.seek(offset)
        assert file.read(size) == plain.read(size)
        assert file.tell() == plain.tell() or offset > len(body)


class Cut(Ranges):
    """The first ``cuts`` answers are cut in half."""

    def __init__(self, body: bytes, cuts: int) -> None:
        super().__init__(body)
        self.cuts = cuts

    def get_object(self, **request: Any) -> dict[str, Any]:
        answer = super().get_object(**request)
        if len(self.asked) > self.cuts:
            return answer
        whole = answer["Body"].read()
        return {"Body": io.BytesIO(whole[: len(whole) // 2])}


def test_an_answer_that_was_cut_off_is_asked_for_again() -> None:
    assert S3File("b", "k", "v", 1000, s3=Cut(b"x" * 1000, 1)).read() == b"x" * 1000


def test_an_object_that_stays_too_short_is_refused() -> None:
    with pytest.raises(InvalidAssetError, match="ends after 500 bytes, not 1000 as it was admitted"):
        S3File("b", "k", "v", 1000, s3=Cut(b"x" * 1000, 2)).read()


def test_a_small_object_costs_one_request() -> None:
    s3 = Ranges(b"x" * 1000)
    file = S3File("b", "k", "v", 1000, s3=s3)
    for offset in (0, 900, 3, 500):
        file.seek(offset)
        file.read(10)
    assert s3.asked == [(0, 999)]


def test_of_a_large_object_only_what_is_read_is_fetched() -> None:
    body = bytes(5 * 1024 * 1024)
    s3 = Ranges(body)
    file = S3File("b", "k", "v", len(body), s3=s3)
    file.seek(-100, io.SEEK_END)
    assert len(file.read(1000)) == 100
    assert file.read(1) == b""
    file.seek(4096)
    file.read(8)
    assert s3.asked == [(len(body) - 100, len(body) - 1), (4096, 4103)]
