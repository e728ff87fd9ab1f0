"""Samples of a recording, read a stretch at a time: four hours of them would take half a gigabyte."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Samples", "StoredSamples", "blocks"]

Array = npt.NDArray[np.int16]

# Seventeen minutes; what is longer lies in a temporary file.
_MOST_BYTES_IN_MEMORY = 32 * 1024 * 1024
_BYTES = 2


class Samples(Protocol):
    """What a recogniser needs of 16 kHz mono samples; an array is one too."""

    def __len__(self) -> int:
        """How many there are."""

    def __getitem__(self, stretch: slice, /) -> Array:
        """A stretch of them."""


class StoredSamples:
    """Samples that are appended, then read. They go with the object."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_MOST_BYTES_IN_MEMORY)  # noqa: SIM115  # lives as long as this
        self._count = 0

    def append(self, samples: Array) -> None:
        """Puts ``samples`` behind those that are there."""
        self._file.seek(0, 2)
        self._file.write(samples.astype("<i2", copy=False).tobytes())
        self._count += len(samples)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, stretch: slice, /) -> Array:
        start, stop, step = stretch.indices(self._count)
        if step != 1:
            raise ValueError("samples are read in their order, without gaps")
        self._file.seek(start * _BYTES)
        body = self._file.read(max(0, stop - start) * _BYTES)
        return np.frombuffer(body, "<i2").astype(np.int16, copy=False)


def blocks(samples: Samples, length: int) -> Iterator[Array]:
    """All of them in order, ``length`` at a time; the last block may be shorter."""
    for start in range(0, len(samples), length):
        yield samples[start : start + length]
