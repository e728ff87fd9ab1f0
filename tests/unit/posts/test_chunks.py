"""Files are cut at the ends of their lines, whatever the blocks in which they are read."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.posts.chunks import ChunkCutter, lines_of
from braid.domain.posts.post import MAX_LINE_BYTES


def blocks(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


@given(st.binary(max_size=300), st.integers(1, 50))
def test_lines_cover_the_file_whatever_the_blocks(body: bytes, size: int) -> None:
    found = list(lines_of(blocks(body, size)))

    assert b"".join(body[line.begin : line.end] for line in found) == body
    assert [line.number for line in found] == list(range(1, len(found) + 1))
    assert found == list(lines_of(blocks(body, len(body) or 1)))


@given(
    st.lists(st.lists(st.text(alphabet='ab",\n\r é', max_size=8), min_size=2, max_size=3), max_size=12),
    st.integers(1, 9),
)
def test_csv_records_are_those_of_the_csv_reader(rows: list[list[str]], size: int) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    body = written.getvalue().encode()

    found = list(lines_of(blocks(body, size), is_csv=True))

    read = [next(csv.reader(io.StringIO((line.raw or b"").decode(), newline=""))) for line in found]
    assert read == rows
    begins = [body[: line.begin].count(b"\n") + 1 for line in found]
    assert [line.number for line in found] == begins, "a record's number is that of the line it begins on"


@given(
    st.lists(st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"")), max_size=60), st.integers(1, 7)
)
def test_chunks_are_the_file_in_order_and_read_alone_give_the_same_lines(
    texts: list[bytes], most: int
) -> None:
    body = b"\n".join(texts)
    cutter = ChunkCutter(lines=most, size_bytes=100)
    whole = list(lines_of(blocks(body, 13)))
    numbers = [cutter.add(line) for line in whole]

    alone = [
        line
        for chunk in cutter.chunks
        for line in lines_of(
            blocks(body[chunk.begin : chunk.end], 5), begin=chunk.begin, first_line=chunk.first_line
        )
    ]

    assert alone == whole
    assert numbers == sorted(numbers)
    assert all(numbers.count(number) <= most for number in numbers)


def test_a_byte_order_mark_and_carriage_returns_are_no_part_of_a_line() -> None:
    found = list(lines_of([b"\xef\xbb\xbf{}\r\n{}\r\n"]))

    assert [line.raw for line in found] == [b"{}", b"{}"]


@pytest.mark.parametrize("is_csv", [False, True])
def test_a_line_without_an_end_in_sight_takes_no_more_memory_than_one_that_is_read(is_csv: bool) -> None:
    body_size, block = 64 * 1024 * 1024, b"x" * (1024 * 1024)
    tracemalloc.start()
    try:
        found = list(
            lines_of([b"a\n", *(block for _ in range(body_size // len(block))), b"\nb\n"], is_csv=is_csv)
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert [line.raw for line in found] == [b"a", None, b"b"]
    assert found[1].end - found[1].begin == body_size + 1
    assert peak < 4 * MAX_LINE_BYTES


def test_a_quotation_mark_that_is_never_closed_ends_with_what_is_read() -> None:
    body = b'id,text\n1,"never closed\n' + b"2,x\n" * (MAX_LINE_BYTES // 2) + b"3,y\n"

    found = list(lines_of(blocks(body, 65_536), is_csv=True))

    assert found[1].raw is None
    assert found[-1].raw == b"3,y"
