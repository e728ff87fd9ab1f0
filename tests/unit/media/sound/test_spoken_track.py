"""A track of spoken lines: as long as it should be, in little memory, whatever is put on it."""

from __future__ import annotations

import io
import tracemalloc
from array import array

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from braid.media.sound.spoken_track import PlacedSound, trimmed, write_track

RATE_HZ = 16_000


def tone(duration_ms: int) -> bytes:
    count = duration_ms * RATE_HZ // 1000
    return (np.sin(np.arange(count) * 0.2) * 12_000).astype("<i2").tobytes()


def decoded(body: bytes) -> np.ndarray:
    with av.open(io.BytesIO(body), format="mp3") as container:
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 3000)), max_size=5).map(sorted),
    st.integers(1, 8000),
)
def test_any_lines_make_a_track_of_that_length(lines: list[tuple[int, int]], duration_ms: int) -> None:
    out = io.BytesIO()
    sounds = [PlacedSound(start_ms, tone(length_ms)) for start_ms, length_ms in lines]
    write_track(out, sounds, duration_ms=duration_ms, rate_hz=RATE_HZ)
    # Players cut off what an encoder adds, to three milliseconds.
    assert len(decoded(out.getvalue())) == pytest.approx(duration_ms * RATE_HZ // 1000, abs=48)


def test_a_sound_is_where_it_was_put() -> None:
    out = io.BytesIO()
    write_track(out, [PlacedSound(1234, tone(500))], duration_ms=3000, rate_hz=RATE_HZ)
    loud = np.flatnonzero(np.abs(decoded(out.getvalue())) > 0.05)
    assert loud[0] * 1000 / RATE_HZ == pytest.approx(1234, abs=10)
    assert loud[-1] * 1000 / RATE_HZ == pytest.approx(1734, abs=10)


def test_silence_around_speech_is_cut_off() -> None:
    quiet = array("h", [0, 3, -100] * 50).tobytes()
    assert trimmed(quiet + tone(100) + quiet) in (tone(100), tone(100)[2:], tone(100)[2:-2])
    assert trimmed(quiet) == b""
    assert trimmed(b"") == b""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_track() -> None:
    class Nowhere(io.RawIOBase):
        """Takes what is written, as an upload does."""

        def __init__(self) -> None:
            self.size = self.position = 0

        def writable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def tell(self) -> int:
            return self.position

        def seek(self, offset: int, whence: int = 0) -> int:
            self.position = offset + (self.size if whence == 2 else 0)
            return self.position

        def write(self, data: object) -> int:
            length = memoryview(data).nbytes  # type: ignore[arg-type]  # PyAV writes bytes
            self.position += length
            self.size = max(self.size, self.position)
            return length

    out = Nowhere()
    tracemalloc.start()
    write_track(out, [PlacedSound(60_000, tone(8000))], duration_ms=1_800_000, rate_hz=RATE_HZ)  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert out.size < 3_000_000
    assert peak < 4_000_000
