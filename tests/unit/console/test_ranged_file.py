"""Who reads a part that isn't here learns which one to fetch; what is here reads like a file."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.dropping.ranged_file import BLOCK_BYTES, BrowserFile, RangeNeededError, Ranges


def read_all(body: bytes, ranges: Ranges) -> list[int]:
    """Reads it to the end, fetching what is needed; the blocks in the order in which they were."""
    fetched = []
    while True:
        try:
            assert BrowserFile("a", ranges).open().read() == body
        except RangeNeededError:
            start = ranges.needed
            assert start is not None
            fetched.append(start)
            assert ranges.give(start, body[start : start + ranges.length_at(start)])
        else:
            return fetched


def test_every_block_is_asked_for_once() -> None:
    body = bytes(range(256)) * (BLOCK_BYTES // 256 * 2) + b"end"
    ranges = Ranges(len(body))

    assert read_all(body, ranges) == [0, BLOCK_BYTES, 2 * BLOCK_BYTES]
    assert ranges.held_bytes == len(body)


def test_an_empty_file_needs_nothing() -> None:
    assert read_all(b"", Ranges(0)) == []


@pytest.mark.parametrize(("start", "body"), [(BLOCK_BYTES, b"x"), (0, b"short"), (-1, b""), (1, b"x")])
def test_bytes_that_nobody_asked_for_are_refused(start: int, body: bytes) -> None:
    ranges = Ranges(3 * BLOCK_BYTES)
    with pytest.raises(RangeNeededError):
        BrowserFile("a", ranges).open().read(1)

    assert not ranges.give(start, body)
    assert ranges.held_bytes == 0


@settings(deadline=None)
@given(
    body=st.binary(max_size=300),
    steps=st.lists(st.tuples(st.sampled_from((0, 1, 2)), st.integers(0, 300), st.integers(-1, 320))),
)
def test_it_reads_and_seeks_as_files_do(body: bytes, steps: list[tuple[int, int, int]]) -> None:
    ranges = Ranges(len(body), {0: body} if body else {})
    mine, right = BrowserFile("a", ranges).open(), io.BytesIO(body)
    for whence, offset, count in steps:
        if whence == io.SEEK_CUR:
            assert mine.tell() == right.tell()
        assert mine.seek(offset, whence) == right.seek(offset, whence)
        assert mine.read(count) == right.read(count)


def test_of_a_large_archive_only_both_ends_are_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("large", bytes(10 * BLOCK_BYTES))
    body = packed.getvalue()
    ranges, fetched = Ranges(len(body)), list[int]()
    while True:
        try:
            assert zipfile.ZipFile(BrowserFile("a", ranges).open()).namelist() == ["large"]
            break
        except (RangeNeededError, zipfile.BadZipFile):
            start = ranges.needed
            assert start is not None
            fetched.append(start)
            assert ranges.give(start, body[start : start + ranges.length_at(start)])

    assert fetched == [10 * BLOCK_BYTES]
