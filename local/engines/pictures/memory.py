"""What an engine just found out about a picture, for the next operation that asks about the same one.

Several operations are usually asked about one picture within seconds: DetectLabels and DetectFaces both
need its faces. Results are kept by the bytes' digest, a few of them, in the worker that computed them.
"""

from __future__ import annotations

import functools
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Remembered", "remembered"]

T = TypeVar("T")
_KEPT = 16


class Remembered(Generic[T]):
    """A function of encoded bytes that keeps its last results. A worker runs one call at a time: no lock."""

    def __init__(self, function: Callable[[bytes], T]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._results: OrderedDict[bytes, T] = OrderedDict()

    def __call__(self, data: bytes) -> T:
        digest = hashlib.sha256(data).digest()
        if digest not in self._results:
            self._results[digest] = self._function(data)
            if len(self._results) > _KEPT:
                self._results.popitem(last=False)
        return self._results[digest]

    def known(self, data: bytes) -> T | None:
        """The result if it is remembered; never computes it."""
        return self._results.get(hashlib.sha256(data).digest())


def remembered(function: Callable[[bytes], T]) -> Remembered[T]:
    """Decorates a function of encoded bytes so that it remembers."""
    return Remembered(function)
