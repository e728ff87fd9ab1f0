"""Samples that may lie in a file read as an array does, whatever is appended in whatever pieces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.engines.speech import samples as module
from local.engines.speech.samples import StoredSamples, blocks

values = st.lists(st.integers(-32_768, 32_767), max_size=40)


@given(st.lists(values, max_size=5), st.slices(220), st.integers(1, 50), st.sampled_from([4, 10**6]))
def test_they_read_as_an_array(pieces: list[list[int]], stretch: slice, length: int, most: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_MOST_BYTES_IN_MEMORY", most)
        stored = StoredSamples()
    for piece in pieces:
        stored.append(np.array(piece, np.int16))
    array = np.array([value for piece in pieces for value in piece], np.int16)
    stretch = slice(stretch.start, stretch.stop)

    assert len(stored) == len(array)
    assert stored[stretch].tolist() == array[stretch].tolist()
    assert stored[:].dtype == np.int16
    assert [block.tolist() for block in blocks(stored, length)] == [
        block.tolist() for block in blocks(array, length)
    ]
    stored.append(array)
    assert len(stored[:]) == 2 * len(array), "appended behind, wherever was read last"


def test_they_have_no_gaps() -> None:
    with pytest.raises(ValueError, match="in their order"):
        StoredSamples()[::2]
