"""Texts that hardly differ: three-word shingles, of which the smallest hashes stand for the text.

Two texts' share of common shingles (Jaccard) is estimated from the 64 smallest of both together (bottom-k
sketches, Broder 1997); for texts of up to 64 shingles it is exact. Texts that share none of their four
smallest hashes aren't compared: at a share of 0.8 that happens to one pair in ten thousand (simulated).
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterator

__all__ = ["LEAST_ALIKE", "NearDuplicates"]

LEAST_ALIKE = 0.8
_SKETCH, _KEYS = 64, 4
# Beyond that many words a text is as good as known by its beginning; it bounds the time of long ones.
_MOST_WORDS = 400
_LEAST_WORDS = 5
# A hash that many texts have says little, and comparing all of them would take the square of the time.
_MOST_SHARING = 24
_MASK = 0xFFFFFFFF


class NearDuplicates:
    """Texts by line; each is compared with the earlier ones."""

    def __init__(self) -> None:
        self._lines = array("I")
        self._sketches: list[array[int]] = []
        self._sharing: dict[int, array[int]] = {}

    def add(self, line: int, text: str) -> int | None:
        """Keeps the text; the line of an earlier one that it hardly differs from, if there is one."""
        sketch = _sketch(text)
        if not sketch:
            return None
        found = self._find(sketch)
        place = len(self._lines)
        self._lines.append(line)
        self._sketches.append(sketch)
        for key in sketch[:_KEYS]:
            places = self._sharing.get(key)
            if places is None:
                self._sharing[key] = array("I", (place,))
            elif len(places) < _MOST_SHARING:
                places.append(place)
        return found

    def shared_with(self, others: NearDuplicates) -> Iterator[tuple[int, int]]:
        """Each line of ``others`` that hardly differs from one of these, and which."""
        for line, sketch in zip(others._lines, others._sketches, strict=True):
            found = self._find(sketch)
            if found is not None:
                yield line, found

    def _find(self, sketch: array[int]) -> int | None:
        candidates = {place for key in sketch[:_KEYS] for place in self._sharing.get(key, ())}
        for place in sorted(candidates):
            if _alike(self._sketches[place], sketch) >= LEAST_ALIKE:
                return self._lines[place]
        return None


def _sketch(text: str) -> array[int]:
    words = text.casefold().encode("utf-8", "replace").split(None, _MOST_WORDS)[:_MOST_WORDS]
    if len(words) < _LEAST_WORDS:
        return array("I")
    one = [zlib.crc32(word) for word in words]
    shingles = {
        ((a * 0x9E3779B1 + b * 0x85EBCA77 + c * 0xC2B2AE3D) & _MASK) * 0x27D4EB2F & _MASK
        for a, b, c in zip(one, one[1:], one[2:], strict=False)
    }
    return array("I", sorted(shingles)[:_SKETCH])


def _alike(one: array[int], other: array[int]) -> float:
    whole = sorted({*one, *other})[:_SKETCH]
    both = set(one).intersection(other)
    return sum(each in both for each in whole) / len(whole)
