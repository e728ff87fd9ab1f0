"""The reader under every decoder: right bytes, few and large reads."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.media.containers.blocks import BlockReader
from tests.unit.media import synthetic as media

DATA = bytes(index % 251 for index in range(5_000))


@given(
    st.lists(
        st.tuples(st.integers(0, 6_000), st.integers(-1, 3_000)),
        max_size=30,
    ),
    st.integers(1, 700),
)
def test_reads_as_the_file_itself(steps: list[tuple[int, int]], block_bytes: int) -> None:
    plain = io.BytesIO(DATA)
    reader = BlockReader(io.BytesIO(DATA), block_bytes=block_bytes, max_read_bytes=1_500, cached_bytes=2_000)

    for position, size in steps:
        assert reader.seek(position) == plain.seek(position)
        assert reader.read(size) == plain.read(size)
        assert reader.tell() == max(plain.tell(), min(position, plain.tell())) or position > len(DATA)


def test_reading_on_takes_ever_larger_pieces() -> None:
    file = media.CountingFile(bytes(1_000_000))
    reader = BlockReader(file, block_bytes=1_000, max_read_bytes=64_000)

    while reader.read(100):
        pass

    assert [length for _, length in file.reads[:4]] == [1_000, 2_000, 4_000, 8_000]
    assert len(file.reads) < 25
    assert file.read_bytes == 1_000_000


def test_two_tracks_far_apart_are_two_readers_who_read_on() -> None:
    file = media.CountingFile(bytes(2_000_000))
    reader = BlockReader(file, block_bytes=1_000, max_read_bytes=64_000, cached_bytes=300_000)

    for offset in range(0, 900_000, 500):
        for start in (0, 1_000_000):
            reader.seek(start + offset)
            reader.read(500)

    assert len(file.reads) < 60


def test_the_file_s_own_error_is_kept() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionError("gone")

    reader = BlockReader(Failing(DATA))

    with pytest.raises(ConnectionError):
        reader.read(10)
    assert isinstance(reader.error, ConnectionError)
