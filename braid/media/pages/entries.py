"""Puts what is filled into a form where its reader looks for it: behind its label, a tick before it. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from braid.domain.evidence.vision import Box
from braid.media.pages.forms import Entry
from braid.media.pages.lines import LinePart, TextLine
from braid.media.pages.places import BoxMapper, Edges

__all__ = ["with_entries"]

# A line is beside a field where they share so much of the smaller one's height.
_BESIDE = 0.5
# How far a tick's label may be to its right or left, in shares of the page's width.
_TICK_REACH = 0.08
# How far above a field its label may stand, in heights of the label.
_ABOVE = 1.5
# A label so far to the left (in shares of the page's width) is another field's if there is one above.
_FAR = 0.25


@dataclass(frozen=True)
class _Insertion:
    """``text`` goes to ``offset``; ``is_before``: it belongs to the character behind it, not before it.

    Of several at one place the one that stands more to the left (0 to 1) is first.
    """

    offset: int
    is_before: bool
    left: float
    text: str


def with_entries(
    text: str,
    lines: Sequence[TextLine],
    entries: Sequence[Entry],
    places: Mapping[int, Edges],
    to_box: BoxMapper,
) -> tuple[str, tuple[TextLine, ...]]:
    """The page's text and lines with the entries among them; one without a label is a line of its own.

    ``places`` are where the characters stand, by their offset.
    """
    if not entries:
        return text, tuple(lines)
    insertions: list[_Insertion] = []
    alone: list[tuple[Box, str]] = []
    labels = _Labels(text, lines, places, to_box)
    for entry in entries:
        box = to_box([entry.edges])
        found = labels.place(entry, box)
        if found is None:
            alone.append((box, f"{entry.name}: {entry.text}" if entry.name else entry.text))
        else:
            insertions.append(found)
    written, moved = _inserted(text, lines, insertions)
    return _appended(written, moved, alone)


class _Labels:
    """Finds what is printed beside a field."""

    def __init__(
        self, text: str, lines: Sequence[TextLine], places: Mapping[int, Edges], to_box: BoxMapper
    ) -> None:
        self._text = text
        self._lines = lines
        self._places = places
        self._to_box = to_box

    def place(self, entry: Entry, box: Box) -> _Insertion | None:
        """Where the entry goes, ``None`` where nothing is printed beside or above it."""
        left: tuple[float, int] | None = None  # distance and offset of the nearest character
        right: tuple[float, int] | None = None
        middle = box.left + box.width / 2
        for line in self._lines:
            if not _is_beside(line.box, box):
                continue
            for offset in range(line.begin_offset, line.end_offset):
                if offset not in self._places:
                    continue
                character = self._to_box([self._places[offset]])
                at = character.left + character.width / 2
                if at < middle:
                    distance = max(0.0, box.left - character.left - character.width)
                    left = min(left, (distance, offset)) if left else (distance, offset)
                else:
                    distance = max(0.0, character.left - box.left - box.width)
                    right = min(right, (distance, offset)) if right else (distance, offset)
        if entry.is_box:
            return self._beside_tick(entry, box, left, right)
        above = self._above(box) if left is None or left[0] > _FAR else None
        if above is not None:
            return self._behind(above - 1, box, entry.text, is_last=True)
        return self._behind(left[1], box, entry.text, is_last=right is None) if left is not None else None

    def _behind(self, offset: int, box: Box, said: str, *, is_last: bool) -> _Insertion:
        """Behind the label's last character; a label that is no part of a sentence ends in a colon."""
        colon = ":" if is_last and self._text[offset].isalnum() else ""
        return _Insertion(offset + 1, False, box.left, f"{colon} {said}")

    def _beside_tick(
        self, entry: Entry, box: Box, left: tuple[float, int] | None, right: tuple[float, int] | None
    ) -> _Insertion | None:
        if right and right[0] <= _TICK_REACH and not (left and left[0] < right[0] / 2):
            return _Insertion(right[1], True, box.left, f"{entry.text} ")
        if left:
            return _Insertion(left[1] + 1, False, box.left, f" {entry.text}")
        return None

    def _above(self, box: Box) -> int | None:
        """The end of the label above a field."""
        for line in self._lines:
            for part in line.parts:
                gap = box.top - (part.box.top + part.box.height)
                overlaps = part.box.left < box.left + box.width and box.left < part.box.left + part.box.width
                if overlaps and -part.box.height / 2 <= gap <= _ABOVE * part.box.height:
                    return part.end_offset
        return None


def _is_beside(line: Box, field: Box) -> bool:
    shared = min(line.top + line.height, field.top + field.height) - max(line.top, field.top)
    return shared >= _BESIDE * min(line.height, field.height)


def _inserted(
    text: str, lines: Sequence[TextLine], insertions: Sequence[_Insertion]
) -> tuple[str, list[TextLine]]:
    ordered = sorted(insertions, key=lambda item: (item.offset, item.is_before, item.left))
    keys = [(item.offset, item.is_before) for item in ordered]
    lengths = [0]
    for item in ordered:
        lengths.append(lengths[-1] + len(item.text))

    def after(offset: int) -> int:
        """Where the offset is now: what belongs to the character before it comes first."""
        return offset + lengths[bisect_right(keys, (offset, False))]

    written: list[str] = []
    done = 0
    for item in ordered:
        written += (text[done : item.offset], item.text)
        done = item.offset
    written.append(text[done:])
    moved = [
        replace(
            line,
            begin_offset=after(line.begin_offset),
            end_offset=after(line.end_offset),
            parts=tuple(
                replace(part, begin_offset=after(part.begin_offset), end_offset=after(part.end_offset))
                for part in line.parts
            ),
        )
        for line in lines
    ]
    return "".join(written), moved


def _appended(
    text: str, lines: list[TextLine], alone: Sequence[tuple[Box, str]]
) -> tuple[str, tuple[TextLine, ...]]:
    """Entries without a label, each a line where it stands on the page."""
    for box, said in alone:
        begin = len(text) + 1 if text else 0
        text = f"{text}\n{said}" if text else said
        part = LinePart(begin, len(text), box)
        below = (index for index, line in enumerate(lines) if line.box.top > box.top)
        lines.insert(next(below, len(lines)), TextLine(begin, len(text), box, (part,)))
    return text, tuple(lines)
